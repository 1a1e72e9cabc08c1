"""Telling departments: machine JSON for each mention, and one mail for all of them."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.brand import Brand
from desk.cases.author_cases import RecentCases
from desk.cases.links import CaseLinks
from desk.cases.model import BY_MAIL_ONLY, Case, Event
from desk.cases.routing import Entry, RoutingStore, Settlement, StoredMention
from desk.errors import TopicsUnavailable, failure_of
from desk.links import new_link_id
from desk.mentions.model import Mention, Stage
from desk.notifications.contract import case_message
from desk.notifications.mail.cases import render_mail
from desk.notifications.mail.parts import MAIL_BYTES, Mail
from desk.notifications.mail_budget import MailBudget
from desk.notifications.model import Notification
from desk.notifications.subscribers import Subscribers
from desk.notifications.topics import TopicMessage, Topics
from desk.reader.explain import DangerNote
from desk.reading import OPERATOR, Reading

_THREAD = 10
"""How many of a case's earlier mentions are shown."""


def entry_of(stored: StoredMention, cases: Mapping[str, Case]) -> Entry | None:
    """What was decided about a mention that was read; None when its item does not say."""
    outcome = stored.outcome
    if outcome is None or outcome.event is None:
        return None
    case = cases.get(outcome.case_id) if outcome.case_id else None
    return Entry(stored.mention, outcome.reading, outcome.event, case, published=True)


def notifications_of(
    entries: Sequence[Entry], store: RoutingStore, brand: Brand, known: Iterable[Mention] = ()
) -> list[Notification]:
    """What to tell of these entries, each with its thread.

    Earlier mentions that are not `known` yet are read from the store. Raises StoreBusy.
    """
    earlier = {entry.mention.id: _earlier(entry) for entry in entries}
    mentions = {mention.id: mention for mention in known} | {entry.mention.id: entry.mention for entry in entries}
    missing = {mention_id for ids in earlier.values() for mention_id in ids} - mentions.keys()
    if missing:
        mentions |= {key: stored.mention for key, stored in store.mentions(missing).items()}
    return [
        notification_of(entry, brand, [mentions[key] for key in earlier[entry.mention.id] if key in mentions])
        for entry in entries
        if entry.event is not None
    ]


def with_earlier_cases(delivery: Notification, recent: RecentCases) -> Notification:
    """The delivery of a new case with its author's other cases; any other as it is: the department knows the case."""
    if delivery.case is None or delivery.event is not Event.CASE_OPENED:
        return delivery
    return delivery._replace(earlier=recent.beside(delivery.case))


def notification_of(entry: Entry, brand: Brand, thread: Sequence[Mention] = ()) -> Notification:
    """What to tell of this entry, which is an event."""
    if entry.event is None:
        raise ValueError(f"nobody is told of {entry.mention.id}")
    return Notification(
        event=entry.event,
        mention=entry.mention,
        reading=entry.reading,
        department=_department(entry, brand),
        case=entry.case,
        thread=tuple(thread),
    )


def _earlier(entry: Entry) -> Sequence[str]:
    """The case's mentions before this one, the last few, oldest first."""
    if entry.case is None or entry.event is Event.CASE_OPENED:
        return ()
    ids = entry.case.mention_ids
    place = ids.index(entry.mention.id) if entry.mention.id in ids else len(ids)
    return ids[max(0, place - _THREAD) : place]


def _department(entry: Entry, brand: Brand) -> str:
    if entry.case is None:
        return department_of(entry.reading, brand)
    return entry.case.department if entry.case.department in brand.departments else OPERATOR


def department_of(reading: Reading, brand: Brand) -> str:
    """Who is told of a mention without a case; the operator when desk.yaml no longer has the department."""
    return reading.department if reading.department in brand.departments else OPERATOR


_log = logging.getLogger(__name__)


