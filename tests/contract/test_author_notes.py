"""Notes about authors: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.cases.author_notes import UNDO_FOR, AuthorNote, AuthorNoteItems, AuthorNotes
from desk.mentions.erased_authors import mark_erased
from tests.fakes.cases import FakeAuthorNotes
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LASTS = timedelta(days=30)
KIM, LEE = "55", "551"
NOTE = AuthorNote("form-1", "짧게 답하는 것을 좋아하심", "이수진", "sujin", NOON)
LATER = AuthorNote("form-2", "영수증은 메일로 받으심", "박지민", "jimin", NOON + timedelta(hours=1))


@pytest.fixture
def notes(dynamo: Dynamo | None) -> AuthorNotes:
    if dynamo is None:
        return FakeAuthorNotes(lasts=LASTS)
    return AuthorNoteItems(dynamo.client, dynamo.tables.desk, lasts=LASTS)


def erase(notes: AuthorNotes, dynamo: Dynamo | None, author_id: str) -> None:
    if isinstance(notes, FakeAuthorNotes):
        notes.erased.add(author_id)
    elif dynamo:
        mark_erased(dynamo.client, dynamo.tables.desk, author_id, NOON)


def test_an_authors_notes_are_the_oldest_first_and_those_of_nobody_else(notes: AuthorNotes) -> None:
    assert notes.of_author(KIM, NOON) == []

    for note in (LATER, NOTE):
        assert notes.add(KIM, note)
    notes.add(LEE, NOTE._replace(text="다른 분"))

    assert notes.of_author(KIM, NOON) == [NOTE, LATER]


def test_a_form_that_is_sent_twice_adds_one_note(notes: AuthorNotes) -> None:
    for text in (NOTE.text, "두 번째"):
        assert notes.add(KIM, NOTE._replace(text=text))

    assert notes.of_author(KIM, NOON) == [NOTE]


def test_a_removed_note_is_gone_and_comes_back_within_ten_minutes(notes: AuthorNotes) -> None:
    notes.add(KIM, NOTE)

    for _ in range(2):
        notes.remove(KIM, NOTE.id, NOON)
    assert notes.of_author(KIM, NOON) == []
    assert notes.restore(KIM, NOTE.id, NOON + UNDO_FOR - timedelta(seconds=1))

    assert notes.of_author(KIM, NOON) == [NOTE]
    assert notes.restore(KIM, NOTE.id, NOON)


def test_after_ten_minutes_or_without_a_note_there_is_nothing_to_take_back(notes: AuthorNotes) -> None:
    notes.add(KIM, NOTE)
    notes.remove(KIM, NOTE.id, NOON)
    notes.remove(KIM, "unknown", NOON)

    assert not notes.restore(KIM, NOTE.id, NOON + UNDO_FOR)
    assert not notes.restore(KIM, "unknown", NOON)
    assert notes.of_author(KIM, NOON) == []


def test_a_note_ends_with_its_time_also_if_its_removal_was_taken_back(notes: AuthorNotes) -> None:
    notes.add(KIM, NOTE)
    late = NOON + LASTS - timedelta(minutes=1)
    notes.remove(KIM, NOTE.id, late)
    notes.restore(KIM, NOTE.id, late)

    assert notes.of_author(KIM, late) == [NOTE]
    assert notes.of_author(KIM, NOON + LASTS) == []


def test_nothing_is_noted_about_an_author_who_was_erased(notes: AuthorNotes, dynamo: Dynamo | None) -> None:
    erase(notes, dynamo, KIM)

    assert not notes.add(KIM, NOTE)
    assert notes.of_author(KIM, NOON) == []
    assert notes.add(LEE, NOTE)
