"""The way of a mention, case or post: what the tables hold of it, and what each function logged about it, by time."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from desk.cases.store import CaseFile, CaseStoreItems
from desk.mentions.model import StoredMention
from desk.mentions.store import MentionStoreItems
from desk.notifications.topics import SubscribersItems
from desk.outbox.model import ON_CALL, subject_id
from desk.outbox.store import OutboxItems
from desk.posts.model import Post
from desk.posts.store import PostStoreItems
from local.deployed.errors import DeployedError

_BEFORE = timedelta(hours=1)
"""Logs are searched from so long before the first thing that the tables know."""
_GROUPS_A_QUERY = 50
_MOST_LINES = 10_000
_SLOW_SECONDS, _LONGEST_SECONDS, _PAUSE_SECONDS = 5.0, 120.0, 0.5
_FRAME = frozenset({"level", "timestamp", "function", "message", "request", "at"})
"""What a line of the log has besides what it says."""


class Step(NamedTuple):
    """One step of the way: when, which function or table says so, and what it says, without anybody's words."""

    at: datetime
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Way:
    """The ids that belong together, and the steps that the tables hold."""

    ids: Sequence[str]
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a stack, as the trace reads them."""

    dynamodb: Any
    outputs: Mapping[str, str]
    departments: Iterable[str]
    zone: ZoneInfo

    def way_of(self, asked: str) -> Way:
        """What belongs to this id of a mention, a case or a post. Raises DeployedError if no table has it."""
        mentions, cases, posts = self._mention([asked]), self._case(asked), self._posts([asked])
        of_mention = [one.outcome.case_id for one in mentions if one.outcome]
        for case_id in filter(None, [*of_mention, *(post.case_id for post in posts)]):
            cases = cases or self._case(case_id)
        if cases:
            mentions = self._mention([one.mention.id for one in cases.mentions])
            posts = self._posts([*(event.post_id for event in cases.events if event.post_id), *(p.id for p in posts)])
        if not (mentions or cases or posts):
            raise DeployedError(f"Neither a mention, nor a case, nor a post of this desk has the id {asked}.")
        ids = [one.mention.id for one in mentions] + ([cases.case.id] if cases else [])
        ids += [each for post in posts for each in (post.id, *(picture.id for picture in post.pictures))]
        steps = [step for one in mentions for step in _steps_of_mention(one)]
        steps += _steps_of_case(cases) if cases else []
        steps += [step for post in posts for step in _steps_of_post(post)]
        return Way(list(dict.fromkeys(ids)), [*steps, *self._in_outbox(set(ids))])

    def _mention(self, ids: Sequence[str]) -> list[StoredMention]:
        store = MentionStoreItems(
            self.dynamodb,
            mentions_table=self.outputs["MentionsTable"],
            desk_table=self.outputs["DeskTable"],
            zone=self.zone,
        )
        return list(store.get_many(ids).values()) if ids else []

    def _case(self, case_id: str) -> CaseFile | None:
        return CaseStoreItems(
            self.dynamodb,
            cases_table=self.outputs["CasesTable"],
            mentions_table=self.outputs["MentionsTable"],
            desk_table=self.outputs["DeskTable"],
        ).file(case_id)

    def _posts(self, ids: Iterable[str]) -> list[Post]:
        store = PostStoreItems(
            self.dynamodb, posts_table=self.outputs["PostsTable"], desk_table=self.outputs["DeskTable"]
        )
        return list(store.get_many(list(dict.fromkeys(ids))).values())

    def _in_outbox(self, ids: set[str]) -> Iterator[Step]:
        desk = self.outputs["DeskTable"]
        outbox, subscribers = OutboxItems(self.dynamodb, desk), SubscribersItems(self.dynamodb, desk_table=desk)
        for recipient in dict.fromkeys([ON_CALL, *self.departments, *subscribers.departments()]):
            for entry in outbox.entries(recipient):
                if ids & {entry.subject, subject_id(entry)}:
                    what = f"still in the outbox for {recipient}: {entry.name}, due {_short(entry.due_at)}"
                    yield Step(entry.at, "Desk table", what)


@dataclass(frozen=True, slots=True)
class Logs:
    """The logs of a stack's functions, searched by CloudWatch Logs Insights.

    `say` is given a sentence when a search is slow.
    """

    client: Any
    groups: Sequence[str]
    say: Callable[[str], object]
    seconds: Callable[[], float] = time.monotonic
    pause: Callable[[float], object] = time.sleep

    def about(self, way: Way, now: datetime) -> list[Step]:
        """What the functions logged about these ids. Raises DeployedError if it fails or takes over two minutes."""
        since = min((step.at for step in way.steps), default=now) - _BEFORE
        ids = "|".join(re.escape(each) for each in way.ids)
        query = (
            f"fields @timestamp, @message | filter @message like /{ids}/ | sort @timestamp asc | limit {_MOST_LINES}"
        )
        found: list[Step] = []
        for place in range(0, len(self.groups), _GROUPS_A_QUERY):
            query_id = self.client.start_query(
                logGroupNames=list(self.groups[place : place + _GROUPS_A_QUERY]),
                startTime=int(since.timestamp()),
                endTime=int(now.timestamp()) + 60,
                queryString=query,
            )["queryId"]
            found += filter(None, map(_step_in, self._results(query_id)))
        return found

    def _results(self, query_id: str) -> list[str]:
        began, has_said = self.seconds(), False
        while True:
            answer = self.client.get_query_results(queryId=query_id)
            match answer["status"]:
                case "Complete":
                    return [cell["value"] for row in answer["results"] for cell in row if cell["field"] == "@message"]
                case "Scheduled" | "Running" | "Unknown":
                    pass
                case other:
                    raise DeployedError(f"CloudWatch Logs Insights ended the search in the logs: {other}.")
            waited = self.seconds() - began
            if waited > _LONGEST_SECONDS:
                raise DeployedError(f"The search in the logs took longer than {_LONGEST_SECONDS:.0f} s; try again.")
            if waited > _SLOW_SECONDS and not has_said:
                has_said = True
                self.say("CloudWatch Logs Insights is slow; still searching …")
            self.pause(_PAUSE_SECONDS)


def _step_in(message: str) -> Step | None:
    """The step in a line of the log; None for one that the desk did not write, such as Lambda's own."""
    try:
        line = json.loads(message)
        at = datetime.fromisoformat(line["timestamp"])
        where, what = str(line["function"]), str(line["message"])
    except (ValueError, TypeError, KeyError):
        return None
    more = ", ".join(f"{name} {_plain(value)}" for name, value in line.items() if name not in _FRAME and value)
    level = "" if line.get("level") == "INFO" else f"{line.get('level')}: "
    return Step(at, where, f"{level}{what}{f' ({more})' if more else ''}")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _steps_of_mention(stored: StoredMention) -> Iterator[Step]:
    mention = stored.mention
    yield Step(mention.post.created_at, "X", f"mention {mention.id} was written")
    state = f"waits to be read, {stored.failures} failed tries" if stored.outcome is None else ""
    if stored.outcome:
        reading = stored.outcome.reading
        state = f"read as {reading.kind.value}, urgency {reading.urgency.value}, for {reading.department or 'nobody'}"
    fault = f"; {stored.fault.split(' ', 3)[2]}: the item is malformed" if stored.fault else ""
    yield Step(mention.received_at, "Mentions table", f"mention {mention.id} was stored; now: {state}{fault}")


def _steps_of_case(file: CaseFile) -> Iterator[Step]:
    case = file.case
    yield Step(case.opened_at, "Cases table", f"case {case.id} was opened; now: {case.state.value}, {case.department}")
    for event in file.events:
        about = [f"post {event.post_id}" if event.post_id else "", f"to {event.department}" if event.department else ""]
        yield Step(event.at, "Cases table", " ".join(["case:", event.what.value, *filter(None, about)]))


def _steps_of_post(post: Post) -> Iterator[Step]:
    name = f"post {post.id}"
    reason = f", {post.reason.value}" if post.reason else ""
    steps = {
        f"{name} was accepted; now: {post.state.value}{reason}": post.accepted_at,
        f"{name} was approved": post.approved_at,
        f"{name} was decided about": post.decided_at,
        f"{name} was claimed first": post.claimed_at,
        f"{name} is due, or in its state since": post.at,
        f"{name} was published as {post.x_id}": post.published_at,
    }
    for what, at in steps.items():
        if at:
            yield Step(at, "Posts table", what)


def _short(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
