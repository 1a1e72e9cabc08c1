"""Finding the link that a person means."""

from collections.abc import Sequence

from desk.links import hash_of
from desk.reports.store import ReportLink
from local.deployed.errors import DeployedError
from local.deployed.link_ids import ids_in

NAMED_BY = 12
"""This many characters of a link's hash name it in lists: the link's id is not stored."""


def link_meant(meant: str, links: Sequence[ReportLink]) -> ReportLink:
    """The one link that a whole address, an id, or a name from the list means; raises DeployedError for none."""
    known = {link.hash: link for link in links}
    for link_id in ids_in(meant):
        if hash_of(link_id) in known:
            return known[hash_of(link_id)]
    named = [link for link in links if len(meant) >= NAMED_BY and link.hash.startswith(meant.strip())]
    if len(named) != 1:
        raise DeployedError(
            "There is no such link; give its whole address, its id, or its name from `dorothy reports`."
        )
    return named[0]


def standing(link: ReportLink, *, opens: bool) -> str:
    """The state of a link, in a word or two."""
    if link.revoked_at:
        return f"revoked {link.revoked_at:%Y-%m-%d}"
    return f"open until {link.expires_at:%Y-%m-%d}" if opens else "expired"
