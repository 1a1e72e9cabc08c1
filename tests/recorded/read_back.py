"""Run in the tree of an earlier release: prints, as JSON, in what its code fails to read a folder of a later one."""

import json
import sys
from pathlib import Path

from tests.recorded.described import lost
from tests.recorded.releases import MESSAGES_FILE, RECORDINGS, read, replay


def main(folder: Path) -> None:
    """By kind: the error, or what it reads otherwise than the later release meant it. Kinds that it lacks are left."""
    faults = {}
    for path in sorted(folder.glob("*.json")):
        if path.name == MESSAGES_FILE or path.stem not in RECORDINGS:
            continue
        recorded = read(path)
        try:
            found = lost(replay(recorded, RECORDINGS[path.stem]), recorded["value"])
        except Exception as exc:  # noqa: BLE001 - whatever it is, the earlier release cannot read it
            found = [f"{type(exc).__name__}: {exc}"]
        if found:
            faults[path.stem] = found
    json.dump(faults, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
