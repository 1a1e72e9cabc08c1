"""The start of a function in Lambda."""

import gc
import os
from collections.abc import Callable, Mapping
from typing import Protocol

from desk import IN_LAMBDA
from desk.brand import Brand


class Wire[Wired](Protocol):
    """Makes a function's parts for this brand, by default the compiled one. Raises SettingsError."""

    def __call__(self, environment: Mapping[str, str], brand: Brand | None = None, /) -> Wired:
        """Make the parts from these settings."""
        ...


def at_start[Wired](
    wire: Wire[Wired], follow: Callable[[Wire[Wired], Mapping[str, str]], Callable[[], Wired]] | None = None
) -> Callable[[], Wired]:
    """What gives each invocation the function's parts, which `wire` makes.

    In Lambda they are made at once, and made again only by what `follow` makes of `wire`; elsewhere each invocation
    makes them anew, for the compiled brand.

    This ends the start: from now on the garbage collector runs. During the start it would have visited all loaded
    modules many times and freed next to nothing. It leaves out the objects that exist by now, which are always used.
    """
    if not IN_LAMBDA:
        return lambda: wire(os.environ)
    wired = follow(wire, os.environ) if follow else _once(wire(os.environ))
    gc.freeze()
    gc.enable()
    return wired


def _once[Wired](made: Wired) -> Callable[[], Wired]:
    return lambda: made
