"""`dorothy evaluate`: how well the desk reads, by mentions that people labelled."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from desk.reader import Reader
from local.brand.load import DESK_FILE
from local.cli.brand_reader import brand_and_reader
from local.cli.errors import UserError
from local.cli.options import DeskOption
from local.cli.reading_lines import asked_text
from local.quality.evaluation import Evaluation
from local.quality.labelled import Labelled, LabelsError, labelled_mentions
from training.corpus import COLUMNS

Files = Annotated[
    list[Path],
    typer.Argument(
        help="JSON lines with text and labels; a .csv with such columns; or columns between tabs: "
        f"{', '.join(COLUMNS)}."
    ),
]
Machines = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Threshold = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Confidence of a sure reading; by default, every reading that is not in doubt is sure.",
    ),
]


def evaluate(
    files: Files, desk: DeskOption = DESK_FILE, threshold: Threshold = None, as_json: Machines = False
) -> None:
    """Measure the reader on labelled mentions: accuracy, macro-F1, classes, confusions, reach, safety, calibration.

    All files count together. docs/reading.md explains the figures.
    """
    brand, reader = brand_and_reader(desk)
    try:
        labelled = [mention for file in files for mention in labelled_mentions(file, brand.departments)]
    except LabelsError as exc:
        raise UserError(str(exc)) from exc
    _show(evaluation_of(reader, labelled, threshold), as_json=as_json)


def evaluation_of(reader: Reader, labelled: Iterable[Labelled], threshold: float | None = None) -> Evaluation:
    """What a reader makes of labelled texts, judged."""
    evaluation = Evaluation(threshold)
    for one in labelled:
        evaluation.add(one, reader.read(asked_text(one.text).mention))
    return evaluation


def _show(evaluation: Evaluation, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(evaluation.plain(), ensure_ascii=False, indent=1) + "\n")
        return
    from rich.console import Console  # noqa: PLC0415 - it takes time that figures for machines should not

    from local.quality.tables import tables  # noqa: PLC0415 - as above

    Console(highlight=False, width=max(Console().width, 100)).print(tables(evaluation))
