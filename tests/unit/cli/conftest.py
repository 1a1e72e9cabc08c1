from collections.abc import Iterator
from pathlib import Path

import pytest

from local.deployed.stack import Stack
from tests.invocations import set_up
from tests.tables import Dynamo, dynamodb


@pytest.fixture(autouse=True)
def _no_desk_of_this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands under test must not find a desk that happens to run in this directory."""
    monkeypatch.setattr("local.cli.target.running_desk", lambda: None)


@pytest.fixture(autouse=True)
def previews(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where previews are kept: every command removes those that have expired, and no test this person's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "dorothy" / "previews"


@pytest.fixture
def deployed_outputs() -> dict[str, str]:
    """The outputs of the deployed stack; a test adds what its command needs besides the tables."""
    return {"ApiUrl": "https://desk.example/"}


@pytest.fixture
def deployed_tables(monkeypatch: pytest.MonkeyPatch, deployed_outputs: dict[str, str]) -> Iterator[Dynamo]:
    """The tables of a deployed desk, as commands find them by the outputs of its stack."""
    with dynamodb() as made:
        set_up(monkeypatch, {})
        names = made.tables
        deployed_outputs |= {
            "MentionsTable": names.mentions,
            "CasesTable": names.cases,
            "DeskTable": names.desk,
            "PostsTable": names.posts,
        }
        stack = Stack("dorothy-emerald", "UPDATE_COMPLETE", {}, deployed_outputs, {})
        monkeypatch.setattr("local.cli.target.deployed_stack", lambda _client, _name: stack)
        yield made
