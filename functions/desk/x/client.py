"""X, as the desk talks to it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from desk.errors import BadRequest, Unavailable
from desk.x import endpoints
from desk.x.breakers import Breaker, BreakerBoard, Breakers
from desk.x.compliance import ComplianceJob, job_of
from desk.x.credentials import Signer, XCredentialSource
from desk.x.dialect_choice import DialectBoard
from desk.x.endpoints import Endpoint, most_of_posts, price_of_post
from desk.x.errors import RateLimit
from desk.x.model import Author, Dialect, DialectChoices, Lookup, Page, Trend, Usage
from desk.x.parsing import MalformedPostError, author_of, fields_of, lookup_of, page_of
from desk.x.spend import Ledger, Spend
from desk.x.transport import Caller, Request, Timing, Transport

_PAGE = 100
_JOB = {"compliance_job.fields": "id,name,status,type,upload_url,download_url"}
_MOST_IDS = 100
_TO_THE_ACCOUNT = "https://twitter.com/messages/compose?recipient_id={}"
"""What X's `direct_message_deep_link` takes: its OpenAPI description (2.167) says no more than that it is a string, its
guides and clients give it this form, https://docs.x.com/x-api/posts/create-post"""


class XRecords(NamedTuple):
    """What is remembered about X between runs: refusals that stand, dialects that it takes, what it cost."""

    breakers: Breakers
    dialects: DialectChoices
    spend: Spend


