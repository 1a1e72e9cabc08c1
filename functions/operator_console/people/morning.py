"""A morning's attendance for the console: who replied to the greeting, and who can be greeted back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from desk.attendance.rows import RollCount, RowCount, in_a_row_on, is_regular, row_count, with_morning
from desk.attendance.store import OPEN_FOR, AttendanceRecord, GreetingReply
from desk.case_view.conversation import Conversation, ConversationEntry
from desk.cases.model import Case, CaseState
from desk.cases.store import CaseMention
from desk.mentions.model import StoredMention
from desk.pictures.model import AttachedPicture
from desk.posts.model import Post, PostState, greeting_id
from desk.reader.explain import safety_note
from desk.reading import ANSWERED, OPERATOR
from desk.x.model import Author, XPost, time_of
from operator_console.app import Visit
from operator_console.items.look_ups import LookUpsView
from operator_console.people.greetings import Greetings, Suggestion
from operator_console.people.milestones import picture_of
from operator_console.people.stores import PeopleStores
from operator_console.shell.render import Renderer

ON_A_PAGE = 60
"""People on a page."""

MOST_MENTIONS = 4_000
"""Mentions of the two hours after a greeting that are looked at for one page."""


class GreetingBack(StrEnum):
    """Whether somebody can be greeted back, or was; the catalogue's key is `console.people.state.<value>`."""

    WAITING = "waiting"
    """A short reply can be sent."""
    UNDOABLE = "undoable"
    """It was sent a moment ago, and waits to be posted."""
    QUEUED = "queued"
    GREETED = "greeted"
    ON_X = "on_x"
    """Somebody answered on X itself."""
    CASE = "case"
    """They asked for something: the case is answered, in the inbox."""
    CLOSED = "closed"
    """Somebody closed the case without a reply."""
    DANGER = "danger"
    """Somebody may be in danger: the mention is read and answered by a person, in the inbox."""
    OPTED_OUT = "opted_out"
    UNREAD = "unread"
    """The desk has not read the mention yet."""


NOT_GREETED = frozenset({GreetingBack.WAITING, GreetingBack.UNREAD})


class SentReply(NamedTuple):
    """What was sent to somebody: by whom and until when it can be taken back (0 seconds: no more)."""

    text: str
    by: str
    post_id: str
    seconds: int


class AttendeeRow(NamedTuple):
    """One person of a morning. `key` and `version` are those of the reply's form; `entries` are their posts.

    `mornings` says how many in a row they replied on, and `picture` is the configured one for such a milestone.
    `on_x` is our reply to them that was written on X. `suggestions` are texts for a reply, the chosen one first.
    """

    author_id: str
    author: Author | None
    entries: Sequence[ConversationEntry]
    mention_ids: Sequence[str]
    mornings: RowCount
    is_regular: bool
    state: GreetingBack
    key: str
    version: int
    sent: SentReply | None = None
    on_x: str = ""
    not_posted: str = ""
    suggestions: Sequence[Suggestion] = ()
    text: str = ""
    picture: AttachedPicture | None = None


class Morning(NamedTuple):
    """A morning as a page shows it.

    `greeting` is the post, None if there is none of that day; one without a place on X has no replies. `rows` are those
    of the page, and `total` and `waiting` count all people, and all who were not greeted. `unknown` are authors whose
    names were not looked up yet. `after` is where the next page begins, None on the last one.
    """

    day: date
    greeting: Post | None
    rows: Sequence[AttendeeRow] = ()
    total: int = 0
    waiting: int = 0
    unknown: Sequence[str] = ()
    after: int | None = None
    before_day: date | None = None
    after_day: date | None = None


class _Person(NamedTuple):
    """An author with the mentions that reply to the greeting, oldest first."""

    record: AttendanceRecord
    replies: Sequence[StoredMention]

    @property
    def posts(self) -> list[XPost]:
        return [each.mention.post for each in self.replies]


class _Known(NamedTuple):
    """What rows are made from: cases and their replies by id, replies on X by mention, and authors who opted out."""

    cases: Mapping[str, Case]
    posts: Mapping[str, Post]
    on_x: Mapping[str, str]
    opted_out: frozenset[str]


