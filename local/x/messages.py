"""Private messages as the API gives them: `GET /2/dm_events`, the newest first."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from local.x.http import invalid
from local.x.parameters import number, place_in, token
from local.x.render import Selection, instant, user_json
from local.x.state import Message, World
from local.x.text import render

REACH = timedelta(days=30)
PARAMETERS = frozenset({"max_results", "pagination_token", "event_types", "dm_event.fields"})
_FIELDS = {"attachments", "created_at", "dm_conversation_id", "entities", "event_type", "id", "text"}
_DEFAULTS = {"id", "event_type", "text"}
_TYPES = {"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"}
_KIND = "messages"


def answer(world: World, query: Mapping[str, str], chosen: Selection) -> dict[str, Any]:
    """The page of messages that the query asks for. The sender is there only if it is expanded, as in X's description.

    Raises:
        Problem: 400, X does not accept a parameter.
    """
    size = number(query, "max_results", 1, 100, 100)
    types = set(query.get("event_types", "MessageCreate").split(","))
    if not types <= _TYPES:
        raise invalid("event_types", query["event_types"], f"`event_types` takes [{','.join(sorted(_TYPES))}]")
    before = place_in(query, _KIND)
    shown = [one for one in _of_the_account(world) if before is None or int(one.id) < before]
    page = shown[:size] if "MessageCreate" in types else []
    meta: dict[str, Any] = {"result_count": len(page)}
    if len(shown) > len(page) > 0:
        meta["next_token"] = token(_KIND, page[-1].id)
    fields = (_DEFAULTS | set(query.get("dm_event.fields", "").split(","))) & _FIELDS
    is_expanded = "sender_id" in query.get("expansions", "").split(",")
    body: dict[str, Any] = {"data": [_json(one, fields, is_expanded=is_expanded) for one in page]} if page else {}
    if page and is_expanded:
        senders = dict.fromkeys(one.sender_id for one in page)
        body["includes"] = {"users": [user_json(world, world.users[one], chosen) for one in senders]}
    return {**body, "meta": meta}


def _of_the_account(world: World) -> list[Message]:
    """The newest first."""
    oldest = world.clock.now() - REACH
    own = (one for one in world.messages if world.brand.id in one.conversation_id.split("-"))
    return sorted((one for one in own if one.created_at >= oldest), key=lambda one: -int(one.id))


def _json(message: Message, fields: set[str], *, is_expanded: bool) -> dict[str, Any]:
    shown = render(message.text)
    everything = {
        "id": message.id,
        "event_type": "MessageCreate",
        "text": shown.text,
        "created_at": instant(message.created_at),
        "dm_conversation_id": message.conversation_id,
        "entities": shown.entities or None,
    }
    chosen = {name: value for name, value in everything.items() if name in fields and value is not None}
    return chosen | ({"sender_id": message.sender_id} if is_expanded else {})
