"""The folder of a preview: the pages that were read of X, what was counted, and the time at which all of it goes.

All previews of a person are in one place, whatever directory a command is typed in, so that each command of `dorothy`
can remove what has expired. A folder is readable by its owner only, and holds no credentials.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local.running_desk import STATE_FILE

KEPT = timedelta(hours=24)
"""How long what was read of X is kept, from the first page on."""
_ABOUT, _WEEK = "preview.json", "week.json"
_GOING = ".going-"
_PAGE = re.compile(r"(?P<timeline>[a-z_]+)-(?P<number>\d{3})\.json")


@dataclass(frozen=True, slots=True)
class PreviewedAccount:
    """What a preview is of: the account, the X that it is read from, and the desk.yaml with which it is read.

    `newer_fields`: X takes only its newer names of fields, by which authors and referenced posts are billed as well.
    """

    handle: str
    user_id: str
    x: str
    desk: str
    begun_at: datetime
    newer_fields: bool = False

    @property
    def expires_at(self) -> datetime:
        """When all that was read has to be gone."""
        return self.begun_at + KEPT


class PreviewFolder:
    """The folder of one account's preview."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def about(self) -> PreviewedAccount | None:
        """What it is of; None before the first page was asked for, and for a folder that cannot be read."""
        plain = self._read(_ABOUT)
        try:
            return (
                PreviewedAccount(**{**plain, "begun_at": datetime.fromisoformat(plain["begun_at"])}) if plain else None
            )
        except (KeyError, TypeError, ValueError):
            return None

    def begin(self, about: PreviewedAccount) -> None:
        """Write what it is of."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write(_ABOUT, asdict(about) | {"begun_at": about.begun_at.isoformat()})

    def pages(self, timeline: str) -> list[dict[str, Any]]:
        """X's answers for this timeline in the order in which they were read."""
        found = sorted(path.name for path in self.path.glob(f"{timeline}-*.json") if _PAGE.fullmatch(path.name))
        return [page for name in found if (page := self._read(name))]

    def keep(self, timeline: str, page: dict[str, Any]) -> None:
        """Keep X's answer, before the next one is asked for."""
        number = len(list(self.path.glob(f"{timeline}-*.json"))) + 1
        self._write(f"{timeline}-{number:03}.json", page)

    def week(self) -> dict[str, Any] | None:
        """The counts of the week, if they were made."""
        return self._read(_WEEK)

    def keep_week(self, counts: dict[str, Any]) -> None:
        """Keep the counts."""
        self._write(_WEEK, counts)

    def is_in_use(self) -> bool:
        """Whether a process runs a desk in it, and therefore removes it in time itself."""
        try:
            descriptor = os.open(self.path / STATE_FILE, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def remove(self) -> None:
        """Remove all of it. The new name makes sure that a removal which is cut short goes on with the next command."""
        going = self.path.with_name(f"{_GOING}{secrets.token_hex(4)}")
        self.path.rename(going)
        shutil.rmtree(going)

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            plain = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return plain if isinstance(plain, dict) else None

    def _write(self, name: str, plain: dict[str, Any]) -> None:
        fresh = self.path / f".{name}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(plain, file, ensure_ascii=False)
        fresh.replace(self.path / name)


def previews_root() -> Path:
    """The place of all previews of this person."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache") / "dorothy" / "previews"


def folder_of(handle: str) -> PreviewFolder:
    """The folder of this account's preview; X's names are the same in any case."""
    return PreviewFolder(previews_root() / handle.lower())


def newest_folder() -> PreviewFolder | None:
    """The folder of the preview that was begun last; None where there is none."""
    begun = {about.begun_at: folder for folder in _folders() if (about := folder.about())}
    return begun[max(begun)] if begun else None


def remove_expired(now: datetime) -> int:
    """Remove what has expired, and what an earlier removal has left; how many previews went.

    A folder that is in use is removed by the process that uses it.
    """
    root, count = previews_root(), 0
    for left in root.glob(f"{_GOING}*"):
        shutil.rmtree(left, ignore_errors=True)
    for folder in _folders():
        if _has_expired(folder, now) and not folder.is_in_use():
            folder.remove()
            count += 1
    return count


def _has_expired(folder: PreviewFolder, now: datetime) -> bool:
    """By the time that it states; one that states none counts from its last change."""
    about = folder.about()
    if about:
        return not about.begun_at <= now < about.expires_at
    return now.timestamp() - folder.path.stat().st_mtime >= KEPT.total_seconds()


def _folders() -> Iterator[PreviewFolder]:
    root = previews_root()
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield PreviewFolder(path)