class Mornings:
    """Makes mornings from what is stored now; nothing waits for the evening's digest."""

    def __init__(self, stores: PeopleStores, renderer: Renderer, look_ups: LookUpsView) -> None:
        self._stores = stores
        self._renderer = renderer
        self._brand = renderer.brand
        self._zone = renderer.formatter.zone
        self._look_ups = look_ups
        self._greetings = Greetings(stores.saved_replies, stores.spikes, renderer.brand)

    def morning(self, visit: Visit, day: date, *, only_waiting: bool, begin: int) -> Morning:
        """The page of this day that begins at that person. Who may be in danger comes first. Raises StoreBusy."""
        greeting = self._stores.posts.get(greeting_id(day))
        mornings = self._stores.attendance.mornings()
        found = Morning(day, greeting, before_day=_before(mornings, day), after_day=self._after(visit, mornings, day))
        if greeting is None or greeting.x_id is None:
            return found
        people = self._people(day, sorted({*mornings, day}), self._replies(greeting.x_id))
        known = self._known(people)
        states = {each.record.author_id: _state(each, known, visit.now) for each in people}
        people.sort(key=lambda each: states[each.record.author_id] is not GreetingBack.DANGER)
        waiting = [each for each in people if states[each.record.author_id] in NOT_GREETED]
        listed = waiting if only_waiting else people
        shown = listed[begin : begin + ON_A_PAGE]
        authors, unknown = self._authors(visit, shown)
        return found._replace(
            rows=self._rows(visit, day, sorted({*mornings, day}), shown, known, authors),
            total=len(people),
            waiting=len(waiting),
            unknown=unknown,
            after=begin + ON_A_PAGE if len(listed) > begin + ON_A_PAGE else None,
        )

    def row(self, visit: Visit, day: date, author_id: str, mention_ids: Collection[str]) -> AttendeeRow | None:
        """One person's row as it is now; None if none of the mentions is theirs or has its words any more."""
        greeted = sorted({*self._stores.attendance.mornings(), day})
        replies = [GreetingReply(each, author_id, None) for each in mention_ids]
        people = [each for each in self._people(day, greeted, {author_id: replies}) if each.replies]
        if not people:
            return None
        authors, _ = self._authors(visit, people)
        (row,) = self._rows(visit, day, greeted, people, self._known(people), authors)
        return row

    def roll(self, visit: Visit, greeting: Post | None) -> RollCount:
        """How many people replied to the greeting of today, and how many of them were not greeted, as the page says.

        Raises StoreBusy.
        """
        day = self.first_day(visit)
        if greeting is None or greeting.x_id is None:
            return RollCount(is_sent=False)
        greeted = sorted({*self._stores.attendance.mornings(), day})
        people = self._people(day, greeted, self._replies(greeting.x_id))
        known = self._known(people)
        return RollCount(
            is_sent=True,
            answered=len(people),
            left=sum(_state(each, known, visit.now) in NOT_GREETED for each in people),
            regulars=sum(is_regular(each.record.mornings, greeted) for each in people),
        )

    def count(self, day: date) -> int:
        """How many people have replied to the greeting of that day by now."""
        greeting = self._stores.posts.get(greeting_id(day))
        return len(self._replies(greeting.x_id)) if greeting and greeting.x_id else 0

    def first_day(self, visit: Visit) -> date:
        """The desk's day of a visit."""
        return visit.now.astimezone(self._zone).date()

    def _replies(self, greeting_x_id: str) -> dict[str, list[GreetingReply]]:
        """The replies of the two hours by author."""
        since = time_of(greeting_x_id)
        by_author: dict[str, list[GreetingReply]] = {}
        for reply in self._stores.attendance.replies_to(
            greeting_x_id, since=since, until=since + OPEN_FOR, limit=MOST_MENTIONS
        ):
            by_author.setdefault(reply.author_id, []).append(reply)
        return by_author

    def _people(
        self, day: date, greeted: Sequence[date], replies: Mapping[str, Sequence[GreetingReply]]
    ) -> list[_Person]:
        """The people, those with the longest rows first, then in the order in which they replied."""
        records = self._stores.attendance.records(replies)
        stored = self._stores.mentions.get_many([each.mention_id for some in replies.values() for each in some])
        people = []
        for author_id, some in replies.items():
            theirs = [stored[each.mention_id] for each in some if each.mention_id in stored]
            theirs = [each for each in theirs if each.mention.post.author_id == author_id]
            record = records.get(author_id) or AttendanceRecord(author_id, (), 0, author=None)
            people.append(_Person(with_morning(record, day, greeted), theirs))
        found = [each for each in people if each.replies]
        return sorted(
            found, key=lambda each: (-in_a_row_on(each.record, day, greeted), int(each.replies[0].mention.id))
        )

    def _known(self, people: Sequence[_Person]) -> _Known:
        ids = {case_id for each in people if (case_id := _case_id(each))}
        cases = self._stores.cases.get_many(ids) if ids else {}
        post_ids = [case.post_id for case in cases.values() if case.post_id]
        return _Known(
            cases,
            self._stores.posts.get_many(post_ids) if post_ids else {},
            self._stores.replied_on_x.among([post.id for each in people for post in each.posts]) if people else {},
            self._stores.opt_outs.among([each.record.author_id for each in people]) if people else frozenset(),
        )

    def _authors(self, visit: Visit, people: Sequence[_Person]) -> tuple[Mapping[str, Author], Sequence[str]]:
        """The authors by id, as X gave them, as they were looked up, or as the attendance names them."""
        looked_up, unknown = self._look_ups.accounts([post for each in people for post in each.posts], visit)
        recorded = {each.record.author_id: each.record.author for each in people if each.record.author}
        given = {post.author_id: post.author for each in people for post in each.posts if post.author}
        return {**recorded, **looked_up, **given}, unknown

    def _rows(  # noqa: PLR0913, PLR0917 - what the rows are made from
        self,
        visit: Visit,
        day: date,
        greeted: Sequence[date],
        people: Sequence[_Person],
        known: _Known,
        authors: Mapping[str, Author],
    ) -> list[AttendeeRow]:
        rotation = self._greetings.rotation(visit.now)
        conversation = Conversation(self._renderer.formatter, authors)
        rows = []
        for each in people:
            row = self._row(visit, each, known, conversation, authors.get(each.record.author_id))
            in_a_row = in_a_row_on(each.record, day, greeted)
            count = row_count(in_a_row, day, greeted, [post.text for post in each.posts])
            row = row._replace(
                mornings=count,
                picture=picture_of(self._brand, count.milestone),
                is_regular=is_regular({*each.record.mornings, day}, [one for one in greeted if one <= day]),
            )
            suggestions = rotation.next_for(row.author, count.sure)  # a turn for everybody: a reload changes no text
            if row.state is GreetingBack.WAITING:
                text = row.text or (suggestions[0].text if suggestions else "")
                row = row._replace(suggestions=suggestions, text=text)
            rows.append(row)
        return rows

    def _row(
        self, visit: Visit, person: _Person, known: _Known, conversation: Conversation, author: Author | None
    ) -> AttendeeRow:
        case = known.cases.get(_case_id(person) or "")
        state = _state(person, known, visit.now)
        post = known.posts.get(case.post_id) if case and case.post_id else None
        mentions = [CaseMention(each.mention._replace(parent=None), None) for each in person.replies]
        is_sent = state in (GreetingBack.UNDOABLE, GreetingBack.QUEUED, GreetingBack.GREETED)
        return AttendeeRow(
            author_id=person.record.author_id,
            author=author,
            entries=list(conversation.of_mentions(mentions, None)),
            mention_ids=[each.mention.id for each in person.replies],
            mornings=RowCount(0, since_start=False, claimed=None),
            is_regular=False,
            state=state,
            key=case.id if case else f"m{person.replies[-1].mention.id}",
            version=case.version if case else 1,
            sent=_sent(post, visit.now) if post and is_sent else None,
            on_x=next((known.on_x[post.id] for post in person.posts if post.id in known.on_x), ""),
            not_posted=(case.not_posted or "") if case and state is GreetingBack.WAITING else "",
            text=case.draft.text if case and case.draft and state is GreetingBack.WAITING else "",
        )

    def _after(self, visit: Visit, mornings: Sequence[date], day: date) -> date | None:
        """The next morning with an attendance, or today."""
        today = self.first_day(visit)
        return min((each for each in {*mornings, today} if day < each <= today), default=None)


