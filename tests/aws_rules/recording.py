"""A desk on the local AWS whose every AWS call is judged as AWS would judge it."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from desk.notifications.phone_news import PHONES
from local.stage import Stage, stage
from tests.aws_rules.calls import recorded
from tests.aws_rules.check import Check, Permission
from tests.aws_rules.hook.sitecustomize import FOLDER
from tests.aws_rules.stack import stack as template_stack
from tests.template.stack_template import Resources

PERMISSIONS_FOLDER = "DOROTHY_USED_PERMISSIONS"
"""The environment variable that names where each check leaves the permissions that were used, for the summary."""

NO_TABLE = "there-is-no-such-table"
"""What a test gives a function instead of a table to break it; calls that name it are not judged."""

_HOOK = Path(__file__).parent / "hook"
_PHYSICAL = "physical.json"
_SHOWN = 20


@contextmanager
def recording_stage(folder: Path, mail_folder: Path, **options: Any) -> Iterator[Stage]:
    """`local.stage.stage` whose workers record their calls into the folder, beside the stack's physical ids."""
    environment = {"PYTHONPATH": str(_HOOK), FOLDER: str(folder)}
    with stage(mail_folder, **options, environment=environment) as here:
        (folder / _PHYSICAL).write_text(json.dumps(dict(here.deployed.resources)), encoding="utf-8")
        yield here


@contextmanager
def recorded_stage(mail_folder: Path, **options: Any) -> Iterator[Stage]:
    """`local.stage.stage`; at its end, every call that its functions made must have been one that AWS takes."""
    with tempfile.TemporaryDirectory(prefix="dorothy-calls-") as folder:
        with recording_stage(Path(folder), mail_folder, **options) as here:
            yield here
        assert_allowed(judged(Path(folder)))


def judged(folder: Path, change: Callable[[Resources], None] = lambda _: None, *, only: str = "") -> Check:
    """What AWS would say to everything recorded in the folder.

    `change` may plant a mistake in the template, and `only` a function of the template have its calls judged.
    """
    physical: dict[str, str] = json.loads((folder / _PHYSICAL).read_text(encoding="utf-8"))
    named = [one.partition("-dept-")[2] for one in physical.values() if "-dept-" in one]
    departments = [name for name in named if not name.startswith(PHONES)]
    stack = template_stack(tuple(sorted(departments)), physical=physical, change=change)
    name = physical.get(only)
    calls = (call for call in recorded(folder) if name in {None, call.function} and NO_TABLE not in str(call))
    return Check(stack).calls(calls).by_itself()


def assert_allowed(check: Check) -> None:
    """No finding; what was used is left for the summary at the end of the test run."""
    assert check.authorisations
    if folder := os.environ.get(PERMISSIONS_FOLDER):
        told = {"granted": sorted(check.permissions()), "used": sorted(check.used)}
        Path(folder, f"{uuid4()}.json").write_text(json.dumps(told), encoding="utf-8")
    findings = [f"{count} × {finding}" for finding, count in check.findings.most_common(_SHOWN)]
    assert not findings, f"AWS would refuse {check.findings.total()} calls:\n" + "\n".join(findings)


def unused(folder: Path) -> list[Permission]:
    """What the template grants and no check of the run saw used; nothing when no check ran."""
    told: list[Mapping[str, Any]] = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    granted, used = ({Permission(*one) for each in told for one in each[kind]} for kind in ("granted", "used"))
    return sorted(granted - used)
