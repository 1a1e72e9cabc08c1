"""Posts that this release cannot read: another release wrote them, or a hand did.

One of them among others of its state would hide these, since lists read every post. So a restore puts it back with its
state under another name: no list finds it and nothing publishes it, and a person, or a later release, has all of it.
"""

import json
from collections.abc import Mapping
from typing import Any

from desk.posts.store import post_of
from local.deployed.erase.person import Person

UNREADABLE = "unreadable_state"
"""The attribute that has the state of such a post."""


def is_unreadable(item: Mapping[str, Any]) -> bool:
    """Whether the item, in DynamoDB's form, is a post that can't be read."""
    try:
        post_of(item)
    except Exception:  # noqa: BLE001 - a damaged item may raise anything
        return True
    return UNREADABLE in item


def put_aside(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as it is kept."""
    return {UNREADABLE if name == "state" else name: value for name, value in item.items()}


def may_concern(item: Mapping[str, Any], person: Person) -> bool:
    """Whether the person's handle, or an id of a post or case of theirs, is anywhere in it."""
    text = json.dumps(item, default=str, ensure_ascii=False)
    return bool(person.named.search(text)) or any(f'"{each}"' in text for each in person.mention_ids | person.case_ids)
