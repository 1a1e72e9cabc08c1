"""`dorothy pause` and `dorothy resume`: the switch that holds everything outgoing."""

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from desk.posts.model import Post, PostState
from desk.posts.pause import Pause, PauseItems, PauseScope, PauseSwitch, stops_replies
from desk.posts.store import PostStore, PostStoreItems
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target

ReasonOption = Annotated[str, typer.Option("--reason", help="The reason, which the console and the digest show.")]
WhoOption = Annotated[str, typer.Option("--who", help="Your name; by default this machine's user name.")]
ScheduledOption = Annotated[bool, typer.Option("--scheduled-only", help="Hold only posts at a planned time.")]

_EVER = datetime.max.replace(tzinfo=UTC)  # a rehearsal may play a day to come
_LISTED = 50
_SHOWN = 60  # characters of a text


class Switchboard(NamedTuple):
    """A desk's pause switch, its posts and its wall clock."""

    switch: PauseSwitch
    posts: PostStore
    zone: ZoneInfo


def pause(
    reason: ReasonOption,
    who: WhoOption = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
    *,
    scheduled_only: ScheduledOption = False,
) -> None:
    """Hold greetings, scheduled posts, the CMS's posts and automatic replies; a person may confirm a single reply.

    With --scheduled-only, replies and posts for now go out, such as an outage notice.
    """
    if not reason.strip():
        raise UserError("Say why with --reason.", exit_code=2)
    by = name_of(who)
    with aws_errors():
        scope = PauseScope.SCHEDULED if scheduled_only else PauseScope.ALL
        lines = paused(_deployed(desk, local=local), Pause(reason.strip(), by, datetime.now(UTC), scope=scope))
    typer.echo("\n".join(lines))


def resume(who: WhoOption = "", desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Resume publishing. Held posts are not published by that: they are listed, to be released or dropped."""
    by = name_of(who)
    with aws_errors():
        lines = resumed(_deployed(desk, local=local), by, datetime.now(UTC))
    typer.echo("\n".join(lines))


def paused(board: Switchboard, asked: Pause) -> Sequence[str]:
    """Pause, and what to say about it."""
    running = board.switch.pause(asked)
    since = f"since {_moment(running.began_at, board.zone)} by {running.by}: {running.reason}"
    subject = "The desk is" if stops_replies(running) else "Scheduled posts are"
    was = "The desk was" if stops_replies(running) else "Scheduled posts were"
    lines = [f"{subject} paused {since}" if running == asked else f"{was} paused already, {since}"]
    on_their_way = board.posts.due(PostState.PUBLISHING, until=_EVER, limit=_LISTED)
    if on_their_way:
        lines += ["These were just being published, so X may show them all the same:"]
        lines += [_line(post, board.zone) for post in on_their_way]
    return [*lines, "Resume with: dorothy resume"]


def resumed(board: Switchboard, by: str, at: datetime) -> Sequence[str]:
    """Resume, and what to say about it."""
    ended = board.switch.resume(by=by, at=at)
    lines = [f"Publishing has resumed; {_ran(ended, board.zone)}." if ended else "The desk was not paused."]
    held = board.posts.due(PostState.HELD, until=_EVER, limit=_LISTED)
    if not held:
        return [*lines, "No post is held."]
    lines += ["Held, until somebody says what becomes of them (of each the time by which it expires):"]
    lines += [_line(post, board.zone) for post in held]
    lines += ["There may be more: dorothy posts --state held"] if len(held) == _LISTED else []
    return [
        *lines,
        "Send with: dorothy release ID… (or --all-held)",
        "Give up with: dorothy drop ID…",
    ]


def _deployed(desk: Path, *, local: bool | None) -> Switchboard:
    meant = target(desk, local=local)
    outputs, dynamodb = meant.stack.outputs, meant.client("dynamodb")
    return Switchboard(
        PauseItems(dynamodb, outputs["DeskTable"]),
        PostStoreItems(dynamodb, posts_table=outputs["PostsTable"], desk_table=outputs["DeskTable"]),
        ZoneInfo(load_desk(desk).brand.timezone),
    )


def name_of(who: str) -> str:
    """The name of the person who acts. Raises UserError if neither the option nor this machine has one."""
    if who.strip():
        return who.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as exc:
        raise UserError("This machine does not say who you are; say it with --who.", exit_code=2) from exc


def _ran(pause: Pause, zone: ZoneInfo) -> str:
    return f"{pause.by} had paused it at {_moment(pause.began_at, zone)}: {pause.reason}"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _line(post: Post, zone: ZoneInfo) -> str:
    text = " ".join(post.text.split())
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return "\t".join((post.id, post.kind.value, _moment(post.expires_at, zone), shown))
