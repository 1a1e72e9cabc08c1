"""What those on call would get, as files: a text message for each phone, JSON for each web hook."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

_ENDINGS = {"sms": "txt", "https": "json"}


class OnCallNotification(NamedTuple):
    """One notification of those on call: its text, and the phones and web hooks that got it."""

    text: str
    to: tuple[str, ...]


def write_calls(
    message: str, subscriptions: Iterable[Mapping[str, str]], next_path: Callable[[str], Path]
) -> OnCallNotification:
    """Write one message by SNS's protocols for each phone and web hook, below a line that says who gets it.

    `next_path` gives a file of this ending. A web hook counts before it confirmed too: nobody is there to do so.
    """
    words, to = json.loads(message), []
    for one in subscriptions:
        protocol = one["Protocol"]
        if protocol in _ENDINGS:
            text = words.get(protocol, words["default"])
            next_path(_ENDINGS[protocol]).write_text(_file(protocol, one["Endpoint"], text), encoding="utf-8")
            to.append(one["Endpoint"])
    return OnCallNotification(words.get("sms", words["default"]), tuple(to))


def _file(protocol: str, endpoint: str, text: str) -> str:
    """A JSON file stays readable by programs: a member of its own names the addressee."""
    if protocol == "https":
        return json.dumps({"to": endpoint, "message": json.loads(text)}, ensure_ascii=False, indent=2) + "\n"
    return f"To: {endpoint}\n\n{text}\n"
