"""Which release a checkout is: the last tag, if nothing but the brand's own files differs from it."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from local.brand.parameters import ROOT
from local.deployed.errors import DeployedError

_OF_THE_BRAND = ("desk.yaml", "functions/desk/reader/department.heads")
"""What a brand changes in its checkout: its settings, and what the reader learned from them."""
_DEPLOYED = ("functions", "infra", "samconfig.toml", "requirements")
_SHOWN = 5
_SECONDS = 30


class Release(NamedTuple):
    """The name of what would be deployed, and the files in which it is no release."""

    name: str
    differs: Sequence[str] = ()


def release_of(root: Path = ROOT) -> Release:
    """The release of this checkout; without git, or without a tag, every file differs."""
    tag = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    if not tag:
        return Release(_git(root, "describe", "--always", "--dirty") or "unknown", ("all of it, which has no tag",))
    ours = [f":(exclude){name}" for name in _OF_THE_BRAND]
    changed = _git(root, "diff", "--name-only", tag, "--", *_DEPLOYED, *ours).splitlines()
    new = _git(root, "ls-files", "--others", "--exclude-standard", "--", *_DEPLOYED, *ours).splitlines()
    differs = sorted({*changed, *new})
    return Release(_git(root, "describe", "--tags", "--dirty", "--match", "v[0-9]*") if differs else tag, differs)


def refuse_no_release(release: Release) -> None:
    """Raise DeployedError when it is none, with the files that make it none."""
    if not release.differs:
        return
    more = len(release.differs) - _SHOWN
    named = ", ".join(release.differs[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    raise DeployedError(
        f"This checkout is {release.name} and no release; what differs: {named}. Check a release out with "
        "`git checkout <tag>`, or deploy it all the same with DOROTHY_UNRELEASED=1."
    )


def _git(root: Path, *arguments: str) -> str:
    """What git says; "" where it says nothing, or is not there."""
    try:
        asked = ["git", "-C", str(root), *arguments]
        told = subprocess.run(asked, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""
