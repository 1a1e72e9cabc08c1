"""`dorothy posts`, `settle`, `release` and `drop`: what became of posts, and what a person decides about them."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from desk.clock import utc_now
from desk.errors import StoreBusy
from desk.links import post_link
from desk.posts.commands import CancelPost, Decider, PostCommand, ReleasePost, SendAgain, SettlePost
from desk.posts.decisions import (
    DecisionRefused,
    NoSuchPost,
    NoXId,
    PostDecisions,
    PostTooLate,
    StillPaused,
    WrongState,
    x_id_in,
)
from desk.posts.model import FINAL, Post, PostState
from desk.posts.pause import PauseItems
from desk.posts.queue import NoTimer, PostQueueSqs
from desk.posts.store import PostStore, PostStoreItems
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption, LocalOption
from local.cli.pause import WhoOption, name_of
from local.cli.target import target

StateOption = Annotated[PostState | None, typer.Option("--state", help="Only posts in this state.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="The most posts of each state.")]
IdArgument = Annotated[str, typer.Argument(metavar="POST_ID", help="The post's id.")]
IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="[POST_ID]…", help="Ids of posts.")]
PublishedOption = Annotated[str, typer.Option("--published", metavar="X_ID", help="It is on X: its id or address.")]
AgainOption = Annotated[bool, typer.Option("--send-again", help="It is not on X: send it again.")]
AllHeldOption = Annotated[bool, typer.Option("--all-held", help="All posts that are held.")]

_OPEN = tuple(state for state in PostState if state not in FINAL)
_EVERYTHING = 10_000
_PAGE = 100
_SHOWN = 60  # characters of a text


def posts(
    state: StateOption = None, limit: LimitOption = 100, desk: DeskOption = DESK_FILE, local: LocalOption = None
) -> None:
    """List posts of one state, or all unfinished ones: id, state, due time, reason, address on X, text."""
    with aws_errors():
        made, zone = _deployed(desk, local=local), _zone(desk)
        for each in [state] if state else _OPEN:
            for post in _listed(made.decisions.posts, each, limit=limit):
                typer.echo(_line(post, zone, made.x_site))


def settle(  # noqa: PLR0913 - a command's options, each named
    post_id: IdArgument,
    published: PublishedOption = "",
    who: WhoOption = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
    *,
    send_again: AgainOption = False,
) -> None:
    """Decide about a post that is in doubt, after you have looked for it on X."""
    if bool(published) == send_again:
        raise UserError("Give either --published X_ID or --send-again.", exit_code=2)
    decider = Decider(name_of(who))
    with aws_errors():
        made = _deployed(desk, local=local)
        if published:
            _decide(made, [post_id], lambda each: SettlePost(each, decider, x_id_in(published)))
        else:
            _decide(made, [post_id], lambda each: SendAgain(each, decider))


def release(
    ids: IdsArgument = None,
    who: WhoOption = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
    *,
    all_held: AllHeldOption = False,
) -> None:
    """Release posts that a pause has held."""
    if bool(ids) == all_held:
        raise UserError("Give either ids of posts or --all-held.", exit_code=2)
    decider = Decider(name_of(who))
    with aws_errors():
        made = _deployed(desk, local=local)
        asked = ids or _all_held(made.decisions.posts)
        _decide(made, asked, lambda each: ReleasePost(each, decider))


def drop(
    ids: Annotated[list[str], typer.Argument(metavar="POST_ID…", help="Ids of posts.")],
    who: WhoOption = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
) -> None:
    """Drop posts that are not on X: held, scheduled, waiting ones, and those in doubt."""
    decider = Decider(name_of(who))
    with aws_errors():
        made = _deployed(desk, local=local)
        _decide(made, ids, lambda each: CancelPost(each, decider))


class _Deployed(NamedTuple):
    """The posts of a desk, the failures of its queue so far, and the website on which people see the posts."""

    decisions: PostDecisions
    queue_errors: Collection[Exception]
    x_site: str


def _deployed(desk: Path, *, local: bool | None) -> _Deployed:
    meant = target(desk, local=local)
    outputs, dynamodb = meant.stack.outputs, meant.client("dynamodb")
    errors: list[Exception] = []
    decisions = PostDecisions(
        PostStoreItems(dynamodb, posts_table=outputs["PostsTable"], desk_table=outputs["DeskTable"]),
        PauseItems(dynamodb, outputs["DeskTable"]),
        PostQueueSqs(meant.client("sqs"), queue_url=outputs["PostsQueueUrl"]),
        NoTimer(),
        utc_now,
        errors.append,
    )
    return _Deployed(decisions, errors, meant.x_site)


def _decide(made: _Deployed, ids: Sequence[str], command_for: Callable[[str], PostCommand]) -> None:
    """Decide about the posts one by one. Refusals are reported after all others were decided."""
    refusals: list[str] = []
    for post_id in ids:
        before = len(made.queue_errors)
        try:
            post = made.decisions.perform(command_for(post_id))
        except StillPaused as exc:
            raise UserError("\n".join([*refusals, _sentence(exc, post_id)])) from exc
        except DecisionRefused as exc:
            refusals.append(_sentence(exc, post_id))
        except StoreBusy as exc:
            refusals.append(
                f"The table gave no answer about post {post_id} ({exc}), which may have changed or not: "
                "look with `dorothy posts`, or run the command again."
            )
        else:
            is_woken = len(made.queue_errors) == before
            sweep = "" if is_woken else "; the queue took nothing, so the sweep sends it within five minutes"
            typer.echo(f"{post.id}\t{post.state}{sweep}")
    if refusals:
        raise UserError("\n".join(refusals))


def _sentence(refusal: DecisionRefused, post_id: str) -> str:
    match refusal:
        case NoSuchPost():
            return f"There is no post {post_id}."
        case NoXId():
            return f"{refusal} is no id of a post on X: it is the number at the end of the post's address."
        case WrongState():
            states = " or ".join(sorted(refusal.states))
            return f"Post {post_id} is {refusal.post.state}, not {states}; it was left as it is."
        case StillPaused():
            return "The desk is paused, and what is released now would be held again: resume it first."
        case PostTooLate():
            return f"The time of post {post_id} has passed; drop it, or submit it again."
        case _:
            return f"Post {post_id} was left as it is: {refusal}."


def _listed(store: PostStore, state: PostState, *, limit: int) -> Sequence[Post]:
    """The latest posts of this state."""
    posts: list[Post] = []
    cursor = None
    while len(posts) < limit:
        page = store.page(state, limit=min(_PAGE, limit - len(posts)), cursor=cursor)
        posts += page.posts
        cursor = page.next_cursor
        if cursor is None:
            break
    return posts


def _all_held(store: PostStore) -> list[str]:
    """In the order in which they were due, since each may be published as soon as it is released."""
    held = _listed(store, PostState.HELD, limit=_EVERYTHING)
    return [post.id for post in sorted(held, key=lambda post: (post.publish_at, post.accepted_at))]


def _zone(desk: Path) -> ZoneInfo:
    return ZoneInfo(load_desk(desk).brand.timezone)


def _line(post: Post, zone: ZoneInfo, x_site: str) -> str:
    text = " ".join(post.text.split())
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    due = f"{post.publish_at.astimezone(zone):%Y-%m-%d %H:%M}"
    address = post_link(post.x_id, x_site) if post.x_id else ""
    return "\t".join((post.id, post.state, due, post.reason or "", address, shown))
