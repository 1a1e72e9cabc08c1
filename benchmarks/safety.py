"""What is read as danger and as to be checked, on texts of ten writers that nothing is trained or tuned on."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.bootstrap import Estimate, share
from desk.mentions.model import Mention
from desk.reading import Reading, Safety
from local.cli.reading_lines import asked_text
from training.corpus import Labelled, load_part

_SETS = ("acute", "quiet", "calm", "kinds")
_READ_AS = {"danger": (Safety.DANGER,), "check": (Safety.CHECK,), "danger or check": tuple(Safety)}
_ONE_IN = (1_000, 100)


def measure(read: Callable[[Mention], Reading]) -> dict[str, Any]:
    """For each set the share that is read as either degree; then the precision to expect of a desk's mentions.

    Somebody is at risk in all of `acute` and `quiet`, in none of `calm` and `kinds`.
    """
    sets = {name: load_part(f"held_out/{name}") for name in _SETS}
    degrees = {name: [read(asked_text(each.text).mention).safety for each in texts] for name, texts in sets.items()}
    shares = {name: _shares(texts, degrees[name]) for name, texts in sets.items()}
    at_risk = _shares([*sets["acute"], *sets["quiet"]], [*degrees["acute"], *degrees["quiet"]])
    return {
        **{name: {"n": len(sets[name]), **_plain(found)} for name, found in shares.items()},
        "precision to expect": {
            f"one in {rare:,} at risk, half of them acute": {
                name: precision(1 / rare, at_risk[name], shares["calm"][name]) for name in _READ_AS
            }
            for rare in _ONE_IN
        },
    }


def precision(rate: float, found: Estimate, called: Estimate) -> dict[str, float]:
    """Of what is read so, the share at risk, if `rate` of all mentions is; `at_least` takes the worse ends of both."""
    return {
        "value": _precision(rate, found.value, called.value),
        "at_least": _precision(rate, found.low, called.high),
    }


def _precision(rate: float, found: float, called: float) -> float:
    right, wrong = rate * found, (1 - rate) * called
    return round(right / (right + wrong), 4) if right else 0.0


def _shares(texts: Sequence[Labelled], degrees: Sequence[Safety | None]) -> dict[str, Estimate]:
    writers = [each.writer for each in texts]
    return {name: share([degree in sought for degree in degrees], writers) for name, sought in _READ_AS.items()}


def _plain(found: dict[str, Estimate]) -> dict[str, dict[str, float]]:
    return {name: each.plain() for name, each in found.items()}
