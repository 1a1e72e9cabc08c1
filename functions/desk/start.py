"""The start of a function in Lambda."""

import gc
import os
from collections.abc import Callable, Mapping

from desk import IN_LAMBDA


def at_start[Wired](wire: Callable[[Mapping[str, str]], Wired]) -> Wired | None:
    """What `wire` makes of the environment, made once; None outside of Lambda, where every event wires anew.

    It is the end of a start: the garbage collector, which would have looked through all loaded modules time and again
    and freed next to nothing, runs from now on. It leaves out what exists by now, since that is used until the end.
    """
    if not IN_LAMBDA:
        return None
    wired = wire(os.environ)
    gc.freeze()
    gc.enable()
    return wired
