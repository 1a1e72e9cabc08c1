"""What a line of the log is about: ids that each line carries while the desk is busy with them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

type Ids = str | Sequence[str]
"""One id, or those of a step that is taken for several at once."""

_concerned: ContextVar[Mapping[str, Ids]] = ContextVar("concerned", default={})  # noqa: B039 - never changed in place


@contextmanager
def concerns(
    *, request: str = "", mention: Ids = "", case: Ids = "", post: Ids = "", picture: Ids = ""
) -> Iterator[None]:
    """While the block runs, lines of the log carry these ids besides those of the blocks around it."""
    named = {"request": request, "mention": mention, "case": case, "post": post, "picture": picture}
    token = _concerned.set({**_concerned.get(), **{name: ids for name, ids in named.items() if ids}})
    try:
        yield
    finally:
        _concerned.reset(token)


def concerned() -> Mapping[str, Ids]:
    """The ids that a line carries now."""
    return _concerned.get()
