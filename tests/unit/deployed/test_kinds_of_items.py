"""Which kinds of items a restore copies: every kind that a release has stored is in the one table that says so."""

from typing import Any

import pytest

from local.deployed.restore.kinds import ROLES, kind_of
from tests.recorded.releases import MESSAGES_FILE, read, releases
from tests.recorded.test_recordings import partitions_in_code

RECORDED: list[tuple[str, dict[str, Any]]] = [
    (each["table"], each["item"])
    for release in releases()
    for path in sorted(release.glob("*.json"))
    if path.name != MESSAGES_FILE
    for each in read(path)["items"]
]


def test_every_item_that_a_release_stored_is_of_a_kind_that_a_restore_knows() -> None:
    assert len(RECORDED) > 100, "fewer would mean that they are no longer found"
    assert [item for role, item in RECORDED if kind_of(role, item) is None] == []


def test_every_partition_of_the_code_is_one_that_a_restore_knows() -> None:
    def is_known(item: str) -> bool:
        return kind_of("desk", {"item": {"S": item}, "part": {"S": ""}}) is not None

    assert [kind for kind in partitions_in_code() if not any(map(is_known, (kind, f"{kind}1", f"{kind}#1")))] == []


def test_an_item_of_another_release_is_of_no_kind() -> None:
    assert kind_of("desk", {"item": {"S": "case_links"}, "part": {"S": "1"}}) is None
    assert kind_of("posts", {"post_id": {"S": "1"}}) is None


@pytest.mark.parametrize("kept", [True, False])
def test_each_table_has_kinds_and_only_the_desk_table_has_some_that_are_left_out(kept: bool) -> None:
    kinds = filter(None, (kind_of(role, item) for role, item in RECORDED))
    found = {kind.role for kind in kinds if (not kind.left_out) is kept}

    assert found == (set(ROLES) if kept else {"desk"})


@pytest.mark.parametrize(
    ("item", "part"),
    [
        ("poll", "state"),
        ("poll", "gap#1"),
        ("listen", "state"),
        ("private_messages", "walk"),
        ("favourites", "progress"),
        ("compliance", "round"),
        ("presence", "case-1"),
        ("breaker", "posts"),
        ("console_session", "1"),
        ("console_sign_in", "1"),
        ("mail_budget", "billing"),
        ("day#2026-11-24", "x_spend"),
        ("outbox#billing", "case#1"),
        ("pause", "switch"),
        ("spike", "open#billing"),
        ("push", "device#1"),
        ("push", "key"),
        ("restore", "state"),
    ],
)
def test_checkpoints_leases_sessions_breakers_and_spend_are_never_copied(item: str, part: str) -> None:
    kind = kind_of("desk", {"item": {"S": item}, "part": {"S": part}})

    assert kind
    assert kind.left_out
