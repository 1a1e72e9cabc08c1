"""The start of a function in Lambda, and of each of its invocations."""

import gc
import os
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Protocol

from desk import IN_LAMBDA
from desk.brand import Brand
from desk.concerned import concerns
from desk.errors import Defect, DeskError, XError, failure_of
from desk.logs import desk_log, join_all_loggers


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

    All loggers of the function write as the desk's, which is set up here and nowhere else.

    This ends the start: from now on the garbage collector runs. During the start it would have visited all loaded
    modules many times and freed next to nothing. It leaves out the objects that exist by now, which are always used.
    """
    if not IN_LAMBDA:
        return lambda: wire(os.environ)
    join_all_loggers(desk_log())
    wired = follow(wire, os.environ) if follow else _once(wire(os.environ))
    gc.freeze()
    gc.enable()
    return wired


def _once[Wired](made: Wired) -> Callable[[], Wired]:
    return lambda: made


def logged[Event, Context, Answer](
    handle: Callable[[Event, Context], Answer],
) -> Callable[[Event, Context], Answer]:
    """Make each line of the log carry the id of Lambda's request, and let no error out with the words of others.

    Lambda writes the message of an error into the log, and hands it on to the queue of failed events.
    """

    @wraps(handle)
    def handled(event: Event, context: Context) -> Answer:
        with concerns(request=getattr(context, "aws_request_id", "")):
            try:
                return handle(event, context)
            except Exception as exc:
                desk_log().exception("the invocation failed")
                if isinstance(exc, DeskError) and not isinstance(exc, XError):
                    raise
                raise Defect(failure_of(exc)) from None

    return handled
