"""In which dialect an endpoint is asked for posts: the one that it turned out to take."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import parts_of, to_item
from desk.errors import FieldsMissing, StoreBusy, Unavailable
from desk.x.breakers import BreakerBoard
from desk.x.endpoints import Endpoint
from desk.x.errors import DialectNotTaken, FieldsDropped
from desk.x.model import Dialect, DialectChoice, DialectChoices

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_HOLDS = timedelta(days=1)
"""After this the older dialect, in which reading costs less, is tried again."""
_LOOK_AGAIN_AFTER = timedelta(minutes=10)

_log = logging.getLogger(__name__)

type Body = dict[str, Any]


class DialectBoard:
    """The choices of this process, shared with others through `store` as well as that works.

    An endpoint without a choice is asked in the older dialect. An empty answer proves nothing about a dialect and
    changes no choice. When both dialects fail, the endpoint's breaker opens.
    """

    def __init__(self, store: DialectChoices, breakers: BreakerBoard, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._breakers = breakers
        self._clock = clock
        self._choices: dict[str, DialectChoice] = {}
        self._looked_at: datetime | None = None

    def read(self, endpoint: Endpoint, ask: Callable[[Dialect], Body]) -> Body:
        """What `ask` returns in a dialect that X takes.

        Raises FieldsMissing when it takes neither, and whatever else `ask` raises.
        """
        dialect = self._dialect_of(endpoint)
        try:
            return ask(dialect)
        except DialectNotTaken as refusal:
            return self._in_the_other(endpoint, dialect.other, ask, refusal)

    def _in_the_other(
        self, endpoint: Endpoint, dialect: Dialect, ask: Callable[[Dialect], Body], refusal: DialectNotTaken
    ) -> Body:
        try:
            body = ask(dialect)
        except DialectNotTaken as second:
            error = FieldsMissing(f"{endpoint.name} takes neither dialect: {refusal}; {second}")
            self._breakers.refused(endpoint, error)
            raise error from second
        if isinstance(refusal, FieldsDropped) and not body.get("data"):
            raise Unavailable(f"{endpoint.name} showed posts in one dialect and none in the other")
        self._choose(endpoint, dialect, refusal)
        return body

    def _dialect_of(self, endpoint: Endpoint) -> Dialect:
        self._look()
        choice = self._choices.get(endpoint.name)
        return choice.dialect if choice and self._clock() < choice.until else Dialect.TWEETS

    def _choose(self, endpoint: Endpoint, dialect: Dialect, refusal: DialectNotTaken) -> None:
        _log.warning("%s is asked with %s for a day: %s", endpoint.name, dialect, refusal)
        choice = DialectChoice(endpoint.name, dialect, self._clock() + _HOLDS)
        self._choices[endpoint.name] = choice
        try:
            self._store.save(choice)
        except StoreBusy:
            _log.warning("other runs do not know which dialect %s takes", endpoint.name, exc_info=True)

    def _look(self) -> None:
        """Take over what other runs found out later than this one."""
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < _LOOK_AGAIN_AFTER:
            return
        self._looked_at = now
        try:
            stored = self._store.load()
        except StoreBusy:
            _log.warning("the choices of dialects could not be loaded", exc_info=True)
            return
        known = self._choices
        newer = {key: each for key, each in stored.items() if key not in known or known[key].until < each.until}
        self._choices = known | newer


_ITEM = "x_dialect"


class DialectItems:
    """The port DialectChoices on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> dict[str, DialectChoice]:
        """See DialectChoices."""
        try:
            found = list(parts_of(self._client, self._table, _ITEM))
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy("the choices of dialects could not be loaded") from exc
        choices = (
            DialectChoice(each["part"], Dialect(each["dialect"]), datetime.fromisoformat(each["until"]))
            for each in found
        )
        return {choice.endpoint: choice for choice in choices}

    def save(self, choice: DialectChoice) -> None:
        """See DialectChoices."""
        item = {
            "item": _ITEM,
            "part": choice.endpoint,
            "dialect": choice.dialect.value,
            "until": choice.until.isoformat(),
            "expires_at": int(choice.until.timestamp()),
        }
        try:
            self._client.put_item(TableName=self._table, Item=to_item(item))
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy(f"the dialect of {choice.endpoint} could not be saved") from exc