class AnswerLinks:
    """Makes them. `api_url` is the desk's own address, with or without a slash at its end."""

    def __init__(self, links: CaseLinks, api_url: str, clock: Callable[[], datetime]) -> None:
        self._links = links
        self._url = f"{api_url.rstrip('/')}/answer/"
        self._clock = clock

    def make(self, notifications: Sequence[Notification], department: str) -> Mapping[str, str]:
        """A new address for each case to answer, for the people of `department`, by case; none when that fails."""
        return self.of(_to_answer(notifications, department), department)

    def of(self, case_ids: Sequence[str], department: str) -> Mapping[str, str]:
        """A new address for each of the cases, for the people of `department`, by case; none when that fails."""
        if not case_ids:
            return {}
        try:
            made = self._links.make(case_ids, department, self._clock())
        except Exception:  # noqa: BLE001 - the mail goes out without links, so that the department still learns of the cases
            _log.exception("no links for %s; its mail about %d cases goes out without", department, len(case_ids))
            return {}
        return {case_id: self._url + link_id for case_id, link_id in made.items()}

    def expected(self, notifications: Sequence[Notification], department: str) -> Mapping[str, str]:
        """Addresses that lead nowhere and are as long as those to be made: to see how much a mail can hold."""
        return {case_id: self._url + new_link_id() for case_id in _to_answer(notifications, department)}


def _to_answer(notifications: Sequence[Notification], department: str) -> list[str]:
    return list(dict.fromkeys(one.case.id for one in notifications if one.case and one.asks(department)))


CASE_BYTES = 200_000
"""The most a case's JSON may have: the longest post and the longest parent fit, and SNS's limit is not reached."""

_MAIL = "mail"
_SUMMARY_RESERVE = 1  # of a department's budget, for the summary of what was put off


@dataclass(slots=True)
class NotifyResult:
    """Where the mentions stand now; `failures` by mention id, `mails` sent, `put_off` mentions for a summary."""

    settlements: list[Settlement] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    published: int = 0
    mails: int = 0
    put_off: dict[str, str] = field(default_factory=dict)


