"""Sends notifications to departments: JSON about each mention, a mail about each danger, and one about all others.

Beside them goes what people are notified of on their devices, for which a function of its own looks.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import sleep

from desk.brand import Brand
from desk.cases.links import CaseLinks
from desk.cases.model import BY_MAIL_ONLY, CaseEvent
from desk.cases.store import CaseFile
from desk.errors import TopicsUnavailable, failure_of
from desk.links import new_link_id
from desk.notifications import model
from desk.notifications.contract import case_message
from desk.notifications.mail.cases import render_mail
from desk.notifications.mail.parts import MAIL_BYTES, Mail
from desk.notifications.mail_budget import MailBudget
from desk.notifications.model import Notification, mails_of
from desk.notifications.phone_news import PHONES, PhoneNews, phone_message, phone_news
from desk.notifications.topics import Subscribers, TopicMessage, Topics
from desk.reader.explain import SafetyNote
from desk.reading import OPERATOR

CASE_BYTES = 200_000
"""The most a case's JSON may have: the longest post and the longest parent fit, and SNS's limit is not reached."""

_MAIL = "mail"
_NEWS = "news"
_SUMMARY_RESERVE = 1  # mails of a department's budget, for the summary of deferred mentions
DANGER_AT_ONCE = 50
"""Mails about danger that one run sends to one topic, which takes ten seconds; the sweep sends the others."""
_DANGER_PAUSE = 0.25  # seconds
_DANGER_TRIES = 8

_log = logging.getLogger(__name__)


class AnswerLinks:
    """Makes the addresses of answer pages. `api_url` is the desk's own address, with or without a final slash."""

    def __init__(self, links: CaseLinks, api_url: str, clock: Callable[[], datetime]) -> None:
        self._links = links
        self._url = f"{api_url.rstrip('/')}/answer/"
        self._clock = clock

    def make(self, case_ids: Sequence[str], department: str) -> Mapping[str, str]:
        """A new address by case, for the people of `department`; empty when the links could not be stored."""
        if not case_ids:
            return {}
        try:
            made = self._links.make(case_ids, department, self._clock())
        except Exception:  # noqa: BLE001 - the mail goes out without links, so that the department still learns of the cases
            _log.exception("no links for %s; its mail about %d cases goes out without", department, len(case_ids))
            return {}
        return {case_id: self._url + link_id for case_id, link_id in made.items()}

    def placeholders(self, case_ids: Sequence[str]) -> Mapping[str, str]:
        """Addresses that lead nowhere and are as long as real ones, to measure how much fits into a mail."""
        return {case_id: self._url + new_link_id() for case_id in case_ids}


def cases_to_answer(notifications: Sequence[Notification], department: str) -> list[str]:
    """The ids of the cases on which the people of `department` have to act, each once."""
    return list(dict.fromkeys(one.case.id for one in notifications if one.case and one.needs_action_by(department)))


@dataclass(slots=True)
class NotifyResult:
    """What was sent.

    Attributes:
        failures: Why the JSON about a mention was not sent, by mention id.
        mailed: The mentions whose JSON failed, and whose mail was sent or isn't needed.
        published: How many mentions were sent to the machines of their departments.
        mails: How many mails were sent.
        deferred: The topic whose next summary lists a mention that no mail covered, by mention id.
    """

    failures: dict[str, str] = field(default_factory=dict)
    mailed: set[str] = field(default_factory=set)
    published: int = 0
    mails: int = 0
    deferred: dict[str, str] = field(default_factory=dict)


