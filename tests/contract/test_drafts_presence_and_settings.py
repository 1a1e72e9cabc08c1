"""Drafts, presences and settings of people: the fakes and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.staff.drafts import DraftItems, DraftStore, PersonalDraft
from desk.staff.presence import PRESENCE_LASTS, Presence, PresenceItems, PresenceStore
from desk.staff.settings import PersonSettings, SettingsItems, SettingsStore
from tests.fakes.staff import FakeDrafts, FakePresence, FakeSettings
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAYS = timedelta(days=30)
CASE = "7Q2M4-XD93K"
JIMIN, SUJIN = "https://issuer.example|1#a", "https://issuer.example|2"
DRAFT = PersonalDraft("확인해\n드리겠습니다 🙏", {"holding": "1"}, 4, 1_795_000_000_000, NOON)


@pytest.fixture
def drafts(dynamo: Dynamo | None) -> DraftStore:
    return DraftItems(dynamo.client, dynamo.tables.desk, lasts=DAYS) if dynamo else FakeDrafts(lasts=DAYS)


@pytest.fixture
def presence(dynamo: Dynamo | None) -> PresenceStore:
    return PresenceItems(dynamo.client, dynamo.tables.desk) if dynamo else FakePresence()


@pytest.fixture
def settings(dynamo: Dynamo | None) -> SettingsStore:
    defaults = PersonSettings(undo_seconds=5)
    return SettingsItems(dynamo.client, dynamo.tables.desk, defaults) if dynamo else FakeSettings(defaults=defaults)


def test_a_draft_belongs_to_one_person_and_one_case_until_it_expires(drafts: DraftStore) -> None:
    drafts.save(JIMIN, CASE, DRAFT)

    assert drafts.find(JIMIN, CASE, NOON) == DRAFT
    assert drafts.find(JIMIN, CASE, NOON + DAYS - timedelta(seconds=1)) == DRAFT
    assert drafts.find(JIMIN, CASE, NOON + DAYS) is None
    assert drafts.find(SUJIN, CASE, NOON) is None
    assert drafts.find(JIMIN, "m100", NOON) is None


def test_a_late_save_never_replaces_a_newer_draft(drafts: DraftStore) -> None:
    newer = DRAFT._replace(text="더 새로운 글", sequence=DRAFT.sequence + 1)
    drafts.save(JIMIN, CASE, newer)

    drafts.save(JIMIN, CASE, DRAFT)
    drafts.save(JIMIN, CASE, newer._replace(text="같은 번호"))

    assert drafts.find(JIMIN, CASE, NOON) == newer


def test_an_emptied_draft_is_none(drafts: DraftStore) -> None:
    drafts.save(JIMIN, CASE, DRAFT)
    drafts.save(JIMIN, CASE, DRAFT._replace(text="", sequence=DRAFT.sequence + 1))

    assert drafts.find(JIMIN, CASE, NOON) is None


def test_a_sent_draft_does_not_come_back_with_a_late_save(drafts: DraftStore) -> None:
    drafts.save(JIMIN, CASE, DRAFT)
    drafts.discard(JIMIN, CASE, DRAFT.sequence + 1, NOON)

    drafts.save(JIMIN, CASE, DRAFT._replace(sequence=DRAFT.sequence + 1))
    assert drafts.find(JIMIN, CASE, NOON) is None

    typed_again = DRAFT._replace(sequence=DRAFT.sequence + 2)
    drafts.save(JIMIN, CASE, typed_again)
    drafts.discard(JIMIN, CASE, DRAFT.sequence + 1, NOON)
    assert drafts.find(JIMIN, CASE, NOON) == typed_again


def test_people_are_there_for_thirty_seconds_after_their_last_mark(presence: PresenceStore) -> None:
    assert list(presence.mark(CASE, JIMIN, "박지민", NOON, is_typing=False)) == []
    others = presence.mark(CASE, SUJIN, "이수진", NOON + timedelta(seconds=10), is_typing=True)

    jimin, sujin = Presence(JIMIN, "박지민", is_typing=False), Presence(SUJIN, "이수진", is_typing=True)
    assert list(others) == [jimin]
    assert list(presence.others(CASE, "", "", NOON + PRESENCE_LASTS - timedelta(seconds=1))) == [sujin, jimin]
    assert list(presence.others(CASE, "", "", NOON + PRESENCE_LASTS)) == [sujin]
    assert list(presence.others(CASE, SUJIN, "", NOON + PRESENCE_LASTS)) == []
    assert list(presence.others("m100", "", "", NOON)) == []


def test_one_colleague_is_one_presence_however_many_pages_they_have_open(presence: PresenceStore) -> None:
    presence.mark(CASE, SUJIN, "Lee Sujin", NOON, is_typing=False)
    presence.mark(CASE, "link:1:7", " lee  sujin ", NOON, is_typing=True)

    (sujin,) = presence.mark(CASE, JIMIN, "박지민", NOON, is_typing=False)
    assert (sujin.name, sujin.is_typing) == (" lee  sujin ", True)
    assert [one.name for one in presence.others(CASE, "", "LEE SUJIN", NOON)] == ["박지민"]
    assert [one.name for one in presence.mark(CASE, SUJIN, "Lee Sujin", NOON, is_typing=False)] == ["박지민"]
    presence.leave(CASE, "link:1:7")
    assert [one.is_typing for one in presence.others(CASE, JIMIN, "박지민", NOON)] == [False]


def test_a_mark_replaces_the_one_before(presence: PresenceStore) -> None:
    presence.mark(CASE, JIMIN, "박지민", NOON, is_typing=True)
    presence.mark(CASE, JIMIN, "박지민", NOON, is_typing=False)

    assert list(presence.others(CASE, SUJIN, "", NOON)) == [Presence(JIMIN, "박지민", is_typing=False)]


def test_leaving_removes_only_ones_own_mark(presence: PresenceStore) -> None:
    presence.leave(CASE, JIMIN)
    presence.mark(CASE, JIMIN, "박지민", NOON, is_typing=True)
    presence.mark(CASE, SUJIN, "이수진", NOON, is_typing=True)
    presence.leave(CASE, JIMIN)
    presence.leave(CASE, JIMIN)

    assert [one.name for one in presence.others(CASE, "", "", NOON)] == ["이수진"]


def test_settings_are_the_persons_and_begin_with_those_of_the_desk(settings: SettingsStore) -> None:
    mine = PersonSettings(undo_seconds=0, notifies=True, sounds=True)
    settings.save(JIMIN, mine, NOON)

    assert settings.find(JIMIN) == mine
    assert settings.find(SUJIN) == PersonSettings(undo_seconds=5, notifies=False, sounds=False)
