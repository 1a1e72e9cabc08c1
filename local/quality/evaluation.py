"""What readings are worth, judged by people's labels."""

from collections.abc import Iterator
from typing import Any

from desk.reading import OPERATOR, UNROUTED_KINDS, Kind, Reading, Safety, Urgency
from local.quality.heads import Head
from local.quality.labelled import Labelled
from local.quality.reliability import Reliability, Tally
from training.corpus import CHECK, DANGER, NOBODY, SAFE

HEADS = ("kind", "need", "department", "urgency", "lang")
TO_BE_HEARD = (Kind.INQUIRY, Kind.FAULT, Kind.RUMOR)
_SAFETY = {DANGER: "danger", CHECK: "check", SAFE: "calm"}
"""The labels of safety, and what figures call their texts."""


def answers_of(reading: Reading) -> dict[str, str]:
    """What a reading says for each head; what is to review counts as what it probably is."""
    return {
        "kind": reading.kind,
        "need": reading.need,
        "department": reading.department or NOBODY,
        "urgency": reading.urgency,
        "lang": reading.lang,
    }


class Evaluation:
    """Counts readings against labels; `threshold` is the confidence from which a reading is taken for sure.

    Departments are judged over mentions that have one. What was left to the operator out of doubt is wrong there, but
    has no part in the reliability of confidence: nothing was claimed. Without a threshold everything else is sure.
    `sent` is how many mentions of the departments besides the operator are sent to one of these, and `right_when_sent`
    how many of all that are sent to one belong there.
    Of mentions that have a department but no labelled kind it counts how many were sent to nobody, and how many became
    feedback, which nobody has to answer.
    """

    def __init__(self, threshold: float | None = None) -> None:
        self.threshold = threshold
        self.n = 0
        self.heads = {name: Head() for name in HEADS}
        self.reached = {kind: Tally() for kind in Kind}
        self._safety = Head()
        self.high = Tally()
        self.high_of_ordinary = Tally()
        self.reliability = Reliability()
        self.sure = Tally()
        self.sure_of_heard = Tally()
        self.in_doubt = Tally()
        self.sent = Tally()
        self.right_when_sent = Tally()
        self.review = Tally()
        self.to_nobody = Tally()
        self.as_feedback = Tally()

    def add(self, labelled: Labelled, reading: Reading) -> None:
        """Count one mention."""
        self.n += 1
        self.review = self.review.with_one(hit=reading.review)
        read = answers_of(reading)
        for name, head in self.heads.items():
            label = getattr(labelled, name)
            if label is not None and not (name == "department" and label == NOBODY):
                head.add(label, read[name])
        if labelled.safety:
            self._safety.add(labelled.safety, reading.safety or SAFE)
        if labelled.kind:
            kind = Kind(labelled.kind)
            self.reached[kind] = self.reached[kind].with_one(hit=reading.is_published)
        if labelled.urgency == Urgency.HIGH:
            self.high = self.high.with_one(hit=reading.urgency is Urgency.HIGH)
        elif labelled.urgency and labelled.kind in TO_BE_HEARD:
            self.high_of_ordinary = self.high_of_ordinary.with_one(hit=reading.urgency is Urgency.HIGH)
        if labelled.department:
            self._judge(labelled.department, reading)
        if labelled.department not in (None, NOBODY) and labelled.kind is None:
            self.to_nobody = self.to_nobody.with_one(hit=reading.department is None)
            self.as_feedback = self.as_feedback.with_one(hit=reading.kind is Kind.FEEDBACK)

    def reach(self, *kinds: Kind) -> Tally:
        """How many mentions of these kinds were sent to someone."""
        tallies = [self.reached[kind] for kind in kinds]
        return Tally(sum(tally.hits for tally in tallies), sum(tally.n for tally in tallies))

    def safety(self) -> Iterator[tuple[str, Safety, Tally]]:
        """Of texts labelled as danger, check and calm, as far as there are any, how many were read as either degree."""
        matrix = self._safety.matrix()
        for label, name in _SAFETY.items():
            if read := matrix.get(label):
                yield from ((name, found, Tally(read.get(found, 0), sum(read.values()))) for found in Safety)

    def plain(self) -> dict[str, Any]:
        """All figures as plain values; a share of nothing is None."""
        return {
            "mentions": self.n,
            **{name: _head(head) for name, head in self.heads.items() if head.n},
            "left_to_operator": _tally(self.in_doubt),
            "sent": _tally(self.sent),
            "right_when_sent": _tally(self.right_when_sent),
            "review": _tally(self.review),
            "without_a_kind": {"to_nobody": _tally(self.to_nobody), "as_feedback": _tally(self.as_feedback)},
            "reach": {
                "to_be_heard": _tally(self.reach(*TO_BE_HEARD)),
                "nobodys": _tally(self.reach(*UNROUTED_KINDS)),
                **{str(kind): _tally(tally) for kind, tally in self.reached.items() if tally.n},
            },
            "safety": self._plain_safety(),
            "urgency_high_recall": _tally(self.high),
            "urgency_high_false_positive_rate": _tally(self.high_of_ordinary),
            "confidence": {
                "threshold": self.threshold,
                "sure": _tally(self.sure),
                "sure_of_those_with_a_department": _tally(self.sure_of_heard),
                "calibration_error": self.reliability.error(),
                "bins": [entry._asdict() for entry in self.reliability.bins()],
            },
        }

    def _plain_safety(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, safety, tally in self.safety():
            found.setdefault(name, {})[safety] = _tally(tally)
        return found

    def _judge(self, department: str, reading: Reading) -> None:
        read = reading.department or NOBODY
        doubts, is_sent = read == OPERATOR, read not in (NOBODY, OPERATOR)
        if department not in (NOBODY, OPERATOR):
            self.in_doubt = self.in_doubt.with_one(hit=doubts)
            self.sent = self.sent.with_one(hit=is_sent)
        if is_sent:
            self.right_when_sent = self.right_when_sent.with_one(hit=read == department)
        if doubts:
            return
        right = read == department
        self.reliability.add(reading.confidence, right=right)
        if self.threshold is None or reading.confidence >= self.threshold:
            self.sure = self.sure.with_one(hit=right)
            if department != NOBODY:
                self.sure_of_heard = self.sure_of_heard.with_one(hit=right)


def _head(head: Head) -> dict[str, Any]:
    return {
        "n": head.n,
        "accuracy": head.accuracy,
        "macro_f1": head.macro_f1,
        "classes": {
            one.label: {"precision": one.precision, "recall": one.recall, "f1": one.f1, "n": one.n}
            for one in head.classes()
        },
        "confusion": head.matrix(),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {"hits": tally.hits, "n": tally.n, "share": tally.share}
