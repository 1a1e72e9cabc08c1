"""The start of a function in Lambda."""

import gc
import os
from collections.abc import Callable, Mapping

from desk import IN_LAMBDA


def at_start[Wired](wire: Callable[[Mapping[str, str]], Wired]) -> Wired | None:
    """What `wire` makes of the environment, made once; None outside of Lambda, where every event wires anew.

    This ends the start: from now on the garbage collector runs. During the start it would have visited all loaded
    modules many times and freed next to nothing. It leaves out the objects that exist by now, which are always used.
    """
    if not IN_LAMBDA:
        return None
    wired = wire(os.environ)
    gc.freeze()
    gc.enable()
    return wired
