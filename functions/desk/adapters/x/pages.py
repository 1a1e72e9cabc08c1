"""Answers with many posts: pages of timelines, and look-ups by id."""

from collections.abc import Mapping, Sequence
from typing import Any

from desk.adapters.x.dialects import Includes, MalformedPostError, id_in, post_of
from desk.adapters.x.errors import error_of_problem, type_of
from desk.errors import Unavailable
from desk.ports.x import Lookup, Page, Unparsable
from desk.x_post import XPost

_NOT_SHOWN = frozenset({"resource-not-found", "not-authorized-for-resource"})


def page_of(body: Mapping[str, Any]) -> Page:
    """A page of a timeline; raises an XError when X sent a problem in its place.

    No data beside a `meta` is an empty page. No data and no `meta`, just problems, is not: a page about an account
    that X does not show must not pass for one on which nobody spoke.
    """
    if "data" not in body and "meta" not in body:
        problems = _problems(body)
        raise error_of_problem(problems[0]) if problems else Unavailable("X answered without data")
    posts, unparsable = _posts_of(body)
    meta = _object(body.get("meta"))
    ids = sorted([post.id for post in posts] + [each.id for each in unparsable if each.id], key=int)
    return Page(
        posts=posts,
        newest_id=id_in({"id": meta.get("newest_id")}) or (ids[-1] if ids else None),
        oldest_id=id_in({"id": meta.get("oldest_id")}) or (ids[0] if ids else None),
        next_token=_string(meta.get("next_token")),
        count=_count(meta, len(posts) + len(unparsable)),
        unparsable=unparsable,
    )


def lookup_of(body: Mapping[str, Any], asked: Sequence[str]) -> Lookup:
    """Posts by id. What X neither showed nor called gone (its own fault, for example) is in neither set."""
    posts, unparsable = _posts_of(body)
    gone = {
        str(problem.get("resource_id") or problem.get("value"))
        for problem in _problems(body)
        if type_of(problem) in _NOT_SHOWN
    }
    shown = {post.id: post for post in posts}
    return Lookup(shown, frozenset(gone & set(asked) - shown.keys()), unparsable)


def _posts_of(body: Mapping[str, Any]) -> tuple[tuple[XPost, ...], tuple[Unparsable, ...]]:
    """The posts that could be read, and those that could not: one broken post must not cost its neighbours."""
    entries = body.get("data", [])
    if not isinstance(entries, list):
        raise Unavailable("X answered with something that is no list of posts")
    includes = Includes(body)
    posts: list[XPost] = []
    unparsable: list[Unparsable] = []
    for entry in entries:
        try:
            posts.append(post_of(entry, includes))
        except MalformedPostError as exc:
            unparsable.append(Unparsable(id_in(entry), str(exc)))
    return tuple(posts), tuple(unparsable)


def _problems(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = body.get("errors")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(meta: Mapping[str, Any], seen: int) -> int:
    said = meta.get("result_count")
    return max(said, seen) if isinstance(said, int) else seen
