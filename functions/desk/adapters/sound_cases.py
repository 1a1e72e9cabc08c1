"""Cases in items, where one that is malformed must not hold up the others."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from desk.adapters.case_items import case_of
from desk.case import Case

_log = logging.getLogger(__name__)


def sound_cases(items: Iterable[dict[str, Any]]) -> Iterator[Case]:
    """The cases in these items (typed form), in their order; a malformed one is left out and logged."""
    for item in items:
        try:
            case = case_of(item)
        except (KeyError, TypeError, ValueError):
            _log.exception("the case %s is malformed", item["case_id"]["S"])
            continue
        yield case
