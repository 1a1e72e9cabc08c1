"""Who comes back with a question that may be anybody's is sent where they were last."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from desk.brand import Pin
from desk.cases.model import Case, CaseState
from desk.mentions.model import Mention
from desk.reading import Kind, Why
from sweep.wiring import LazyRouter
from tests.brands import small_brand
from tests.unit.routing.scene import TUESDAY, Scene, TextReader, mention

UNCLEAR = "operator inquiry"
"""What the reader leaves to the operator because it may be anybody's."""


def back(text: str = UNCLEAR, *, number: int = 2, **more: Any) -> Mention:
    """The author of the first case writes again, in a conversation of its own."""
    return mention(number, text, author="7", **more)


def with_case(scene: Scene | None = None, text: str = "billing inquiry", **changes: Any) -> Scene:
    """A desk that has answered a first question of an author five minutes ago, unless changed."""
    scene = scene or Scene()
    scene.router.route(scene.receive(mention(1, text, author="7")))
    (first,) = scene.cases.cases.values()
    asked_at = TUESDAY - timedelta(minutes=10)
    usual: dict[str, Any] = {
        "state": CaseState.ANSWERED,
        "opened_at": asked_at,
        "answered_at": asked_at + timedelta(minutes=5),
    }
    scene.cases.cases[first.id] = first._replace(**(usual | changes))
    scene.now += timedelta(minutes=5)
    scene.topics.got.clear()
    scene.cases.calls["author_cases"] = 0
    return scene


def first_of(scene: Scene) -> Case:
    return next(iter(scene.cases.cases.values()))


def rules_of(told: dict[str, Any]) -> list[str]:
    return [why["rule"] for why in told["reading"]["why"]]


def test_an_author_answered_five_minutes_ago_goes_back_to_that_department() -> None:
    scene = with_case()

    scene.router.route(scene.receive(back()))

    (told,) = scene.heard("billing")
    assert scene.heard("operator") == []
    assert (told["event"], told["case"]["department"], told["reading"]["department"]) == (
        "case_opened", "billing", "billing",
    )  # fmt: skip
    assert rules_of(told) == ["returning_customer"]
    assert told["reading"]["why"][0]["evidence"] == first_of(scene).id
    assert "재문의" in told["reading"]["why"][0]["text"]
    assert told["earlier_cases"] == [
        {
            "id": first_of(scene).id,
            "state": "answered",
            "kind": "inquiry",
            "department": "billing",
            "opened_at": "2026-11-24T00:50:00.000Z",
            "answered_at": "2026-11-24T00:55:00.000Z",
        }
    ]


def test_the_mail_gives_the_reason_and_links_to_the_earlier_case() -> None:
    scene = with_case()

    scene.router.route(scene.receive(back()))

    (mail,) = [note.body for note in scene.topics.got["billing"] if note.attributes["delivery"] == "mail"]
    assert "재문의로 보여, 같은 분의 지난 문의" in mail
    assert f"11월 24일(화) 오전 9:50 문의 {first_of(scene).id}, 요금·청구: 11월 24일(화) 오전 9:55에 답변함" in mail
    assert f"?case={first_of(scene).id}" in mail


def test_a_clear_inquiry_goes_to_its_department_with_the_earlier_case_listed() -> None:
    scene = with_case()

    scene.router.route(scene.receive(back("network fault")))

    (told,) = scene.heard("network")
    assert rules_of(told) == ["uncertain"]  # the reader's only reason
    assert [each["id"] for each in told["earlier_cases"]] == [first_of(scene).id]
    (mail,) = [note.body for note in scene.topics.got["network"] if note.attributes["delivery"] == "mail"]
    assert f"{first_of(scene).id}, 요금·청구: " in mail
    assert "?case=" not in mail


def test_an_urgent_inquiry_stays_with_the_operator() -> None:
    scene = with_case()

    scene.router.route(scene.receive(back("operator fault high")))

    assert scene.heard("billing") == []
    assert len(scene.heard("operator")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"opened_at": TUESDAY - timedelta(days=9), "answered_at": TUESDAY - timedelta(days=8)},
        {"state": CaseState.CLOSED, "answered_at": None},
        {"kind": Kind.JUNK, "state": CaseState.CLOSED, "answered_at": None},
        {"department": "operator"},
        {"department": "abolished"},
        {"author_id": "8"},
    ],
    ids=["long ago", "closed unanswered", "junk", "the operator's own", "no such department any more", "another's"],
)
def test_otherwise_an_unclear_inquiry_goes_to_the_operator(changes: dict[str, Any]) -> None:
    scene = with_case(**changes)

    scene.router.route(scene.receive(back()))

    (told,) = scene.heard("operator")
    assert rules_of(told) == ["uncertain"]


