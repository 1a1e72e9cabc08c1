"""Heads in one byte a weight, as `desk.reader.heads` reads them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from desk.reader.features import BITS
from desk.reader.heads import FORM
from training.head import Head

_STEPS = 127
_ZERO = 128


def write_heads(path: Path, heads: Mapping[str, Head], limits: Mapping[str, float], *, more: int = 0) -> None:
    """Write the file that `load_heads` reads; byte for byte the same for the same heads.

    `more` is how many texts they were trained on that are not in desk.yaml.
    """
    stated, rows = {}, list[bytes]()
    for name, (fitted, sharpness) in heads.items():
        classes = []
        for class_name, weights, bias in zip(fitted.classes, fitted.weights, fitted.biases, strict=True):
            step = float(np.abs(weights).max()) / _STEPS
            if step:
                rows.append((np.rint(weights / step) + _ZERO).astype(np.uint8).tobytes())
            classes.append({"name": class_name, "step": float(f"{step:.6g}"), "bias": round(float(bias), 6)})
        stated[name] = {"classes": classes, "sharpness": round(sharpness, 4)}
    rounded = {name: round(limit, 4) for name, limit in limits.items()}
    line = json.dumps(
        {"form": FORM, "bits": BITS, "limits": rounded, "more": more, "heads": stated}, ensure_ascii=False
    )
    path.write_bytes(line.encode() + b"\n" + b"".join(rows))


class Behind(NamedTuple):
    """What a department's head was trained on: whose departments, and how many texts that are not in desk.yaml."""

    departments: frozenset[str]
    more: int


def texts_behind(path: Path) -> Behind:
    """What the head in this file was trained on; of no departments where there is none."""
    try:
        with path.open("rb") as file:
            stated = json.loads(file.readline())
        return Behind(frozenset(each["name"] for each in stated["heads"]["department"]["classes"]), stated["more"])
    except (OSError, ValueError, LookupError):
        return Behind(frozenset(), 0)
