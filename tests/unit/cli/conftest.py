import pytest


@pytest.fixture(autouse=True)
def _no_desk_of_this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands under test must not find a desk that happens to run in this directory."""
    monkeypatch.setattr("local.cli.target.running_desk", lambda: None)
