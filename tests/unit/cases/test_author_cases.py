"""Which of an author's cases they come back to, and who may open which: pure functions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.cases.author_cases import AuthorCase, RecentCases, may_open, returns_to
from desk.cases.model import CaseState
from desk.reading import Kind
from tests.cases import a_case

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def days_ago(days: float, **changes: Any) -> AuthorCase:
    """A case that billing answered as soon as it was opened, so many days ago."""
    opened = NOW - timedelta(days=days)
    usual = AuthorCase(f"{days}", "billing", Kind.INQUIRY, CaseState.ANSWERED, opened, opened + timedelta(minutes=5))
    return usual._replace(**changes)


def test_an_author_returns_to_a_case_answered_within_seven_days() -> None:
    assert returns_to([days_ago(6.9)], NOW) == days_ago(6.9)
    assert returns_to([days_ago(7.1)], NOW) is None


def test_the_time_of_the_answer_counts_not_of_the_opening() -> None:
    old = days_ago(20, answered_at=NOW - timedelta(days=1))

    assert returns_to([days_ago(3), old], NOW) == old


def test_an_author_who_still_waits_returns_after_any_time() -> None:
    waiting = days_ago(29, state=CaseState.OPEN, answered_at=None)

    assert returns_to([waiting], NOW) == waiting


def test_a_case_without_a_time_of_answer_counts_by_its_opening() -> None:
    assert returns_to([days_ago(3, answered_at=None)], NOW) == days_ago(3, answered_at=None)
    assert returns_to([days_ago(8, answered_at=None)], NOW) is None


@pytest.mark.parametrize(
    "case",
    [
        days_ago(1, kind=Kind.JUNK, state=CaseState.CLOSED),
        days_ago(1, kind=Kind.CHAT, state=CaseState.CLOSED, answered_at=None),
        days_ago(1, state=CaseState.CLOSED, answered_at=None),
    ],
    ids=["junk", "chat", "closed without a reply"],
)
def test_an_author_does_not_return_to_junk_chat_or_unanswered_closed_cases(case: AuthorCase) -> None:
    assert returns_to([case], NOW) is None
    assert returns_to([case, days_ago(2)], NOW) == days_ago(2)


def test_a_case_answered_and_closed_counts() -> None:
    assert returns_to([days_ago(1, state=CaseState.CLOSED)], NOW) == days_ago(1, state=CaseState.CLOSED)


def test_a_case_is_opened_by_the_department_that_has_it_and_by_the_operator() -> None:
    assert [may_open(days_ago(1), viewer) for viewer in ("billing", "operator", "network")] == [True, True, False]


class Index:
    """Counts how often it is asked; `failing` is what it raises."""

    def __init__(self, *cases: AuthorCase, failing: Exception | None = None) -> None:
        self.asked: list[tuple[str, datetime]] = []
        self._cases, self._failing = cases, failing

    def __call__(self, author_id: str, since: datetime) -> list[AuthorCase]:
        self.asked.append((author_id, since))
        if self._failing:
            raise self._failing
        return list(self._cases)


def test_each_author_is_looked_up_once_for_thirty_days() -> None:
    index = Index(days_ago(1))
    recent = RecentCases(index)

    assert [recent.of_author("7", NOW), recent.of_author("7", NOW), recent.of_author("8", NOW)] == [[days_ago(1)]] * 3
    assert index.asked == [(author, NOW - timedelta(days=30)) for author in ("7", "8")]


def test_a_case_is_not_among_those_beside_it() -> None:
    case = a_case(NOW)
    own = days_ago(0, id=case.id)

    assert RecentCases(Index(own, days_ago(1))).beside(case) == (days_ago(1),)


def test_for_lists_twenty_authors_are_looked_up_at_most_and_for_routing_all() -> None:
    index = Index(days_ago(1))
    recent = RecentCases(index)

    lists = [recent.beside(a_case(NOW, author_id=str(number))) for number in range(22)]
    routed = [recent.of_author(str(number), NOW) for number in range(22)]

    assert [len(each) for each in lists] == [1] * 20 + [0] * 2
    assert [len(each) for each in routed] == [1] * 22
    assert recent.beside(a_case(NOW, author_id="21")) == (days_ago(1),)
    assert len(index.asked) == 22


@pytest.mark.parametrize("failing", [TimeoutError(), KeyError("kind")])
def test_after_a_failure_no_author_is_looked_up(failing: Exception, caplog: pytest.LogCaptureFixture) -> None:
    index = Index(failing=failing)
    recent = RecentCases(index)

    assert [list(recent.of_author(author, NOW)) for author in ("7", "7", "8")] == [[], [], []]
    assert len(index.asked) == 1
    assert "could not be read" in caplog.text
