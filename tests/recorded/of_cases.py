"""Cases, mentions, and what routing writes beside them."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desk.cases.inbox import InboxItems
from desk.cases.model import (
    Case,
    CaseEvent,
    CaseEventKind,
    CaseState,
    Event,
    Place,
    Queue,
    RoutedMention,
    Step,
    case_id_of,
)
from desk.cases.private_messages import PrivateMessageItems
from desk.cases.queries import CaseQueryItems
from desk.cases.sla import Reminder
from desk.cases.store import CaseStoreItems
from desk.mentions.erased_authors import mark_erased, read_erased_authors
from desk.mentions.heard import HeardMentionItems
from desk.mentions.model import DayNeeds, Mention, Parent, Source
from desk.mentions.replied_on_x import RepliesOnXItems
from desk.mentions.search import MentionSearchItems
from desk.mentions.seen import SeenMentionItems
from desk.mentions.store import MentionStoreItems
from desk.mentions.threads import ThreadPostItems
from desk.outbox.store import OutboxItems
from desk.promises.model import Ending, Promise
from desk.promises.store import PromiseItems, promise_actions
from desk.reading import Kind, Need, Reading, Safety, Urgency
from desk.retention.store import ErasureItems, RetentionItems
from desk.routing.unit_of_work import UnitOfWorkItems
from desk.spikes.faults import FaultItems
from desk.x.model import Author, DirectMessage, XPost, first_id_at
from tests.cases import unit_of_work_on
from tests.fakes.pictures import no_pictures
from tests.recorded.filled import NOW, TODAY, filled
from tests.recorded.recording import Recording, no_pause
from tests.tables import Dynamo

SEOUL = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)
ID, HEARD_ID = first_id_at(NOW), first_id_at(NOW + timedelta(hours=1))
AUTHOR = "501"
CASE_ID = case_id_of(ID, AUTHOR)
POST = filled(
    XPost,
    id=ID,
    text="청구서가 두 번 왔어요",
    author_id=AUTHOR,
    author=filled(Author, id=AUTHOR, username="chorok"),
    created_at=NOW,
    conversation_id=ID,
    edit_ids=(ID,),
)
PARENT = Parent("9", POST._replace(id="9", author_id="502", text="점검 안내"))
MENTION = Mention(POST, NOW, PARENT, backlog=True)
HEARD = Mention(POST._replace(id=HEARD_ID, conversation_id=HEARD_ID), NOW, source=Source.LISTENING)
READING = filled(Reading, kind=Kind.FAULT, need=Need.SUPPORT, department="billing", urgency=Urgency.NORMAL, safety=None)
OPENED = Case(
    id=CASE_ID,
    conversation_id=ID,
    author_id=AUTHOR,
    author=POST.author,
    department="billing",
    kind=Kind.FAULT,
    need=Need.SUPPORT,
    urgency=Urgency.NORMAL,
    lang="ko",
    state=CaseState.OPEN,
    opened_at=NOW,
    asked_at=NOW,
    first_due_at=NOW + DAY,
    due_at=NOW + DAY,
    mention_ids=(ID,),
    safety=Safety.DANGER,
    unseen_since=NOW,
)


PROMISE = filled(Promise, subject=CASE_ID, ending=None, ended_at=None, ended_by="")


def _promise(on: Dynamo) -> None:
    """An open promise, and one that was broken."""
    ended = filled(Promise, subject=CASE_ID, due_at=NOW, ending=Ending.KEPT)
    actions: Any = list(promise_actions((), (PROMISE, ended), NOW, "reply-2", on.tables.desk))
    on.client.transact_write_items(TransactItems=actions)


def _promised(on: Dynamo, _: Any) -> object:
    promises = PromiseItems(on.client, on.tables.desk)
    return {"open": promises.open(), "all": promises.due_between(NOW - DAY, NOW + DAY)}


def _cases(on: Dynamo) -> CaseStoreItems:
    tables = on.tables
    return CaseStoreItems(
        on.client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk, pause=no_pause
    )


def _mentions(on: Dynamo) -> MentionStoreItems:
    return unit_of_work_on(on.client, on.tables).mentions


def _seen(on: Dynamo) -> SeenMentionItems:
    return SeenMentionItems(
        on.client, mentions_table=on.tables.mentions, desk_table=on.tables.desk, zone=SEOUL, pause=no_pause
    )


def _heard(on: Dynamo) -> HeardMentionItems:
    return HeardMentionItems(on.client, mentions_table=on.tables.mentions)


def _open(on: Dynamo) -> None:
    """A mention is stored, read, and opens a case of which a department is to be notified."""
    work = unit_of_work_on(on.client, on.tables)
    work.mentions.store([MENTION])
    work.commit([Step((RoutedMention(MENTION, READING, Event.CASE_OPENED, OPENED, "billing"),), None)], NOW)


def _change(on: Dynamo) -> None:
    """The case has every attribute that a case can have, and so has the event."""
    _open(on)
    kept = OPENED._asdict() | {"version": 1}
    unlike = {name: kept[name] for name in ("id", "conversation_id", "author_id", "mention_ids", "kind", "need")}
    unlike |= {"state": CaseState.QUEUED, "safety": Safety.CHECK, "urgency": Urgency.HIGH, "promises": (PROMISE,)}
    after = filled(Case, **unlike)
    event = filled(CaseEvent, what=CaseEventKind.QUEUED, at=NOW, was_at=filled(Place))
    _cases(on).save(after, OPENED, event)


def _changed(on: Dynamo, _: Any) -> object:
    cases = _cases(on)
    queries = CaseQueryItems(on.client, cases_table=on.tables.cases)
    return {
        "case": cases.get(CASE_ID),
        "file": cases.file(CASE_ID),
        "queued": cases.queued(limit=10),
        "rows": InboxItems(on.client, cases_table=on.tables.cases).page(list(Queue), limit=10).rows,
        "pressing": InboxItems(on.client, cases_table=on.tables.cases).pressing(limit=10).rows,
        "of the author": queries.author_cases(AUTHOR, NOW - DAY),
        "events": list(queries.events_between(NOW - DAY, NOW + DAY)),
    }


def _remind(on: Dynamo) -> None:
    _cases(on).record_reminder(OPENED, Reminder(CaseEventKind.REMINDED, OPENED.due_at), None, None)


def _called(on: Dynamo, _: Any) -> object:
    """The next call, which follows the two that were recorded."""
    later = NOW + DAY
    return _cases(on).claim_call(OPENED, later, held=(later, later + DAY))


def _read_mention(on: Dynamo, _: Any) -> object:
    mentions = _mentions(on)
    faults = FaultItems(on.client, mentions_table=on.tables.mentions, zone=SEOUL)
    search = MentionSearchItems(on.client, mentions_table=on.tables.mentions)
    return {
        "mention": mentions.get_many([ID]),
        "rows": list(mentions.day_rows(TODAY)),
        "polled": mentions.polled([TODAY]),
        "faults": faults.between(NOW - DAY, NOW + DAY),
        "found": search.back_from(TODAY, days=1, words=["청구서"], handle="chorok", most=10).mentions,
        "outbox": OutboxItems(on.client, on.tables.desk).entries("billing"),
        "erased authors": mentions.erased_authors(),
    }


def _waiting(on: Dynamo, _: Any) -> object:
    mentions = _mentions(on)
    return {
        "mention": mentions.get_many([ID]),
        "unread": mentions.unread(before=NOW + DAY, limit=10),
    }


def _wait(on: Dynamo) -> None:
    mentions = _mentions(on)
    mentions.store([MENTION])
    mentions.record_failures({ID: "ReaderFailed"}, NOW)


def _hear(on: Dynamo) -> None:
    work = unit_of_work_on(on.client, on.tables)
    work.mentions.store([HEARD])
    work.commit([Step((RoutedMention(HEARD, READING, None, None),), None)], NOW)


def _heard_posts(on: Dynamo, _: Any) -> object:
    return {"recent": _heard(on).recent(), "of the day": _mentions(on).heard([TODAY])}


def _see(on: Dynamo) -> None:
    _open(on)
    _hear(on)
    _seen(on).mark_seen([ID, HEARD_ID], "박지민", NOW)


def _were_seen(on: Dynamo, _: Any) -> object:
    mentions = _mentions(on)
    return {
        "counts": _seen(on).day_counts([TODAY]),
        "seen": mentions.seen([TODAY]),
        "heard and seen": mentions.heard_seen([TODAY]),
        "unseen again": _seen(on).mark_unseen([ID, HEARD_ID], "박지민"),
    }


def _erasure(on: Dynamo) -> ErasureItems:
    tables = on.tables
    return ErasureItems(
        on.client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases, desk_table=tables.desk
    )


def _erase(on: Dynamo) -> None:
    _change(on)
    mark_erased(on.client, on.tables.desk, AUTHOR, NOW)
    _erasure(on).erase_mentions([ID])
    _erasure(on).erase_case(CASE_ID)


def _erased(on: Dynamo, _: Any) -> object:
    return {
        "authors": read_erased_authors(on.client, on.tables.desk),
        "words left": _erasure(on).has_words([ID]),
        "items with words": _erasure(on).count_items_with_words(CASE_ID),
        "case": _cases(on).get(CASE_ID),
        "is known": _mentions(on).known([ID]),
    }


def _remove_words(on: Dynamo) -> None:
    _change(on)
    retention = RetentionItems(on.client, no_pictures(), mentions_table=on.tables.mentions, cases_table=on.tables.cases)
    retention.remove_words([ID])
    retention.remove_case_words(CASE_ID, NOW + DAY)


def _without_words(on: Dynamo, _: Any) -> object:
    cases, mentions = _cases(on), _mentions(on)
    return {"case": cases.get(CASE_ID), "file": cases.file(CASE_ID), "posts": mentions.posts([ID])}


_OF_MENTIONS = (MentionStoreItems, UnitOfWorkItems, FaultItems, MentionSearchItems)
_OF_CASES = (CaseStoreItems, CaseQueryItems, InboxItems)
_NEEDS = filled(DayNeeds, by_hour={"support": tuple(range(24))})
_MESSAGE = filled(DirectMessage, created_at=NOW)

RECORDINGS = (
    Recording("case", _OF_CASES, _change, _changed),
    Recording("case_of_erased_author", (ErasureItems,), _erase, _erased),
    Recording("case_without_words", (RetentionItems,), _remove_words, _without_words),
    Recording("promise", (PromiseItems,), _promise, _promised),
    Recording("reminder", _OF_CASES, _remind, lambda on, _: _cases(on).last_reminders({CASE_ID: OPENED.due_at})),
    Recording("call", _OF_CASES, lambda on: _cases(on).record_call(OPENED, NOW, 2), _called),
    Recording(
        "private_message",
        (PrivateMessageItems,),
        lambda on: PrivateMessageItems(on.client, on.tables.cases).add(CASE_ID, _MESSAGE, is_ours=True),
        lambda on, _: PrivateMessageItems(on.client, on.tables.cases).of_case(CASE_ID),
    ),
    Recording("mention", (*_OF_MENTIONS, OutboxItems), _open, _read_mention),
    Recording("mention_not_read_yet", _OF_MENTIONS, _wait, _waiting),
    Recording("heard_post", (HeardMentionItems,), _hear, _heard_posts),
    Recording("seen", (SeenMentionItems,), _see, _were_seen),
    Recording(
        "day_needs",
        _OF_MENTIONS,
        lambda on: _mentions(on).keep_day_needs(TODAY, _NEEDS),
        lambda on, _: _mentions(on).day_needs([TODAY]),
    ),
    Recording(
        "replied_on_x",
        (RepliesOnXItems,),
        lambda on: RepliesOnXItems(on.client, on.tables.desk).record({ID: "77"}, NOW),
        lambda on, _: RepliesOnXItems(on.client, on.tables.desk).among([ID]),
    ),
    Recording(
        "thread_post",
        (ThreadPostItems,),
        lambda on: ThreadPostItems(on.client, on.tables.desk).add([POST], NOW),
        lambda on, _: ThreadPostItems(on.client, on.tables.desk).of(ID, NOW),
    ),
)
