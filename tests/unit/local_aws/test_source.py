import io
import json
import socket
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.links import is_link_id, new_link_id
from desk.posts.submit import new_post_id
from local.aws.deploy import DeployError, _with_code
from local.aws.ports import PortTakenError, free_port
from local.aws.rehearsal import RehearsalClock, rehearsed
from local.aws.source import package

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def files_in(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_the_package_holds_the_handlers_and_this_brand() -> None:
    files = files_in(package('{"key": "jade"}'))

    assert "poll_mentions/handler.py" in files
    assert json.loads(files["desk/brand.json"]) == {"key": "jade"}
    assert not [name for name in files if "__pycache__" in name]


def test_the_same_sources_make_the_same_bytes() -> None:
    assert package("{}") == package("{}")


def test_a_file_may_take_the_place_of_the_source_roots_own() -> None:
    files = files_in(package("{}", {"desk/clock.py": "# another clock"}))

    assert files["desk/clock.py"] == "# another clock"


def test_only_where_code_lies_is_changed_in_the_template() -> None:
    template = "Globals:\n  Function:\n    CodeUri: ../functions/ # one source root\n    Runtime: python3.13\n"

    changed = _with_code(template, "s3://bucket/key")

    assert changed == template.replace("../functions/", "s3://bucket/key")


def test_a_template_without_code_is_not_deployed() -> None:
    with pytest.raises(DeployError, match="CodeUri"):
        _with_code("Resources: {}", "s3://bucket/key")


def test_the_rehearsals_clock_is_what_the_functions_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = RehearsalClock(tmp_path / "clock", START)
    for name, value in clock.environment().items():
        monkeypatch.setenv(name, value)
    functions: dict[str, object] = {}
    exec(rehearsed()["desk/clock.py"], functions)  # noqa: S102 - our own source, as Lambda would run it

    clock.advance(timedelta(minutes=5))

    now = functions["utc_now"]
    assert callable(now)
    assert now() == START + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("module", "function", "original"),
    [("desk/links.py", "new_link_id", new_link_id), ("desk/posts/submit.py", "new_post_id", new_post_id)],
)
def test_a_rehearsals_ids_follow_from_its_time(
    module: str, function: str, original: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one_run, other_run = ids_made(module, function, monkeypatch), ids_made(module, function, monkeypatch)

    assert one_run == other_run
    assert len(set(one_run)) == 3
    assert {len(one) for one in one_run} == {len(original())}


def test_a_rehearsals_links_are_ones_that_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(is_link_id(one) for one in ids_made("desk/links.py", "new_link_id", monkeypatch))


def test_two_functions_make_different_links_at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for function in ("dorothy-route_inquiry", "dorothy-sweep"):
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", function)
        made += ids_made("desk/links.py", "new_link_id", monkeypatch)

    assert len(set(made)) == len(made)


def ids_made(module: str, function: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two ids of one moment and a later one, as a process of its own makes them."""
    functions: dict[str, Any] = {"__name__": "rehearsed"}
    exec(rehearsed()[module], functions)  # noqa: S102 - our own source, as Lambda would run it
    made = []
    for moment in (START, START, START + timedelta(minutes=1)):
        monkeypatch.setattr("desk.clock.utc_now", lambda moment=moment: moment)
        made.append(functions[function]())
    return made


def test_the_rehearsals_clock_never_goes_back(tmp_path: Path) -> None:
    clock = RehearsalClock(tmp_path / "clock", START)

    clock.reach(START + timedelta(hours=1))
    clock.reach(START)

    assert clock.now() == START + timedelta(hours=1)


def test_a_port_that_someone_listens_on_is_refused_by_name() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortTakenError, match=str(port)):
            free_port(port)


def test_any_port_will_do_when_none_is_asked_for() -> None:
    assert free_port() > 0
