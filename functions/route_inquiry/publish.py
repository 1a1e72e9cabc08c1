"""Telling departments: machine JSON for each mention, and one mail for all of them."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.brand import Brand
from desk.contract import case_message
from desk.danger_note import DangerNote
from desk.delivery import BY_MAIL_ONLY, Delivery, Event
from desk.errors import TopicsUnavailable
from desk.mail import MAIL_BYTES, Mail, render_mail
from desk.ports.case_links import CaseLinks
from desk.ports.mail_budget import MailBudget
from desk.ports.routing_store import Settlement, Stage
from desk.ports.subscribers import Subscribers
from desk.ports.topics import Note, Topics
from desk.reading import OPERATOR
from route_inquiry.answer_links import AnswerLinks
from route_inquiry.steps import failure_of

CASE_BYTES = 200_000
"""The most a case's JSON may have: the longest post and the longest parent fit, and SNS's limit is not reached."""

_MAIL = "mail"
_SUMMARY_RESERVE = 1  # of a department's budget, for the summary of what was put off

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Published:
    """Where the mentions stand now; `failures` by mention id, `mails` sent, `put_off` mentions for a summary."""

    settlements: list[Settlement] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    published: int = 0
    mails: int = 0
    put_off: dict[str, str] = field(default_factory=dict)


class Publisher:
    """Publishes deliveries; the same ones again are told again, so whoever calls keeps account.

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

    def publish(self, deliveries: Sequence[Delivery], mailed: Collection[str] = ()) -> Published:
        """Publish; `mailed` are ids of mentions whose mail went out already."""
        done = Published()
        notes = self._case_notes(deliveries, done)
        sound = [delivery for delivery in deliveries if delivery.mention.id not in done.failures]
        bundles = self._bundles([d for d in sound if _is_mailed(d) and d.mention.id not in mailed])
        for topic in dict.fromkeys([*notes, *bundles]):
            self._publish_topic(topic, notes.get(topic, []), bundles.get(topic, []), done)
        done.settlements = [_settlement(delivery, mailed, done) for delivery in sound]
        done.published = len(deliveries) - len(done.failures)
        return done

    def tell(self, deliveries: Sequence[Delivery]) -> None:
        """Tell one department at once what came of what colleagues did. Raises TopicsUnavailable when nobody was told.

        The one mail about all of it is counted but never put off: what people did comes in no bursts, what a sweep has
        gathered comes in one mail, and a list would have room neither for notes nor for drafts.
        """
        topics = self._mail_topics(deliveries[0].department)
        failed = {topic: self._tell(topic, deliveries) for topic in topics}
        if failed[topics[-1]]:  # where somebody stands in, nobody reads the others
            raise TopicsUnavailable(str(failed))

    def _tell(self, topic: str, deliveries: Sequence[Delivery]) -> Mapping[str, str]:
        for_machines = [one for one in deliveries if topic == one.department and one.event not in BY_MAIL_ONLY]
        self.may_mail(topic)
        return self._topics.publish(topic, [*map(self._case_note, for_machines), self._mail(topic, deliveries)])

    def may_mail(self, topic: str, *, keep: int = 0) -> bool:
        """Take one mail out of the topic's budget, if more than `keep` are left in it."""
        try:
            return self._budget.take(topic, self._clock(), keep=keep)
        except Exception:  # noqa: BLE001 - the summary has time; what other topics were just told must not be told again
            _log.exception("the mail budget of %s could not be asked", topic)
            return False

    def publish_summary(self, department: str, mail: Mail) -> str | None:
        """Send a mail that lists what was put off; why it failed, if it did."""
        return self._topics.publish(department, [_mail_note(department, mail)]).get(_MAIL)

    def is_silent(self, department: str) -> bool:
        """Whether nobody is subscribed to the department's topic, so that the operator must hear of it as well."""
        return department != OPERATOR and self._subscribers.confirmed(department) == 0

    def _case_notes(self, deliveries: Sequence[Delivery], done: Published) -> dict[str, list[Note]]:
        notes: dict[str, list[Note]] = defaultdict(list)
        for delivery in deliveries:
            try:
                notes[delivery.department].append(self._case_note(delivery))
            except Exception as exc:  # noqa: BLE001 - whatever is wrong with one mention must not hold up the others
                done.failures[delivery.mention.id] = failure_of(exc)
        return notes

    def _case_note(self, delivery: Delivery) -> Note:
        reading = delivery.reading
        attributes = {
            "delivery": "case",
            "department": delivery.department,
            "kind": delivery.kind.value,
            "need": reading.need.value,
            "urgency": delivery.urgency.value,
            "lang": reading.lang or "und",
        }
        return Note(delivery.mention.id, case_message(delivery, self._brand, max_bytes=CASE_BYTES), attributes)

    def _bundles(self, deliveries: Sequence[Delivery]) -> dict[str, list[Delivery]]:
        """What each topic's mail tells.

        The operator is told as well where nobody receives the department's mails, and of suicide and self-harm.
        """
        bundles: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in deliveries:
            topics = self._mail_topics(delivery.department)
            also = (OPERATOR,) if delivery.danger_note is DangerNote.SELF_HARM else ()
            for topic in dict.fromkeys((*topics, *also)):
                bundles[topic].append(delivery)
        return bundles

    def _publish_topic(self, topic: str, notes: list[Note], bundle: list[Delivery], done: Published) -> None:
        mailed = bundle if bundle and self.may_mail(topic, keep=_SUMMARY_RESERVE) else _in_danger(bundle)
        mail = self._mail_note(topic, mailed) if mailed else None
        failed = self._topics.publish(topic, [*notes, mail] if mail else notes)
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

    def _mail_note(self, topic: str, bundle: list[Delivery]) -> Note | None:
        """The mail; None when it can't be written, and a summary then has to do."""
        try:
            return self._mail(topic, bundle)
        except Exception:  # noqa: BLE001 - the machines are told all the same, and the summary lists each case
            _log.exception("a mail to %s can't be written; its %d mentions wait for the summary", topic, len(bundle))
            return None

    def _mail(self, topic: str, bundle: Sequence[Delivery]) -> Note:
        links = self.links.make(bundle, topic)
        return _mail_note(topic, render_mail(bundle, topic, self._brand, links=links, max_bytes=MAIL_BYTES))

    def _mail_topics(self, department: str) -> Sequence[str]:
        """Whose topics a department's mail goes to: the operator's as well while nobody is subscribed to its own."""
        return (department, OPERATOR) if self.is_silent(department) else (department,)


def _mail_note(topic: str, mail: Mail) -> Note:
    return Note(_MAIL, mail.body, {"delivery": "mail", "department": topic}, mail.subject)


def _is_mailed(delivery: Delivery) -> bool:
    """Feedback has mails of its own, and what the very first poll found was never asked of us just now."""
    return delivery.event is not Event.FEEDBACK and not delivery.mention.backlog


def _in_danger(bundle: Sequence[Delivery]) -> list[Delivery]:
    """What no budget of mails may hold up: somebody may be in danger."""
    return [delivery for delivery in bundle if delivery.danger_note]


def _settlement(delivery: Delivery, mailed: Collection[str], done: Published) -> Settlement:
    mention = delivery.mention
    waits_for = done.put_off.get(mention.id)
    if mention.id in done.failures:
        sent = mention.id in mailed or (_is_mailed(delivery) and waits_for is None)
        return Settlement(mention, Stage.PUBLISHING, mailed=sent)
    if waits_for is not None:
        return Settlement(mention, Stage.MAILING, waits_for)
    return Settlement(mention, Stage.NOTHING)
