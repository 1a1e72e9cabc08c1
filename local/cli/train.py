"""`dorothy train`: the heads that the reader decides with."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.brand import brand_of
from desk.reader.heads import DEPARTMENT, GENERAL
from desk.reading import OPERATOR
from local.brand.compile import compile_desk, this_year
from local.brand.load import DESK_FILE, load_desk
from local.brand.teaching import teaching_notes
from local.cli.errors import UserError
from local.cli.options import DeskOption
from local.quality.heads import Head
from training.corpus import CorpusError, OwnTexts, load_csv, load_part, load_tsv

if TYPE_CHECKING:
    from training.department import Trained
    from training.learning_curve import Curve, Lost

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

DeskOnlyOption = Annotated[
    bool,
    typer.Option("--desk-only", help="Train on desk.yaml alone, even if the head was trained on more texts."),
]

_TOLD_CONFUSIONS = 10
_TOLD_LINES = 10
_TOLD_NEEDIEST = 3


def train(
    desk: DeskOption = DESK_FILE,
    texts: TextsOption = None,
    *,
    general: GeneralOption = False,
    desk_only: DeskOnlyOption = False,
) -> None:
    """Train the head that recognises this brand's departments, and show results on held-out texts.

    It is kept only if it does at least as well as the words of desk.yaml alone.
    """
    # Here and not above, since the solver's libraries take a second that no other command should wait for.
    from training.department import contradictions, train_department, write_department  # noqa: PLC0415
    from training.general import train_general, write_general  # noqa: PLC0415
    from training.learning_curve import learning_curve, neediest  # noqa: PLC0415
    from training.transfer import TransferError  # noqa: PLC0415
    from training.write import texts_behind  # noqa: PLC0415

    loaded = load_desk(desk)
    brand = brand_of(compile_desk(loaded, year=this_year()))
    behind = texts_behind(DEPARTMENT)
    is_this_desks = behind.departments | {OPERATOR} == {*brand.departments, OPERATOR}
    if behind.more and is_this_desks and not texts and not desk_only:
        raise UserError(_would_lose(behind.more))
    try:
        files = {path: _load(path, brand.departments) for path in texts or ()}
        own = [each for file in files.values() for each in file.texts]
        trained = train_department(brand, own)
        curve = learning_curve(brand, own, trained)
        if general:
            made = train_general([*load_part("train"), *load_part("trades")], load_part("calibration"))
            write_general(made, GENERAL)
            typer.echo(f"{GENERAL.name} is written.")
    except (CorpusError, TransferError) as exc:
        raise UserError(str(exc)) from exc
    _report(trained)
    for note in (
        *_prospects(curve, neediest(trained)),
        *teaching_notes(loaded.departments),
        *_notes(files, contradictions(brand, own)),
    ):
        typer.echo(note)
    if trained.is_better():
        write_department(trained, DEPARTMENT)
        typer.echo(f"{DEPARTMENT.name} is written, for the departments of {desk.name}; the next `make build` ships it.")
    else:
        DEPARTMENT.unlink(missing_ok=True)
        typer.echo(f"Words alone do better, so there is no {DEPARTMENT.name} now and the desk goes by words.")


def _would_lose(more: int) -> str:
    return (
        f"{DEPARTMENT.name} was trained on {more:,} texts besides desk.yaml, and would forget them. "
        "Name them again with --texts (for the shipped brand: `make train`), or say --desk-only."
    )


def _load(path: Path, departments: Collection[str]) -> OwnTexts:
    if path.suffix.lower() == ".tsv":
        return OwnTexts(load_tsv(path, departments), [])
    return load_csv(path, departments)


def _notes(files: Mapping[Path, OwnTexts], contradictory: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The brand's own texts that were not used for training."""
    for path, file in files.items():
        lines = [str(line) for line in file.without_department]
        if lines:
            listed = ", ".join(lines[:_TOLD_LINES]) + (", …" if len(lines) > _TOLD_LINES else "")
            yield f"{path.name}: rows without a department, which are not used: {len(lines)} (lines {listed})."
    if contradictory:
        yield f"Texts under more than one department, which are not used: {len(contradictory)}."
        for text, departments in list(contradictory.items())[:_TOLD_LINES]:
            yield f"  {text!r}: {', '.join(departments)}"


def _report(trained: "Trained") -> None:
    """Results by department (recall and precision), the comparison with words alone, and the confusions."""
    true, said = Counter(trained.truth), Counter(trained.said)
    right = Counter(t for t, s in zip(trained.truth, trained.said, strict=True) if t == s)
    typer.echo("On texts left out of training:\n  department     texts  found  right when said")
    for key in sorted(true):
        typer.echo(f"  {key:<13} {true[key]:>6} {_share(right[key], true[key])}  {_share(right[key], said[key])}")
    typer.echo("\nWhere they would go:    right department  operator  wrong department  macro-F1")
    for name, went in (("words alone", trained.by_words), ("words and head", trained.routed())):
        typer.echo(_outcome(name, trained.truth, went))
    confused = Counter((t, s) for t, s in zip(trained.truth, trained.said, strict=True) if t != s)
    for (t, s), count in confused.most_common(_TOLD_CONFUSIONS):
        typer.echo(f"  {count:>4} of {t} were taken for {s}")


def _outcome(name: str, truth: Sequence[str], went: Sequence[str]) -> str:
    """One line of the comparison, over the texts that have a department besides the operator."""
    head, pairs = Head(), [(t, s) for t, s in zip(truth, went, strict=True) if t != OPERATOR]
    for true, said in pairs:
        head.add(true, said)
    right, doubtful = sum(t == s for t, s in pairs), sum(s == OPERATOR for _, s in pairs)
    counts = (right, doubtful, len(pairs) - right - doubtful)
    shares = "  ".join(_share(count, len(pairs)).rjust(width) for count, width in zip(counts, (16, 8, 16), strict=True))
    return f"  {name:<22}{shares}  {head.macro_f1:8.3f}"


def _prospects(curve: "Curve | None", lost: Sequence["Lost"]) -> Iterator[str]:
    """What more examples would bring, if that was estimated, and the departments that need them most."""
    if curve:
        now, doubled = curve.now, curve.doubled
        yield "\nWhat more examples would bring, from heads that were taught fewer and read the others:"
        for each in curve.measured:
            yield (
                f"  with {each.examples:.0f} a department: {_percent(each.sent)} of texts are sent to a department, "
                f"{_percent(each.right)} of them to the right one"
            )
        yield (
            f"  estimated: with {now.examples} about {_percent(now.sent)}, with {doubled.examples} about "
            f"{_percent(doubled.sent)} ({_percent(doubled.low)} to {_percent(doubled.high)}) are sent, "
            "at the same limit of confidence"
        )
        yield "  The estimate is cautious: you write examples to differ from each other; customers repeat each other."
    if lost:
        most = ", ".join(f"{each.department} ({_percent(each.share)})" for each in lost[:_TOLD_NEEDIEST])
        yield f"Five more examples would help most in (texts left out that don't reach it): {most}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.0f} %" if whole else "    - "
