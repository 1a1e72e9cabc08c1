"""What devices of people are notified of, as a message of a topic for the function `notify_phones`.

It goes with the mail and the JSON that the outbox has sent, and names the case; it has no word of an author.
"""

import json
from datetime import datetime
from typing import NamedTuple

from desk.cases.model import Event
from desk.notifications.contract import json_text, json_time
from desk.notifications.model import Notification
from desk.notifications.topics import TopicMessage
from desk.reading import Safety
from desk.staff.devices import PushKind

PHONES = "_phones"
"""The topic's name among those of departments, whose keys begin with a letter."""

_KINDS = {Safety.DANGER: PushKind.DANGER, Safety.CHECK: PushKind.CHECK}


class PhoneNews(NamedTuple):
    """One event of which people are to hear on their devices.

    Attributes:
        event: Its name; no device gets the same event twice.
        department: Whose people are concerned; operators and viewers see every department's.
        case_id: The case that a person opens for it, or "".
        person_id: The only person concerned, or "".
        at: When it was sent. A device that can't be reached for long is not notified of it.
    """

    kind: PushKind
    event: str
    department: str
    case_id: str
    person_id: str
    at: datetime


def phone_news(notification: Notification, now: datetime) -> PhoneNews | None:
    """What devices are notified of; None for most notifications, for which mails and the console are enough."""
    kind = _kind_of(notification)
    if kind is None:
        return None
    case_id = notification.case.id if notification.case else ""
    said_at = json_time(notification.word.at) if notification.word else ""
    event = f"{notification.event} {case_id} {notification.mention.id} {said_at}"
    return PhoneNews(kind, event, notification.department, case_id, "", now)


def phone_message(message_id: str, news: PhoneNews) -> TopicMessage:
    """The news as a message of the topic PHONES."""
    return TopicMessage(message_id, json_text({**news._asdict(), "at": json_time(news.at)}), {"delivery": "phone"})


def phone_news_in(body: str) -> PhoneNews:
    """The news in a message. Raises ValueError, KeyError or TypeError for anything else."""
    plain = json.loads(body)
    return PhoneNews(
        **{**plain, "kind": PushKind(plain["kind"]), "at": datetime.fromisoformat(plain["at"])},
    )


def _kind_of(notification: Notification) -> PushKind | None:
    if notification.event is Event.CASE_DRAFTED:
        return PushKind.DRAFT
    if not notification.is_mailed:
        return None
    safety = notification.case.open_safety if notification.case else notification.reading.safety
    return _KINDS[safety] if safety else None
