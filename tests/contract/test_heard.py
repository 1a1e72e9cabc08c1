"""Heard posts without a case: shown to people, seen by them, and without their words after a day."""

from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.mentions.heard import HEARD_FOR, MOST_SHOWN, HeardMentionItems, HeardMentions
from desk.mentions.model import Mention, Source
from desk.mentions.seen import SeenMentionItems, SeenMentions
from desk.mentions.store import MentionStore, MentionStoreItems
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.retention.store import Retention, RetentionItems
from desk.routing.answered_mentions import AnsweredMentions
from desk.routing.decide import plan
from desk.routing.unit_of_work import UnitOfWork
from desk.x.model import PostMetrics
from tests.cases import unit_of_work_on
from tests.contract.case_scene import BRAND, NOON, SEOUL, mention
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import FakeMentions
from tests.fakes.pictures import no_pictures
from tests.fakes.retention import FakeRetention
from tests.fakes.routing import FakeUnitOfWork
from tests.fakes.seen import FakeHeardMentions, FakeSeenMentions
from tests.tables import Dynamo

RUMOR = Reading(Kind.RUMOR, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.9, ())
JUNK = Reading(Kind.JUNK, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())
LATER = NOON + timedelta(hours=1)


def heard(number: int, **changes: Any) -> Mention:
    found = mention(number, **changes)
    post = found.post._replace(
        author_id=f"7{number}",
        conversation_id=found.id,
        metrics=PostMetrics(likes=number, replies=0, reposts=0, quotes=0),
    )
    return found._replace(post=post, source=Source.LISTENING)


@dataclass
class Subject:
    """The stores, with the rumours 1 and 2, the junk 3, and 4, which is not read yet."""

    heard: HeardMentions
    seen: SeenMentions
    mentions: MentionStore
    work: UnitOfWork
    retention: Retention
    dynamo: Dynamo | None

    def have(self, reading: Reading, *posts: Mention) -> None:
        self.mentions.store(posts)
        self.work.commit(plan([(each, reading) for each in posts], {}, BRAND).steps, NOON)
        if isinstance(self.seen, FakeSeenMentions):
            self.seen.heard |= {each.id: each.post for each in posts}

    def shown(self) -> dict[str, bool]:
        """The posts that people are shown, and whether somebody has seen each."""
        return {each.post.id: each.is_seen for each in self.heard.recent().posts}

    def open_case(self, mention_id: str) -> None:
        stored = self.mentions.get_many([mention_id])[mention_id]
        answered = AnsweredMentions(self.work, BRAND)
        answered.open(stored, answered.new_case(stored, LATER))