@pytest.mark.parametrize(
    ("pin", "department", "rule"),
    [
        (Pin("word", "refund", never="billing"), "operator", "pin.word.never"),
        (Pin("word", "refund", department="network"), "network", "pin.word.department"),
    ],
)
def test_a_pin_has_precedence_over_the_earlier_case(pin: Pin, department: str, rule: str) -> None:
    scene = with_case(Scene(brand=small_brand(pins=(pin,))))

    scene.router.route(scene.receive(back(f"{UNCLEAR} refund")))

    assert [rules_of(told) for told in scene.heard(department)] == [[rule]]
    assert scene.heard("billing") == []


def test_for_a_mention_that_joins_a_case_no_author_is_looked_up() -> None:
    scene = with_case()

    scene.router.route(scene.receive(back(conversation=1)))

    assert [told["event"] for told in scene.heard("billing")] == ["case_joined"]
    assert scene.heard("billing")[0]["earlier_cases"] == []
    assert scene.cases.calls["author_cases"] == 0


def test_an_author_is_looked_up_once_a_run_and_only_for_new_cases() -> None:
    scene = with_case()

    scene.router.route(
        scene.receive(back(number=2), back(number=3), mention(4, "- chat", author="9"), mention(5, "billing feedback"))
    )

    assert scene.cases.calls["author_cases"] == 1


def test_in_a_flood_twenty_authors_are_looked_up_and_those_of_unclear_inquiries() -> None:
    scene = with_case()

    report = scene.router.route(
        scene.receive(
            *(mention(number, "billing inquiry", author=f"9{number}") for number in range(10, 60)),
            *(mention(number, UNCLEAR, author=f"9{number}") for number in range(60, 90)),
            back(number=99),
        )
    )

    assert (report.failures, report.opened) == ({}, 81)
    assert scene.cases.calls["author_cases"] == 31
    assert rules_of(scene.heard("billing")[-1]) == ["returning_customer"]


def test_if_the_index_fails_mentions_are_routed_without_earlier_cases() -> None:
    scene = with_case()
    scene.cases.busy = {"author_cases"}

    report = scene.router.route(scene.receive(back(number=2), back(number=3), mention(4, "network fault")))

    assert report.failures == {}
    assert [rules_of(told) for told in scene.heard("operator")] == [["uncertain"], ["uncertain"]]
    assert len(scene.heard("network")) == 1
    assert scene.cases.calls["author_cases"] == 1


@dataclass
class Fails(TextReader):
    """Reads a text once and fails to read it again."""

    seen: set[str] = field(default_factory=set)
    reads: int = 0

    def read(self, mention: Mention) -> Any:
        if mention.id in self.seen:
            raise TimeoutError
        self.seen.add(mention.id)
        return super().read(mention)


def test_a_mention_that_cannot_be_read_again_keeps_its_reading() -> None:
    scene = with_case(Scene(reader=Fails()))

    report = scene.router.route(scene.receive(back()))

    assert report.failures == {}
    assert [rules_of(told) for told in scene.heard("operator")] == [["uncertain"]]


def test_an_unpublished_mention_is_published_with_the_earlier_cases() -> None:
    scene = with_case()
    scene.topics.gone = {"billing"}
    ids = scene.receive(back())
    scene.router.route(ids)
    scene.topics.gone = set()
    scene.now += timedelta(minutes=5)

    scene.send_outbox()

    (told,) = scene.heard("billing")
    assert rules_of(told) == ["returning_customer"]
    assert len(told["earlier_cases"]) == 1


def test_the_sweep_routes_a_returning_author_alike() -> None:
    scene = with_case()
    ids = scene.receive(back())

    LazyRouter(lambda: scene.router).route(ids)

    assert [rules_of(told) for told in scene.heard("billing")] == [["returning_customer"]]


def test_the_store_keeps_the_reason_without_the_earlier_reading() -> None:
    scene = with_case()

    scene.router.route(scene.receive(back()))

    (stored,) = [one for one in scene.mentions.stored.values() if one.mention.id == back().id]
    assert stored.outcome
    assert stored.outcome.reading.why == (Why("returning_customer", first_of(scene).id),)