def _before(mornings: Sequence[date], day: date) -> date | None:
    return max((each for each in mornings if each < day), default=None)


def _case_id(person: _Person) -> str | None:
    """The case of the newest reply that has one: all replies of a person to one greeting have the same."""
    found = (each.outcome.case_id for each in reversed(person.replies) if each.outcome and each.outcome.case_id)
    return next(found, None)


def _state(person: _Person, known: _Known, now: datetime) -> GreetingBack:
    case = known.cases.get(_case_id(person) or "")
    readings = [each.outcome.reading for each in person.replies if each.outcome]
    safety = next(filter(None, [case and case.safety, *(reading.safety for reading in readings)]), None)
    if safety_note([each.mention for each in person.replies], safety):
        return GreetingBack.DANGER
    if case:
        return _state_of_case(case, known.posts.get(case.post_id or ""), now)
    if any(post.id in known.on_x for post in person.posts):
        return GreetingBack.ON_X
    if len(readings) < len(person.replies):
        return GreetingBack.UNREAD
    if any(reading.opens_case for reading in readings):
        return GreetingBack.CASE
    return GreetingBack.OPTED_OUT if person.record.author_id in known.opted_out else GreetingBack.WAITING


def _state_of_case(case: Case, post: Post | None, now: datetime) -> GreetingBack:
    """A case of chat is a greeting that somebody answers; any other case is answered in the inbox."""
    if case.state in (CaseState.ANSWERED, CaseState.MOVED, CaseState.PROMISED):
        return GreetingBack.GREETED
    if case.state is CaseState.QUEUED:
        return GreetingBack.UNDOABLE if post and _seconds_left(post, now) else GreetingBack.QUEUED
    if case.kind in ANSWERED or case.review or case.department != OPERATOR:
        return GreetingBack.CASE
    return GreetingBack.CLOSED if case.state is CaseState.CLOSED else GreetingBack.WAITING


def _seconds_left(post: Post, now: datetime) -> int:
    """How long the reply can still be taken back."""
    if post.state is not PostState.SCHEDULED:
        return 0
    return max(0, -((now - post.publish_at) // timedelta(seconds=1)))


def _sent(post: Post, now: datetime) -> SentReply:
    return SentReply(post.text, post.by, post.id, _seconds_left(post, now))
