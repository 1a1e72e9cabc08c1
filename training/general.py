"""The heads that every brand shares: kind, need of an inquiry, urgency and danger."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from desk.reading import Kind
from training.corpus import Labelled
from training.fit import Numbers, fit_together, matrix_of
from training.folds import folds_of
from training.head import Head, train_head
from training.urgency import train_urgency
from training.write import write_heads

_NOBODYS = (Kind.CHAT, Kind.JUNK)
_ANSWERED = (Kind.INQUIRY, Kind.FAULT, Kind.RUMOR)
_REACH = 0.97
"""So many of inquiries, faults and rumours must reach somebody, on texts left out of training, before the brand's own
words are asked. Left out writer by writer they are harder than what comes in: on texts of the calibration set, with the
words asked, it is more than 0.99."""
_ANSWERED_AS_SUCH = 0.97
"""So many of them must not be taken for feedback, which nobody has to answer, there."""


class General(NamedTuple):
    """The heads, and the limits that were found on texts left out."""

    heads: dict[str, Head]
    limits: dict[str, float]


def train_general(texts: Sequence[Labelled], calibration: Sequence[Labelled]) -> General:
    """Fit the heads on these texts, which must be labelled whole; urgency's limits are found on `calibration`."""
    matrix = matrix_of([each.text for each in texts])
    folds = folds_of([each.writer for each in texts])
    kinds = [str(each.kind) for each in texts]
    asking = [place for place, each in enumerate(texts) if each.kind == Kind.INQUIRY]
    needs = [str(texts[place].need) for place in asking]
    kind, of_kinds = train_head(matrix, kinds, folds, fit=fit_together)
    need, _ = train_head(matrix[asking], needs, [folds[place] for place in asking], fit=fit_together)
    of_urgency, limits = train_urgency(texts, calibration)
    limits = {"nobody": _nobody(kind, of_kinds, kinds), "feedback": _feedback(kind, of_kinds, kinds), **limits}
    return General({"kind": kind, "need": need, **of_urgency}, limits)


def write_general(made: General, path: Path) -> None:
    """Write them where the reader finds them."""
    write_heads(path, made.heads, made.limits)


def _nobody(head: Head, shares: Numbers, kinds: Sequence[str]) -> float:
    """How probable it must be that a text is nobody's."""
    nobody = shares[:, [head.fitted.classes.index(kind) for kind in _NOBODYS]].sum(axis=1)
    return float(np.quantile(nobody[np.isin(kinds, _ANSWERED)], _REACH))


def _feedback(head: Head, shares: Numbers, kinds: Sequence[str]) -> float:
    """How many times likelier than any kind that somebody answers feedback must be; at least as likely."""
    answered = shares[:, [head.fitted.classes.index(kind) for kind in _ANSWERED]].max(axis=1)
    times = shares[:, head.fitted.classes.index(Kind.FEEDBACK)] / answered
    return max(1.0, float(np.quantile(times[np.isin(kinds, _ANSWERED)], _ANSWERED_AS_SUCH)))
