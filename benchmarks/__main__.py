"""`make bench`: prints the figures and stores them in benchmarks/results.json."""

import json
import tempfile
from pathlib import Path

from benchmarks import (
    answer,
    api,
    brands,
    chase,
    console,
    digest,
    folds,
    pictures,
    push,
    reading,
    size,
    spikes,
    startup,
    suggestions,
    work,
)

REPEATS = 9
SIZES = (100, 500, 1_000, 10_000)
DIGESTS = (1_000, 10_000, 100_000)
REQUESTS = 300
PUSHES = 9
ANSWERS = 60
OPEN_CASES = (100, 1_000, 10_000)
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Measure everything in one run."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        results = {
            "package_bytes": size.zipped_bytes(Path(".aws-sam/build")),
            "startup": startup.measure(REPEATS, workspace),
            "work": work.measure(SIZES),
            "digest": digest.measure(DIGESTS),
            "api": api.measure(REQUESTS),
            "answer": answer.measure(ANSWERS),
            "chase": chase.measure(OPEN_CASES),
            "console": console.measure(OPEN_CASES[1:]),
            "reading": reading.measure(),
            "reading, by folds": folds.measure(),
            "suggestions": suggestions.measure(),
            "pictures": pictures.measure(),
            "push": push.measure(PUSHES),
            "new brands": brands.measure(),
            "spikes": spikes.measure(),
        }
    text = json.dumps(results, indent=2, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    print(text)


main()