class XClient:
    """The account `user_id` on X: XTimelines, XPublishing, XSurroundings and XCompliance in one.

    It makes no call by itself and reads no credentials before the first one. Posts are asked for in the dialect that
    the endpoint takes; a page without the fields that every post has raises FieldsMissing, it is never returned.
    """

    def __init__(
        self,
        base_url: str,
        user_id: str,
        credentials: XCredentialSource,
        records: XRecords,
        timing: Timing | None = None,
    ) -> None:
        timing = timing or Timing()
        self._user_id = user_id
        self._board = BreakerBoard(records.breakers, timing.clock)
        self._dialects = DialectBoard(records.dialects, self._board, timing.clock)
        self._ledger = Ledger(records.spend, timing.clock)
        self._caller = Caller(Transport(base_url, timing), Signer(credentials), self._board, self._ledger, timing)

    def mentions(
        self,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        """See XTimelines."""
        bounds = _bounds(since_id, until_id, start_time)
        return self._timeline(endpoints.MENTIONS, bounds | _given(pagination_token=page_token))

    def own_posts(
        self,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        """See XPublishing."""
        bounds = _bounds(since_id, until_id, start_time)
        return self._timeline(endpoints.OWN_POSTS, bounds | _given(pagination_token=page_token))

    def search(
        self,
        *,
        query: str,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        """See XTimelines."""
        bounds = _bounds(since_id, until_id, start_time)
        return self._timeline(endpoints.SEARCH, {"query": query} | bounds | _given(next_token=page_token))

    def liked_posts(self, *, page_token: str | None = None) -> Page:
        """See XSurroundings."""
        return self._timeline(endpoints.LIKED_POSTS, _given(pagination_token=page_token), with_authors=True)

    def posts(self, ids: Sequence[str], *, with_authors: bool) -> Lookup:
        """See XTimelines; more than 100 ids are a BadRequest, none are no call."""
        if not ids:
            return Lookup({}, frozenset())
        if len(ids) > _MOST_IDS:
            raise BadRequest(f"{len(ids)} ids in one look-up; X takes {_MOST_IDS}")
        asked = _Posts(endpoints.POSTS, {"ids": ",".join(ids)}, len(ids), with_authors=with_authors)
        return lookup_of(self._posts(asked), ids)

    def trends(self, woeid: int, *, limit: int = 20) -> tuple[Trend, ...]:
        """See XSurroundings."""
        params = {"max_trends": str(limit), "trend.fields": "trend_name,tweet_count"}
        asked = Request(endpoints.TRENDS, str(woeid), params, at_most=endpoints.TRENDS.per_call)
        entries = self._caller.call(asked).get("data", [])
        if not isinstance(entries, list):
            raise Unavailable("X answered with something that is no list of trends")
        return tuple(_trend_of(entry) for entry in entries if isinstance(entry, dict) and entry.get("trend_name"))

    def me(self) -> Author:
        """See XSurroundings."""
        asked = Request(endpoints.ME, params={"user.fields": "id,name,username"}, at_most=endpoints.ME.per_call)
        data = self._caller.call(asked).get("data")
        try:
            return author_of(data if isinstance(data, dict) else {})
        except MalformedPostError as exc:
            raise Unavailable("X did not say whose credentials these are") from exc

    def create_post(
        self, text: str, *, in_reply_to: str | None = None, own_thread: bool = False, private_message: bool = False
    ) -> str:
        """See XPublishing."""
        payload: dict[str, Any] = {"text": text}
        if in_reply_to is not None:
            payload["reply"] = {"in_reply_to_tweet_id": in_reply_to}
        if private_message:
            payload["direct_message_deep_link"] = _TO_THE_ACCOUNT.format(self._user_id)
        is_summoned = in_reply_to is not None and not own_thread
        price = price_of_post(text, is_reply=is_summoned, private_message=private_message)
        data = self._caller.call(Request(endpoints.CREATE, json=payload, at_most=price)).get("data")
        post_id = data.get("id") if isinstance(data, dict) else None
        if not isinstance(post_id, str) or not post_id:
            raise Unavailable("X took the post but did not say its id")
        return post_id

    def create_compliance_job(self, name: str) -> ComplianceJob:
        """See XCompliance."""
        asked = Request(endpoints.COMPLIANCE_CREATE, json={"type": "tweets", "name": name})
        return job_of(self._caller.call(asked).get("data"))

    def compliance_jobs(self) -> tuple[ComplianceJob, ...]:
        """See XCompliance."""
        asked = Request(endpoints.COMPLIANCE_JOBS, params={"type": "tweets"} | _JOB)
        return tuple(job_of(entry) for entry in self._caller.call(asked).get("data") or [])

    def compliance_job(self, job_id: str) -> ComplianceJob:
        """See XCompliance."""
        return job_of(self._caller.call(Request(endpoints.COMPLIANCE_JOB, job_id, _JOB)).get("data"))

    def take_usage(self) -> Usage:
        """See XTimelines."""
        return self._ledger.settle()

    @property
    def rate_limits(self) -> Mapping[str, RateLimit]:
        """X's last word on its limits, by endpoint."""
        return self._caller.rate_limits

    def standing_breakers(self) -> tuple[Breaker, ...]:
        """Every refusal not yet followed by a success: what an alarm counts."""
        return self._board.standing()

    def _timeline(self, endpoint: Endpoint, params: Mapping[str, str], *, with_authors: bool = False) -> Page:
        asked = _Posts(endpoint, {"max_results": str(_PAGE)} | dict(params), _PAGE, with_authors=with_authors)
        return page_of(self._posts(asked))

    def _posts(self, asked: "_Posts") -> dict[str, Any]:
        def ask(dialect: Dialect) -> dict[str, Any]:
            fields = fields_of(dialect, with_authors=asked.with_authors)
            at_most = most_of_posts(asked.endpoint, asked.most, dialect, with_authors=asked.with_authors)
            params = dict(asked.params) | fields
            return self._caller.call(Request(asked.endpoint, self._user_id, params, at_most=at_most, dialect=dialect))

        return self._dialects.read(asked.endpoint, ask)


class _Posts(NamedTuple):
    """Posts that are asked for: `most` is how many may come."""

    endpoint: Endpoint
    params: Mapping[str, str]
    most: int
    with_authors: bool


def _bounds(since_id: str | None, until_id: str | None, start_time: datetime | None) -> dict[str, str]:
    """Where a walk ends and begins. since_id wins over start_time; X's search refuses the two together."""
    start = start_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if start_time and not since_id else None
    return _given(since_id=since_id, until_id=until_id, start_time=start)


def _given(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


def _trend_of(entry: Mapping[str, Any]) -> Trend:
    count = entry.get("tweet_count")
    return Trend(str(entry["trend_name"]), count if isinstance(count, int) else None)
