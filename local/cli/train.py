"""`dorothy train`: the heads that the reader decides with."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.brand import brand_of
from desk.reader.trained import DEPARTMENT, GENERAL
from local.brand.compile import compile_desk, this_year
from local.brand.load import DESK_FILE, load_desk
from local.cli.check import DeskOption
from local.cli.errors import UserError
from training.corpus import CorpusError, Labelled, load_csv, load_part, load_tsv

if TYPE_CHECKING:
    from training.department import Trained

TextsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--texts",
        help="The brand's own labelled texts: a CSV with the columns text and department, or a .tsv of the corpus's "
        "form. Your own tickets, or written for the purpose; never posts from X, whose rules forbid to train on them.",
    ),
]
GeneralOption = Annotated[
    bool, typer.Option("--general", help="Train kind, need and urgency from training/corpus too.")
]

_TOLD_CONFUSIONS = 10


def train(desk: DeskOption = DESK_FILE, texts: TextsOption = None, *, general: GeneralOption = False) -> None:
    """Train the head that tells this brand's departments apart, and show how well it does on texts left out."""
    # Here and not above, since the solver's libraries take a second that no other command should wait for.
    from training.department import train_department, write_department  # noqa: PLC0415
    from training.general import train_general, write_general  # noqa: PLC0415

    brand = brand_of(compile_desk(load_desk(desk), year=this_year()))
    try:
        own = [each for path in texts or () for each in _load(path, brand.departments)]
        trained = train_department(brand, own)
        if general:
            made = train_general([*load_part("train"), *load_part("trades")], load_part("calibration"))
            write_general(made, GENERAL)
            typer.echo(f"{GENERAL.name} is written.")
    except CorpusError as exc:
        raise UserError(str(exc)) from exc
    write_department(trained, DEPARTMENT)
    _report(trained)
    typer.echo(f"{DEPARTMENT.name} is written, for the departments of {desk.name}; the next `make build` ships it.")


def _load(path: Path, departments: Collection[str]) -> list[Labelled]:
    return (load_tsv if path.suffix.lower() == ".tsv" else load_csv)(path, departments)


def _report(trained: "Trained") -> None:
    """By department how many were found and how many of those said were right, then the confusions that matter."""
    true, said = Counter(trained.truth), Counter(trained.said)
    right = Counter(t for t, s in zip(trained.truth, trained.said, strict=True) if t == s)
    typer.echo("On texts left out of training:\n  department     texts  found  right when said")
    for key in sorted(true):
        typer.echo(f"  {key:<13} {true[key]:>6} {_share(right[key], true[key])}  {_share(right[key], said[key])}")
    judged = zip(trained.truth, trained.said, trained.confidence, strict=True)
    sure = [t == s for t, s, confidence in judged if confidence >= trained.sure]
    typer.echo(
        f"Sure enough to go out without a look: {_share(len(sure), len(trained.truth)).strip()}, "
        f"of these right: {_share(sum(sure), len(sure)).strip()}. All others go to the operator."
    )
    confused = Counter((t, s) for t, s in zip(trained.truth, trained.said, strict=True) if t != s)
    for (t, s), count in confused.most_common(_TOLD_CONFUSIONS):
        typer.echo(f"  {count:>4} of {t} were taken for {s}")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.0f} %" if whole else "    - "
