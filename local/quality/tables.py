"""An evaluation as people read it."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table

from desk.reading import UNROUTED_KINDS
from local.quality.evaluation import TO_BE_HEARD, Evaluation
from local.quality.heads import Head
from local.quality.reliability import Reliability, Tally

_CONFUSIONS_SHOWN = 8


def tables(evaluation: Evaluation) -> RenderableType:
    """Everything on one page: the figures first, then what they are made of."""
    heads = {name: head for name, head in evaluation.heads.items() if head.n}
    return Group(
        f"Mentions: {evaluation.n:,}",
        *_reached(evaluation.sent, evaluation.right_when_sent),
        _summary(evaluation, heads),
        *(part for name, head in heads.items() for part in _details(name, head)),
        *([_bins(evaluation.reliability)] if evaluation.reliability.bins() else []),
    )


def _reached(sent: Tally, right: Tally) -> Iterator[str]:
    """What a new brand is after, as a sentence."""
    if sent.share is not None:
        of_these = "" if right.share is None else f", and {right.share:.0%} of what is sent to one belongs there"
        yield (
            f"Of {sent.n:,} mentions for a department {sent.share:.0%} are sent to one{of_these}. "
            "The others go to the operator or to nobody."
        )


def _summary(evaluation: Evaluation, heads: dict[str, Head]) -> Table:
    table = _table("", "share", "of")
    for name, head in heads.items():
        table.add_row(f"{name}: macro-F1", f"{head.macro_f1:.3f}", f"{head.n:,}")
        table.add_row(f"{name}: accuracy", f"{head.accuracy:.3f}", f"{head.n:,}")
    sure = "sure" if evaluation.threshold is None else f"confidence of {evaluation.threshold} or more"
    for title, tally in (
        ("department: left to the operator out of doubt", evaluation.in_doubt),
        ("with a department, kind unlabelled: sent to nobody", evaluation.to_nobody),
        ("with a department, kind unlabelled: read as feedback", evaluation.as_feedback),
        (f"reach: of {', '.join(TO_BE_HEARD)} sent to someone", evaluation.reach(*TO_BE_HEARD)),
        (f"reach: of {', '.join(UNROUTED_KINDS)} sent to someone", evaluation.reach(*UNROUTED_KINDS)),
        ("to review: the kind is only probable", evaluation.review),
        ("urgency: recall of high", evaluation.high),
        (f"urgency: of ordinary {', '.join(TO_BE_HEARD)} read as high", evaluation.high_of_ordinary),
        (f"department right where {sure}", evaluation.sure),
        (f"the same, of mentions that have a department ({sure})", evaluation.sure_of_heard),
    ):
        if tally.n:
            table.add_row(title, _share(tally), f"{tally.n:,}")
    for name, safety, tally in evaluation.safety():
        table.add_row(f"safety: of {name} read as {safety}", f"{tally.share:.4f}", f"{tally.n:,}")
    return table


def _details(name: str, head: Head) -> Iterator[RenderableType]:
    classes = _table(name, "precision", "recall", "F1", "n")
    for one in head.classes():
        classes.add_row(one.label, f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}", f"{one.n:,}")
    yield classes
    confusions = head.confusions()
    if confusions:
        table = _table(f"{name} labelled", "but read as", "n", "of the label")
        for cell in confusions[:_CONFUSIONS_SHOWN]:
            table.add_row(cell.label, cell.read, f"{cell.n:,}", f"{cell.share:.1%}")
        rest = sum(cell.n for cell in confusions[_CONFUSIONS_SHOWN:])
        if rest:
            table.add_row("others", "", f"{rest:,}", "")
        yield table


def _bins(reliability: Reliability) -> Table:
    table = _table("confidence", "mean", "department right", "n")
    for entry in reliability.bins():
        table.add_row(
            f"{entry.low:.1f} to {entry.high:.1f}", f"{entry.confidence:.3f}", f"{entry.right:.3f}", f"{entry.n:,}"
        )
    table.add_row("apart on average", f"{reliability.error():.3f}", "", "")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in others:
        table.add_column(title, justify="right")
    return table


def _share(tally: Tally) -> str:
    return "" if tally.share is None else f"{tally.share:.3f}"