def stores_on(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        mentions, seen, cases = FakeMentions(), FakeSeenMentions(), FakeCases()
        work = FakeUnitOfWork(mentions, cases)
        return Subject(
            FakeHeardMentions(mentions, seen), seen, mentions, work, FakeRetention(mentions, cases), dynamo=None
        )
    client, tables = dynamo
    names: dict[str, Any] = {"mentions_table": tables.mentions, "desk_table": tables.desk, "zone": SEOUL}
    retention = RetentionItems(client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases)
    store = HeardMentionItems(client, mentions_table=tables.mentions, page=1)
    seen_store, mention_store = SeenMentionItems(client, **names), MentionStoreItems(client, **names)
    return Subject(store, seen_store, mention_store, unit_of_work_on(client, tables), retention, dynamo)


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    made = stores_on(dynamo)
    made.have(RUMOR, heard(1), heard(2))
    made.have(JUNK, heard(3))
    made.mentions.store([heard(4)])
    return made


def test_what_was_read_and_is_no_junk_is_shown_newest_first_with_its_spread(subject: Subject) -> None:
    (newest, oldest), is_whole = subject.heard.recent()

    assert (newest.post.id, oldest.post.id, is_whole) == ("2", "1", True)
    assert (newest.kind, newest.urgency, newest.is_seen) == (Kind.RUMOR, Urgency.NORMAL, False)
    assert newest.post.metrics == PostMetrics(likes=2, replies=0, reposts=0, quotes=0)


def test_what_is_probably_junk_is_shown_since_nobody_reviews_it_otherwise(subject: Subject) -> None:
    subject.have(replace(JUNK, department=OPERATOR, urgency=Urgency.NORMAL, review=True), heard(5))

    assert subject.shown() == {"5": False, "2": False, "1": False}
    assert len(subject.heard.to_see()) == 3


def test_of_an_edited_post_only_the_last_version_is_shown_and_counted(subject: Subject) -> None:
    later = heard(5)
    subject.have(RUMOR, later._replace(post=later.post._replace(edit_ids=("2", "5"))))

    assert subject.shown() == {"5": False, "1": False}
    assert len(subject.heard.to_see()) == 2


def test_a_heard_post_is_none_of_the_mentions_to_read(subject: Subject) -> None:
    assert subject.seen.unseen(limit=9).mentions == ()
    assert subject.seen.count_unseen(most=9) == 0


def test_what_was_seen_stays_and_is_marked_and_can_be_unmarked(subject: Subject) -> None:
    assert subject.seen.mark_seen(["1"], "박지민", LATER) == {"1"}
    assert subject.seen.mark_seen(["1"], "이수진", LATER) == frozenset()
    assert subject.shown() == {"2": False, "1": True}

    assert subject.seen.mark_unseen(["1"], "이수진") == frozenset()
    assert subject.seen.mark_unseen(["1"], "박지민") == {"1"}
    assert subject.shown() == {"2": False, "1": False}


def test_those_that_nobody_has_seen_are_counted(subject: Subject) -> None:
    assert len(subject.heard.to_see()) == 2
    subject.seen.mark_seen(["1"], "박지민", LATER)
    assert len(subject.heard.to_see()) == 1
    subject.open_case("2")
    assert len(subject.heard.to_see()) == 0
    subject.seen.mark_unseen(["1"], "박지민")
    assert len(subject.heard.to_see()) == 1


def test_a_seen_post_keeps_its_place_among_the_shown_ones_so_that_a_less_important_one_is_not_to_be_seen(
    subject: Subject,
) -> None:
    more_important = [heard(number) for number in range(10, 10 + MOST_SHOWN)]
    subject.have(RUMOR, *more_important)
    subject.seen.mark_seen([each.id for each in more_important[:-1]], "박지민", LATER)

    assert len(subject.heard.to_see()) == 1


def test_a_post_with_a_case_is_no_longer_among_them(subject: Subject) -> None:
    subject.open_case("1")
    assert subject.shown() == {"2": False}

    subject.seen.mark_seen(["1"], "박지민", LATER)
    assert subject.shown() == {"2": False}


def test_a_post_that_becomes_a_mention_is_no_longer_among_them(subject: Subject) -> None:
    edited = heard(1)._replace(source=Source.MENTIONS)

    assert subject.mentions.store([edited]) == {"1"}
    assert subject.shown() == {"2": False}


@pytest.fixture
def on_tables(subject: Subject) -> Subject:
    if subject.dynamo is None:
        pytest.skip("about the tables")
    return subject


def test_those_that_were_seen_are_counted_on_their_day(on_tables: Subject) -> None:
    day = NOON.astimezone(SEOUL).date()
    on_tables.seen.mark_seen(["1", "2"], "박지민", LATER)
    on_tables.seen.mark_unseen(["2"], "박지민")

    assert on_tables.mentions.heard_seen([day]) == {day: 1}
    assert on_tables.mentions.seen([day]).get(day, 0) == 0
    assert on_tables.mentions.heard([day]) == {day: 4}


def test_the_days_rows_say_which_belong_to_a_case(on_tables: Subject) -> None:
    on_tables.open_case("1")
    rows = on_tables.mentions.day_rows(NOON.astimezone(SEOUL).date(), source=Source.LISTENING)

    assert {row.mention_id: (row.kind, row.case_id is not None) for row in rows} == {
        "1": ("rumor", True),
        "2": ("rumor", False),
        "3": ("junk", False),
        "4": (None, False),
    }


def expired(subject: Subject, until: datetime) -> set[str]:
    return {mention_id for page in subject.retention.expired_heard(until) for mention_id in page}


def test_a_day_after_it_was_received_a_post_without_a_case_loses_its_words(subject: Subject) -> None:
    subject.open_case("1")
    subject.seen.mark_seen(["2"], "박지민", LATER)
    received = max(each.mention.received_at for each in subject.mentions.get_many(["2", "3", "4"]).values())

    assert expired(subject, received - timedelta(days=1)) == set()
    assert expired(subject, received) == {"2", "3", "4"}
    for mention_id in ("1", "2", "3", "4", "4"):
        subject.retention.remove_heard(mention_id)

    assert set(subject.mentions.get_many(["1", "2", "3", "4"])) == {"1"}
    assert subject.shown() == {}
    assert expired(subject, received) == set()
    assert subject.mentions.unread(before=received + HEARD_FOR, limit=9) == []
    day = NOON.astimezone(SEOUL).date()
    assert len(list(subject.mentions.day_rows(day, source=Source.LISTENING))) == 4


def test_a_post_of_a_gap_is_kept_a_day_from_when_it_was_received(subject: Subject) -> None:
    late = heard(9)
    late = late._replace(
        post=late.post._replace(created_at=NOON - timedelta(days=3)), received_at=NOON + timedelta(minutes=30)
    )
    subject.have(RUMOR, late)

    assert "9" not in expired(subject, NOON + timedelta(minutes=20))
    assert "9" in expired(subject, NOON + timedelta(minutes=30))


def test_a_post_that_became_a_mention_keeps_its_words(subject: Subject) -> None:
    subject.mentions.store([heard(1)._replace(source=Source.MENTIONS)])
    subject.retention.remove_heard("1")

    assert "1" in subject.mentions.get_many(["1"])


def between(monkeypatch: pytest.MonkeyPatch, client: object, method: str, happens: Callable[[], object]) -> None:
    """Have something happen just before the client's next call of this method."""
    call, happened = getattr(client, method), list[bool]()

    def wrapped(**asked: Any) -> Any:
        if not happened:
            happened.append(True)
            happens()
        return call(**asked)

    monkeypatch.setattr(client, method, wrapped)


def test_a_post_that_becomes_a_mention_while_it_is_marked_still_waits_to_be_seen(
    on_tables: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_tables.dynamo
    edited = heard(1)._replace(source=Source.MENTIONS)
    between(monkeypatch, on_tables.dynamo.client, "transact_write_items", lambda: on_tables.mentions.store([edited]))

    assert on_tables.seen.mark_seen(["1"], "박지민", LATER) == frozenset()
    on_tables.work.commit(plan([(edited, replace_kind(RUMOR, Kind.CHAT))], {}, BRAND).steps, NOON)
    assert [each.post.id for each in on_tables.seen.unseen(limit=9).mentions] == ["1"]


def replace_kind(reading: Reading, kind: Kind) -> Reading:
    return replace(reading, kind=kind, department=None, need=Need.RELATIONSHIP, urgency=Urgency.LOW)
