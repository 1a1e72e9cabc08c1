"""The ids of links in what a person has of them."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from desk.links import is_link_id


def ids_in(meant: str) -> Iterator[str]:
    """What could be an id in a whole address, or in what is an id itself; the last part of an address first."""
    return filter(is_link_id, reversed(urlsplit(meant.strip()).path.split("/")))