class Notifier:
    """Notifies departments. It keeps no record: the same notifications given again are sent again.

    `links` also serves mails that other modules write.
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
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._topics = topics
        self._budget = budget
        self._subscribers = subscribers
        self._brand = brand
        self._clock = clock
        self._pause = pause
        self.links = AnswerLinks(links, api_url, clock)

    def notify(self, notifications: Sequence[Notification], mailed: Collection[str] = ()) -> NotifyResult:
        """Send JSON about each mention and a mail to each topic; mentions in `mailed` were mailed before.

        Each danger is a mail of its own, which no budget defers. The mail about all others is deferred to a summary if
        it exceeds the topic's budget.
        """
        result = NotifyResult()
        messages: dict[str, list[TopicMessage]] = defaultdict(list)
        mails: dict[str, list[Notification]] = defaultdict(list)
        valid = []
        for one in notifications:
            try:
                messages[one.department].append(self._case_message(one))
            except Exception as exc:  # noqa: BLE001 - a failure in one mention must not stop the others
                result.failures[one.mention.id] = failure_of(exc)
                continue
            valid.append(one)
            if for_phones := self._phone_messages([one]):
                messages[PHONES] += for_phones
            if one.is_mailed and one.mention.id not in mailed:
                for topic in self._mail_topics(one):
                    mails[topic].append(one)
        for topic in dict.fromkeys([*messages, *mails]):
            self._send_to_topic(topic, messages.get(topic, []), mails.get(topic, []), result)
        failed = (one for one in valid if one.mention.id in result.failures)
        result.mailed = {one.mention.id for one in failed if _has_mail(one, mailed, result)}
        result.published = len(notifications) - len(result.failures)
        return result

    def notify_department(self, notifications: Sequence[Notification]) -> None:
        """Notify one department at once of what colleagues did. Raises TopicsUnavailable when nobody was notified.

        They are one mail of `mails_of`. It counts against the budget but is never deferred: people cause no bursts, the
        sweep puts its findings into one mail, and a summary has no room for notes and drafts.
        """
        department = notifications[0].department
        topics = (department, OPERATOR) if self.has_no_subscribers(department) else (department,)
        failures: Mapping[str, str] = {}
        for topic in topics:
            for_machines = [one for one in notifications if topic == one.department and one.event not in BY_MAIL_ONLY]
            if not notifications[0].safety_note:
                self.reserve_mail(topic)
            elif not self.reserve_danger_mail(topic):
                raise TopicsUnavailable(f"{topic}: too many mails about danger at this moment")
            messages = [*map(self._case_message, for_machines), self._mail_message(topic, notifications)]
            failures = self._topics.send(topic, messages)
        if failures:  # only the last topic counts: where the operator stands in, nobody reads the other
            raise TopicsUnavailable(f"{topics[-1]}: {failures}")
        self._send_to_phones(self._phone_messages(notifications))

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        """Notify the department that now has the case; the event's text is the note for that department.

        Raises TopicsUnavailable when nobody was notified, ValueError when no mention of the case has a text any more.
        """
        self.notify_department([model.handed_over(file, event, self._brand)])

    def handed_together(self, handed: Sequence[tuple[CaseFile, CaseEvent]]) -> None:
        """Notify the department that now has all these cases by one mail. Raises as `handed` does."""
        self.notify_department([model.handed_over(file, event, self._brand) for file, event in handed])

    def drafted(self, file: CaseFile) -> None:
        """Mail the operator the answer that a department drafted. Raises as `handed` does."""
        self.notify_department([model.drafted(file)])

    def asked_again(self, file: CaseFile, event: CaseEvent) -> None:
        """Mail the department whose draft came back, or that a person has reminded. Raises as `handed` does."""
        self.notify_department([model.asked_again(file, event, self._brand)])

    def unseen(self, file: CaseFile) -> None:
        """Mail the operator that nobody has opened a case whose safety is to be checked. Raises as `handed` does."""
        self.notify_department([model.unseen(file)])

    def reserve_mail(self, topic: str, *, keep: int = 0) -> bool:
        """Take one mail out of the topic's budget if more than `keep` are left; whether it may be sent."""
        try:
            return self._budget.reserve(topic, self._clock(), keep=keep)
        except Exception:  # noqa: BLE001 - the summary can wait; raised, it would repeat what was sent to other topics
            _log.exception("the mail budget of %s could not be read", topic)
            return False

    def reserve_danger_mail(self, topic: str) -> bool:
        """Count a mail about danger, and wait while SNS takes no more in this second; whether it may be sent.

        It may, unless others send that many for seconds. A mail that can't be counted is sent.
        """
        for _ in range(_DANGER_TRIES):
            try:
                if self._budget.reserve_danger(topic, self._clock()):
                    return True
            except Exception:  # noqa: BLE001 - the mail is more important than its count
                _log.exception("a mail about danger to %s is not counted", topic)
                self._pause(_DANGER_PAUSE)
                return True
            self._pause(_DANGER_PAUSE)
        return False

    def send_mail(self, topic: str, mail: Mail) -> str | None:
        """Send a mail that somebody else wrote; why it failed, if it did."""
        return self._topics.send(topic, [mail_message(topic, mail)]).get(_MAIL)

    def send_to_phones(self, news: PhoneNews) -> None:
        """Notify devices of news that come with another mail, which counts alone: a failure is logged."""
        self._send_to_phones([phone_message(_NEWS, news)])

    def _send_to_phones(self, messages: Sequence[TopicMessage]) -> None:
        if messages and (failures := self._topics.send(PHONES, messages)):
            _log.warning("devices are not notified of what was mailed", extra={"failures": dict(failures)})

    def has_no_subscribers(self, department: str) -> bool:
        """Whether nobody is subscribed to the department's topic, so that the operator has to be notified as well."""
        return department != OPERATOR and self._subscribers.confirmed_count(department) == 0

    def _mail_topics(self, notification: Notification) -> Collection[str]:
        """The department's topic; the operator's as well without subscribers there, and for suicide and self-harm."""
        topics = {notification.department: None}
        if self.has_no_subscribers(notification.department) or notification.safety_note is SafetyNote.SELF_HARM:
            topics[OPERATOR] = None
        return topics

    def _send_to_topic(
        self, topic: str, messages: list[TopicMessage], to_mail: list[Notification], result: NotifyResult
    ) -> None:
        mails = self._mails_to_send(topic, to_mail)
        sent: set[str] = set()
        takes_danger = True  # what is left over, the sweep sends as mails of their own
        for listed in mails or [[]]:
            is_danger = bool(listed) and listed[0].safety_note is not None
            takes_danger = takes_danger and (not is_danger or self.reserve_danger_mail(topic))
            mail = self._written(topic, listed) if listed and (takes_danger or not is_danger) else None
            failed = self._topics.send(topic, [*messages, mail] if mail else messages)
            result.failures |= {one.id: failed[one.id] for one in messages if one.id in failed}
            messages = []
            if mail and _MAIL not in failed:
                result.mails += 1
                sent |= {one.mention.id for one in listed}
        for one in to_mail:
            if one.mention.id not in sent and (topic == one.department or one.mention.id not in result.deferred):
                result.deferred[one.mention.id] = topic

    def _mails_to_send(self, topic: str, to_mail: list[Notification]) -> list[list[Notification]]:
        """The mails that may be sent now. The bundle is counted before the mails about danger fill its second."""
        mails = mails_of(to_mail)
        own = [each for each in mails if each[0].safety_note]
        bundle = mails[len(own) :]
        may_bundle = bool(bundle) and self.reserve_mail(topic, keep=_SUMMARY_RESERVE)
        return [*own[:DANGER_AT_ONCE], *(bundle if may_bundle else [])]

    def _written(self, topic: str, listed: list[Notification]) -> TopicMessage | None:
        try:
            return self._mail_message(topic, listed)
        except Exception:  # noqa: BLE001 - the JSON is sent all the same, and the summary lists each case
            _log.exception("a mail to %s can't be written; its %d mentions wait for the summary", topic, len(listed))
            return None

    def _case_message(self, notification: Notification) -> TopicMessage:
        reading = notification.reading
        attributes = {
            "delivery": "case",
            "department": notification.department,
            "kind": notification.kind.value,
            "review": "true" if notification.is_doubted else "false",
            "need": reading.need.value,
            "urgency": notification.urgency.value,
            "lang": reading.lang or "und",
        }
        body = case_message(notification, self._brand, max_bytes=CASE_BYTES)
        return TopicMessage(notification.mention.id, body, attributes)

    def _phone_messages(self, notifications: Sequence[Notification]) -> list[TopicMessage]:
        now = self._clock()
        found = [(one.mention.id, phone_news(one, now)) for one in notifications]
        return [phone_message(mention_id, news) for mention_id, news in found if news]

    def _mail_message(self, topic: str, notifications: Sequence[Notification]) -> TopicMessage:
        links = self.links.make(cases_to_answer(notifications, topic), topic)
        mail = render_mail(notifications, topic, self._brand, links=links, max_bytes=MAIL_BYTES)
        return mail_message(topic, mail)


def mail_message(topic: str, mail: Mail) -> TopicMessage:
    """The mail as a message of a topic, which e-mail subscriptions alone let through."""
    return TopicMessage(_MAIL, mail.body, {"delivery": "mail", "department": topic}, mail.subject)


def _has_mail(notification: Notification, mailed: Collection[str], result: NotifyResult) -> bool:
    """Whether the mail about it was sent, by this run or an earlier one."""
    mention_id = notification.mention.id
    return mention_id in mailed or (notification.is_mailed and mention_id not in result.deferred)
