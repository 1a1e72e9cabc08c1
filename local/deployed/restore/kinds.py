"""Which items a restore copies back into the stack's tables, by their kind, and which it leaves out and why.

What says how far the desk has come, who works on something just now, or what was spent is true only at its own moment:
put back, it would have work done twice, or hide work that is to be done. Such items are made anew.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from desk.cases.model import CaseState
from local.deployed.unreadable_posts import UNREADABLE

MENTIONS, CASES, POSTS, DESK = "mentions", "cases", "posts", "desk"
ROLES = (MENTIONS, CASES, POSTS, DESK)
"""The tables, in the order in which they are copied: an item of the Desk table may depend on the others."""

OUTPUTS = {MENTIONS: "MentionsTable", CASES: "CasesTable", POSTS: "PostsTable", DESK: "DeskTable"}
"""The stack's outputs that name them."""

KEYS = {MENTIONS: ("mention_id",), CASES: ("case_id", "what"), POSTS: ("post_id",), DESK: ("item", "part")}

COPIED = ""
_CHECKPOINT = "how far a function has come"
_LEASE = "who works on something now"
_ANEW = "is made or looked up again"
_NOTICE = "was sent since, or is followed by reminders"
_SIGN_IN = "people sign in again"
_SPENT = "what was spent, and limits"

_CASES = {"case": COPIED, "event#": COPIED, "chase#": COPIED, "on_call": COPIED, "private#": COPIED}
_POSTS = {"state": COPIED, UNREADABLE: COPIED, "holder": COPIED, "answered": COPIED}
"""Posts, unique keys and answered requests, by the attribute that only they have."""

_DESK: Mapping[str, str] = {
    "announcement_draft": COPIED,
    "answer_index": _ANEW,
    "attendance": COPIED,
    "author_note": COPIED,
    "breaker": _LEASE,
    "case_link": COPIED,
    "check_notice": _NOTICE,
    "compliance": _CHECKPOINT,
    "console_draft": COPIED,
    "console_practice": COPIED,
    "console_session": _SIGN_IN,
    "console_settings": COPIED,
    "console_sign_in": _SIGN_IN,
    "day#/x_spend": _SPENT,
    "day#": COPIED,
    "day_review": COPIED,
    "digest": COPIED,
    "erased_author": COPIED,
    "erasure": "the handles of an erasure under way",
    "failed_event": "it may have been tried again since",
    "favourite": COPIED,
    "favourite_order": COPIED,
    "favourites/kept#": COPIED,
    "favourites": _CHECKPOINT,
    "feed": _CHECKPOINT,
    "feed_entry": _CHECKPOINT,  # without these marks a feed is new: what it has is known, and nothing is posted again
    "feedback_mail": COPIED,
    "greeting": COPIED,
    "heartbeat": _CHECKPOINT,
    "listen": _CHECKPOINT,
    "live_setting": COPIED,
    "live_setting_history": COPIED,
    "look_up": _ANEW,
    "mail_budget": _SPENT,
    "opted_out": COPIED,
    "outbox#": _NOTICE,
    "pause": "the pause is as it is now",
    "picture": COPIED,
    "poll": _CHECKPOINT,
    "post_performance": COPIED,
    "praise": COPIED,
    "presence": _LEASE,
    "private_messages": _CHECKPOINT,
    "promise": COPIED,
    "promise_ended": COPIED,
    "push/person#": COPIED,
    "push": "devices are added again by their owners",
    "replied_on_x": COPIED,
    "reply_underway": COPIED,
    "report_link": "it may have been revoked since; the next report has a new one",
    "restore": _LEASE,
    "saved_reply": COPIED,
    "spike/open#": _LEASE,
    "spike": COPIED,
    "subscribers": _ANEW,
    "surge": _ANEW,
    "thread_post": _ANEW,
    "trend_terms#": COPIED,
    "trends#": COPIED,
    "trial": COPIED,
    "x_dialect": _ANEW,
}
"""By item: a name, or with `#` the beginning of one; after `/` the beginning of the part. The first that fits."""


class Kind(NamedTuple):
    """What kind of item it is. `left_out` is why it is not copied; "" if it is."""

    role: str
    name: str
    left_out: str = COPIED


type Item = Mapping[str, Any]
"""An item in DynamoDB's own form."""

type Look = Callable[[str, Item], Item]
"""The item that the stack's table of this role has under this key now; empty if there is none."""


def kind_of(role: str, item: Item) -> Kind | None:
    """The kind of an item of this table; None for one that no table above names."""
    match role:
        case "mentions":
            return Kind(role, "mention")
        case "cases":
            what = item["what"]["S"]
            return next((Kind(role, name, why) for name, why in _CASES.items() if _fits(name, what)), None)
        case "posts":
            return next((Kind(role, name, why) for name, why in _POSTS.items() if name in item), None)
    whole, part = item["item"]["S"], item["part"]["S"]
    return next((Kind(role, name, why) for name, why in _DESK.items() if _fits_desk(name, whole, part)), None)


def is_expired(item: Item, now: datetime) -> bool:
    """Whether DynamoDB would remove it by now, had it not lost it."""
    ends = item.get("expires_at", item.get("forget_at", {})).get("N")
    return ends is not None and float(ends) <= now.timestamp()


def is_over(kind: Kind, item: Item, look: Look) -> bool:
    """Whether a missing item of a kind that is copied must stay away, since it is no more than a claim, or has ended.

    The tables lose no such item: what ended it removed it.
    """
    name = kind.name
    if name == "digest":
        return "made_at" not in item
    if name == "spike":
        return "ended_at" not in item
    if name == "promise":
        return bool(look(DESK, {"item": {"S": "promise_ended"}, "part": item["part"]}))
    if name == "reply_underway":
        case = look(CASES, {"case_id": item["part"], "what": {"S": "case"}})
        return case.get("state") != {"S": CaseState.QUEUED.value}
    return False


def key_of(role: str, item: Item) -> dict[str, Any]:
    """The key of an item."""
    return {name: item[name] for name in KEYS[role]}


def _fits(name: str, text: str) -> bool:
    return text.startswith(name) if name.endswith("#") else text == name


def _fits_desk(name: str, item: str, part: str) -> bool:
    whole, _, beginning = name.partition("/")
    return _fits(whole, item) and part.startswith(beginning)
