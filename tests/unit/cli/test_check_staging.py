"""`dorothy check --staging`: a staging desk that could reach a customer, or people of the live desk, is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from local.brand.load import DESK_FILE
from local.cli.main import app
from local.x.auth import Account
from local.x.server import start

LIVE = DESK_FILE.read_text(encoding="utf-8")
STAGING = (
    LIVE.replace("  key: emerald\n", "  key: emerald-staging\n", 1)
    .replace("# mode: trial\n", "mode: trial\n", 1)
    .replace("@emerald.example", "@engineers.emerald.example")
    .replace("oncall.emerald.example", "engineers.emerald.example")
)

type Check = Callable[[str], Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Checks a staging desk.yaml whose x.json X lets read."""
    return _check(tmp_path, monkeypatch, "read")


def _check(folder: Path, monkeypatch: pytest.MonkeyPatch, level: str, secret: dict[str, str] | None = None) -> Check:
    monkeypatch.chdir(folder)
    account = Account(access_level=level)
    (folder / "x.json").write_text(json.dumps(secret or account.secret()), encoding="utf-8")

    def run(text: str) -> Result:
        (folder / "desk.yaml").write_text(text, encoding="utf-8")
        with start(0, account=account) as x:
            return CliRunner().invoke(app, ["check", "--desk", "desk.yaml", "--staging", str(DESK_FILE), "--x", x.url])

    return run


def test_a_staging_desk_that_only_reads_is_well(check: Check) -> None:
    result = check(STAGING)

    assert result.exit_code == 0, result.output
    assert "X lets its credentials read and no more" in result.stdout
    assert "In trial:" in result.stdout


@pytest.mark.parametrize(
    ("live_again", "said"),
    [
        (("  key: emerald-staging\n", "  key: emerald\n"), "brand.key is emerald, as on the live desk"),
        (("mode: trial\n", "mode: live\n"), "mode: trial is missing."),
        (("\n  billing:\n", "\n  billing:\n    mode: live\n"), "departments.billing.mode is live."),
        (("billing@engineers.emerald.example", "Billing@emerald.example"), "billing@emerald.example is an address of"),
    ],
)
def test_what_is_the_live_desks_or_would_act_by_itself_is_refused(
    check: Check, live_again: tuple[str, str], said: str
) -> None:
    assert live_again[0] in STAGING

    result = check(STAGING.replace(*live_again))

    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize("level", ["read-write", "read-write-directmessages"])
def test_credentials_that_may_write_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    result = _check(tmp_path, monkeypatch, level)(STAGING)

    assert result.exit_code == 1
    assert f"may do more than read ({level})" in result.stderr


@pytest.mark.parametrize(
    ("level", "wrong", "said"),
    [
        ("", {}, "X's answer has no x-access-level"),
        ("read", {"access_token": "another"}, "X answered 401 to the credentials"),
        ("read", {"api_key": ""}, "x.json has no usable api_key"),
    ],
)
def test_credentials_of_which_nobody_knows_what_they_may_do_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str, wrong: dict[str, str], said: str
) -> None:
    names = ("api_key", "api_secret", "access_token", "access_token_secret", "bearer_token")
    account = Account(**{name: name for name in names}, access_level=level)
    monkeypatch.setattr(f"{__name__}.Account", lambda **_: account)

    result = _check(tmp_path, monkeypatch, level, account.secret() | wrong)(STAGING)

    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize(
    ("x", "said"), [("http://127.0.0.1:9", "X gave no answer"), ("http://x.example", "no credentials are sent")]
)
def test_an_x_that_gives_no_answer_or_that_others_could_hear_is_refused(check: Check, x: str, said: str) -> None:
    check(STAGING)

    result = CliRunner().invoke(app, ["check", "--desk", "desk.yaml", "--staging", str(DESK_FILE), "--x", x])

    assert result.exit_code == 1
    assert said in result.stderr
