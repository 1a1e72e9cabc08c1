"""What other texts teach about words, for a head that has few texts of its own: the transfer map.

The map gives each bucket a place in a space of a few dimensions, and a text the sum of its buckets' places. Texts about
the same matter lie near each other there though they share no word. A head learns weights for these dimensions beside
those for buckets. Both are linear, so the first become part of the second, and the reader never sees the map.

`make_transfer.py` makes the map. The file: one line of JSON with a scale for each dimension and the hash of the rest,
then for each bucket one signed byte a dimension.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack

from desk.reader.features import BITS
from training.fit import Fitted, Numbers, fit

TRANSFER = Path(__file__).with_name("transfer.map")
NO_TRANSFER: Numbers = np.zeros((1 << BITS, 0))
"""A map without dimensions, for texts that need none."""
_FORM = 1
_STEPS = 127


class TransferError(Exception):
    """The transfer map can't be used; the message says why and what to do."""


def write_transfer(places: Numbers, path: Path) -> None:
    """Write the map: a row for each bucket, a column for each dimension."""
    scales = np.abs(places).max(axis=0) / _STEPS
    content = np.rint(places / np.where(scales > 0, scales, 1)).astype(np.int8).tobytes()
    stated = {
        "form": _FORM,
        "bits": BITS,
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    path.write_bytes(json.dumps(stated).encode() + b"\n" + content)


@cache
def load_transfer(path: Path = TRANSFER) -> Numbers:
    """The map as `write_transfer` was given it, rounded. Raises TransferError for a missing, damaged or other file."""
    try:
        line, _, content = path.read_bytes().partition(b"\n")
        stated = json.loads(line)
        is_ours = stated["form"] == _FORM and stated["bits"] == BITS
        is_whole = stated["sha256"] == hashlib.sha256(content).hexdigest()
        scales = np.asarray(stated["scales"], dtype=np.float64)
    except OSError as exc:
        raise TransferError(f"{path.name} can't be read; check it out again") from exc
    except (ValueError, LookupError, TypeError) as exc:
        raise TransferError(f"{path.name} is damaged; check it out again") from exc
    if not is_ours:
        raise TransferError(f"{path.name} was made for another version; make it again with training/make_transfer.py")
    if not is_whole:
        raise TransferError(f"{path.name} is damaged; check it out again")
    return np.asarray(np.frombuffer(content, np.int8).reshape(1 << BITS, len(scales)) * scales, dtype=np.float64)


def fit_with_transfer(matrix: csr_matrix, labels: Sequence[str], rarity: Numbers, places: Numbers) -> Fitted:
    """The head that `fit` finds on the texts' buckets and on their `places`, as weights of buckets alone.

    It is fitted on those buckets only that the texts have, which takes less time where they are few.
    """
    found = np.unique(matrix.indices)
    rows = hstack([matrix[:, found], csr_matrix(matrix @ places)]).tocsr()
    taught = fit(rows, labels, np.append(rarity[found], np.ones(places.shape[1])))
    weights = np.asarray(taught.weights[:, len(found) :] @ places.T)
    weights[:, found] += taught.weights[:, : len(found)]
    return taught._replace(weights=weights)