class Notifier:
    """Publishes deliveries; the same ones again are published again, so the caller keeps track.

    `links` makes the addresses by which a mail's readers answer, also for mails that others write.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        topics: Topics,
        budget: MailBudget,
        subscribers: Subscribers,
        brand: Brand,
        clock: Callable[[], datetime],
        *,
        links: CaseLinks,
        api_url: str,
    ) -> None:
        self._topics = topics
        self._budget = budget
        self._subscribers = subscribers
        self._brand = brand
        self._clock = clock
        self.links = AnswerLinks(links, api_url, clock)

    def publish(self, notifications: Sequence[Notification], mailed: Collection[str] = ()) -> NotifyResult:
        """Publish; `mailed` are ids of mentions whose mail went out already."""
        done = NotifyResult()
        notes = self._case_notes(notifications, done)
        sound = [delivery for delivery in notifications if delivery.mention.id not in done.failures]
        bundles = self._bundles([d for d in sound if _is_mailed(d) and d.mention.id not in mailed])
        for topic in dict.fromkeys([*notes, *bundles]):
            self._publish_topic(topic, notes.get(topic, []), bundles.get(topic, []), done)
        done.settlements = [_settlement(delivery, mailed, done) for delivery in sound]
        done.published = len(notifications) - len(done.failures)
        return done

    def tell(self, notifications: Sequence[Notification]) -> None:
        """Tell one department at once what came of what colleagues did. Raises TopicsUnavailable when nobody was told.

        The one mail about all of it is counted but never put off: what people did comes in no bursts, what a sweep has
        gathered comes in one mail, and a list would have room neither for notes nor for drafts.
        """
        topics = self._mail_topics(notifications[0].department)
        failed = {topic: self._tell(topic, notifications) for topic in topics}
        if failed[topics[-1]]:  # where somebody stands in, nobody reads the others
            raise TopicsUnavailable(str(failed))

    def _tell(self, topic: str, notifications: Sequence[Notification]) -> Mapping[str, str]:
        for_machines = [one for one in notifications if topic == one.department and one.event not in BY_MAIL_ONLY]
        self.reserve_mail(topic)
        return self._topics.send(topic, [*map(self._case_note, for_machines), self._mail(topic, notifications)])

    def reserve_mail(self, topic: str, *, keep: int = 0) -> bool:
        """Take one mail out of the topic's budget, if more than `keep` are left in it."""
        try:
            return self._budget.reserve(topic, self._clock(), keep=keep)
        except Exception:  # noqa: BLE001 - the summary has time; what other topics were just told must not be told again
            _log.exception("the mail budget of %s could not be asked", topic)
            return False

    def send_mail(self, department: str, mail: Mail) -> str | None:
        """Send a mail that lists what was put off; why it failed, if it did."""
        return self._topics.send(department, [_mail_note(department, mail)]).get(_MAIL)

    def has_no_subscribers(self, department: str) -> bool:
        """Whether nobody is subscribed to the department's topic, so that the operator must hear of it as well."""
        return department != OPERATOR and self._subscribers.confirmed_count(department) == 0

    def _case_notes(self, notifications: Sequence[Notification], done: NotifyResult) -> dict[str, list[TopicMessage]]:
        notes: dict[str, list[TopicMessage]] = defaultdict(list)
        for delivery in notifications:
            try:
                notes[delivery.department].append(self._case_note(delivery))
            except Exception as exc:  # noqa: BLE001 - a failure in one mention must not stop the others
                done.failures[delivery.mention.id] = failure_of(exc)
        return notes

    def _case_note(self, delivery: Notification) -> TopicMessage:
        reading = delivery.reading
        attributes = {
            "delivery": "case",
            "department": delivery.department,
            "kind": delivery.kind.value,
            "need": reading.need.value,
            "urgency": delivery.urgency.value,
            "lang": reading.lang or "und",
        }
        return TopicMessage(delivery.mention.id, case_message(delivery, self._brand, max_bytes=CASE_BYTES), attributes)

    def _bundles(self, notifications: Sequence[Notification]) -> dict[str, list[Notification]]:
        """What each topic's mail tells.

        The operator is told as well where nobody receives the department's mails, and of suicide and self-harm.
        """
        bundles: dict[str, list[Notification]] = defaultdict(list)
        for delivery in notifications:
            topics = self._mail_topics(delivery.department)
            also = (OPERATOR,) if delivery.danger_note is DangerNote.SELF_HARM else ()
            for topic in dict.fromkeys((*topics, *also)):
                bundles[topic].append(delivery)
        return bundles

    def _publish_topic(
        self, topic: str, notes: list[TopicMessage], bundle: list[Notification], done: NotifyResult
    ) -> None:
        mailed = bundle if bundle and self.reserve_mail(topic, keep=_SUMMARY_RESERVE) else _in_danger(bundle)
        mail = self._mail_note(topic, mailed) if mailed else None
        failed = self._topics.send(topic, [*notes, mail] if mail else notes)
        done.failures |= {note.id: failed[note.id] for note in notes if note.id in failed}
        told: set[str] = set()
        if mail and _MAIL not in failed:
            done.mails += 1
            told = {delivery.mention.id for delivery in mailed}
        for delivery in bundle:
            if delivery.mention.id in told:
                continue
            if topic == delivery.department or delivery.mention.id not in done.put_off:
                done.put_off[delivery.mention.id] = topic

    def _mail_note(self, topic: str, bundle: list[Notification]) -> TopicMessage | None:
        """The mail; None when it can't be written, and a summary then has to do."""
        try:
            return self._mail(topic, bundle)
        except Exception:  # noqa: BLE001 - the machines are told all the same, and the summary lists each case
            _log.exception("a mail to %s can't be written; its %d mentions wait for the summary", topic, len(bundle))
            return None

    def _mail(self, topic: str, bundle: Sequence[Notification]) -> TopicMessage:
        links = self.links.make(bundle, topic)
        return _mail_note(topic, render_mail(bundle, topic, self._brand, links=links, max_bytes=MAIL_BYTES))

    def _mail_topics(self, department: str) -> Sequence[str]:
        """Whose topics a department's mail goes to: the operator's as well while nobody is subscribed to its own."""
        return (department, OPERATOR) if self.has_no_subscribers(department) else (department,)


def _mail_note(topic: str, mail: Mail) -> TopicMessage:
    return TopicMessage(_MAIL, mail.body, {"delivery": "mail", "department": topic}, mail.subject)


def _is_mailed(delivery: Notification) -> bool:
    """Feedback has mails of its own, and what the very first poll found was never asked of us just now."""
    return delivery.event is not Event.FEEDBACK and not delivery.mention.backlog


def _in_danger(bundle: Sequence[Notification]) -> list[Notification]:
    """What no budget of mails may hold up: somebody may be in danger."""
    return [delivery for delivery in bundle if delivery.danger_note]


def _settlement(delivery: Notification, mailed: Collection[str], done: NotifyResult) -> Settlement:
    mention = delivery.mention
    waits_for = done.put_off.get(mention.id)
    if mention.id in done.failures:
        sent = mention.id in mailed or (_is_mailed(delivery) and waits_for is None)
        return Settlement(mention, Stage.PUBLISHING, mailed=sent)
    if waits_for is not None:
        return Settlement(mention, Stage.MAILING, waits_for)
    return Settlement(mention, Stage.NOTHING)
