"""`dorothy posts`, `settle`, `release` and `drop`: what became of posts, and what a person decides about them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from desk.clock import utc_now
from desk.links import post_link
from desk.posts.model import NEVER_PUBLISHED, Post, PostState
from desk.posts.pause import PauseItems
from desk.posts.queue import PostQueueSqs
from desk.posts.store import PostStoreItems
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.check import DeskOption
from local.cli.errors import UserError
from local.cli.target import LocalOption, target
from local.deployed.posts import Decided, PostDesk

StateOption = Annotated[PostState | None, typer.Option("--state", help="Only posts in this state, done ones too.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many of each state.")]
IdArgument = Annotated[str, typer.Argument(metavar="POST_ID", help="The post's id.")]
IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="[POST_ID]…", help="Ids of posts.")]
PublishedOption = Annotated[str, typer.Option("--published", metavar="X_ID", help="It is on X: its id or address.")]
AgainOption = Annotated[bool, typer.Option("--send-again", help="It does not stand on X, and shall.")]
AllHeldOption = Annotated[bool, typer.Option("--all-held", help="All posts that are held.")]

_OPEN = tuple(state for state in PostState if state not in NEVER_PUBLISHED | {PostState.PUBLISHED})
_EVERYTHING = 10_000
_SHOWN = 60  # characters of a text


def posts(
    state: StateOption = None, limit: LimitOption = 100, desk: DeskOption = DESK_FILE, local: LocalOption = None
) -> None:
    """List posts: those of one state, or all that are not done; by id, state, time due, reason, X's address, text."""
    with aws_errors():
        made, zone = _deployed(desk, local=local), _zone(desk)
        for each in [state] if state else _OPEN:
            for post in made.desk.listed(each, limit=limit):
                typer.echo(_line(post, zone, made.x_site))


def settle(
    post_id: IdArgument,
    published: PublishedOption = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
    *,
    send_again: AgainOption = False,
) -> None:
    """Decide about an uncertain post, once you have looked for it on X."""
    if bool(published) == send_again:
        raise UserError("Give either --published X_ID or --send-again.", exit_code=2)
    with aws_errors():
        made = _deployed(desk, local=local).desk
        decided = made.settle_published(post_id, published) if published else made.settle_send_again(post_id)
    _tell([decided])


def release(
    ids: IdsArgument = None,
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
    *,
    all_held: AllHeldOption = False,
) -> None:
    """Let posts out that a pause has held."""
    if bool(ids) == all_held:
        raise UserError("Give either ids of posts or --all-held.", exit_code=2)
    with aws_errors():
        made = _deployed(desk, local=local).desk
        _tell(made.release(ids or _all_held(made)))


def drop(
    ids: Annotated[list[str], typer.Argument(metavar="POST_ID…", help="Ids of posts.")],
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
) -> None:
    """Give posts up that are not on X: held, scheduled, waiting or uncertain ones."""
    with aws_errors():
        _tell(_deployed(desk, local=local).desk.drop(ids))


class _Deployed(NamedTuple):
    """The posts of a desk, and the website on which people see them."""

    desk: PostDesk
    x_site: str


def _deployed(desk: Path, *, local: bool | None) -> _Deployed:
    meant = target(desk, local=local)
    outputs, dynamodb = meant.stack.outputs, meant.client("dynamodb")
    made = PostDesk(
        PostStoreItems(dynamodb, posts_table=outputs["PostsTable"], desk_table=outputs["DeskTable"]),
        PostQueueSqs(meant.client("sqs"), queue_url=outputs["PostsQueueUrl"]),
        PauseItems(dynamodb, outputs["DeskTable"]),
        utc_now,
    )
    return _Deployed(made, meant.x_site)


def _all_held(made: PostDesk) -> list[str]:
    """In the order in which they were due, since each may be said as soon as it is let out."""
    held = made.listed(PostState.HELD, limit=_EVERYTHING)
    return [post.id for post in sorted(held, key=lambda post: (post.publish_at, post.accepted_at))]


def _zone(desk: Path) -> ZoneInfo:
    return ZoneInfo(load_desk(desk).brand.timezone)


def _tell(decided: Iterable[Decided]) -> None:
    for post, is_woken in decided:
        sweep = "" if is_woken else "; the queue took nothing, so the sweep sends it within five minutes"
        typer.echo(f"{post.id}\t{post.state}{sweep}")


def _line(post: Post, zone: ZoneInfo, x_site: str) -> str:
    text = " ".join(post.text.split())
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    due = f"{post.publish_at.astimezone(zone):%Y-%m-%d %H:%M}"
    address = post_link(post.x_id, x_site) if post.x_id else ""
    return "\t".join((post.id, post.state, due, post.reason or "", address, shown))
