"""How well the times by which a brand binds itself are found: `python -m benchmarks.promises [FOLDER or FILE ...]`."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.checks.commitments import commitment_in

SENTENCES = Path(__file__).parents[1] / "tests" / "data" / "commitments"
_SEOUL = ZoneInfo("Asia/Seoul")


class Found(NamedTuple):
    """How many sentences were rightly and wrongly found and missed, and of how many the moment and grain were right."""

    right: int
    wrong: int
    missed: int
    right_moments: int
    right_grains: int

    @property
    def precision(self) -> float:
        """Of what was found, the share that commits."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of what commits, the share that was found."""
        return self.right / (self.right + self.missed)


def measure(file: Path) -> Found:
    """The measures over the sentences of a file."""
    right = wrong = missed = moments = grains = 0
    for line in file.read_text(encoding="utf-8").splitlines():
        labelled = json.loads(line)
        found = commitment_in(labelled["text"], datetime.fromisoformat(labelled["now"]).replace(tzinfo=_SEOUL))
        if not labelled["promise"]:
            wrong += found is not None
        elif found is None:
            missed += 1
        else:
            right += 1
            moments += f"{found.due:%Y-%m-%dT%H:%M}" == labelled["due"][:16]
            grains += found.grain == labelled["grain"]
    return Found(right, wrong, missed, moments, grains)


def main(paths: list[Path]) -> None:
    """Prints totals only: the errors of a part that is held out are not looked at."""
    for file in (file for path in paths for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])):
        found = measure(file)
        print(
            f"{file.stem}: precision {found.precision:.3f}, recall {found.recall:.3f}, "
            f"moment {found.right_moments / found.right:.3f}, grain {found.right_grains / found.right:.3f} {found}"
        )


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]] or [SENTENCES])
