"""The client of X's API."""

import logging
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Unpack

from desk.brand import Purpose
from desk.errors import BadRequest, FieldsMissing, NotReached, SettingsError, Unavailable, XError
from desk.x import endpoints
from desk.x.breakers import Breaker, BreakerStore, CircuitBreakers
from desk.x.budget import DaySpend
from desk.x.compliance import ComplianceJob, job_of
from desk.x.dialects import USER_FIELDS, Dialects, DialectStore, dropped_fields, fields_of, highest_price
from desk.x.endpoints import AUTHOR_PRICE, MESSAGE_PRICE, Endpoint, price_of_post
from desk.x.errors import (
    AnswerLost,
    DialectNotTaken,
    FieldsDropped,
    RateLimit,
    Unauthenticated,
    error_of_problem,
    rate_limit_of,
)
from desk.x.meter import SpendMeter
from desk.x.model import (
    Accounts,
    Author,
    Lookup,
    MessagePage,
    Page,
    PostCount,
    TimelineBounds,
    TrendingTopic,
    UploadedPicture,
    Usage,
    XPost,
)
from desk.x.parsing import (
    PICTURE_SITES,
    MalformedPostError,
    accounts_of,
    author_of,
    counts_of,
    lookup_of,
    messages_of,
    page_of,
)
from desk.x.spend import SpendStore
from desk.x.transport import Body, Timeouts, Transport, XCredentialSource, XRequest, auth_of, body_of

_PAGE = 100
_NEWEST_LIKES = 20
"""X can't be asked for new likes alone, and bills each post that it lists with its author, whether it is new or not."""
_LEAST = 5
"""X takes no smaller limit for a page of a timeline."""
_JOB = {"compliance_job.fields": "id,name,status,type,upload_url,download_url"}
_MOST_IDS = 100
_MESSAGE = {
    "event_types": "MessageCreate",
    "dm_event.fields": "created_at,dm_conversation_id,entities,event_type,id,text",
    "expansions": "sender_id",
    "user.fields": USER_FIELDS,
}
"""The sender is asked for as an expansion, since X's description (2.167) has no such field."""
_TO_THE_ACCOUNT = "https://twitter.com/messages/compose?recipient_id={}"
"""The form that X's guides and clients give `direct_message_deep_link`; its OpenAPI description (2.167) only calls it a
string: https://docs.x.com/x-api/posts/create-post"""


_MEDIA_LASTS = timedelta(hours=1)
_YEAR = 366 * 86_400  # seconds

_log = logging.getLogger(__name__)


class XStores(NamedTuple):
    """Where the client keeps state between runs: open breakers, dialects, spend."""

    breakers: BreakerStore
    dialects: DialectStore
    spend: SpendStore


class XClient:
    """The client of the account `user_id`: every protocol of `desk.x.model`, and XCompliance.

    Making it calls nothing and reads no credentials. Posts are requested in the dialect that the endpoint takes; a page
    without the fields that every post has is never returned, it raises FieldsMissing. Calls are paid from the budget of
    `purpose`.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        base_url: str,
        user_id: str,
        credentials: XCredentialSource,
        stores: XStores,
        timeouts: Timeouts | None = None,
        *,
        purpose: Purpose = Purpose.MENTIONS,
    ) -> None:
        self._user_id = user_id
        self._timeouts = timeouts or Timeouts()
        self._clock: Callable[[], datetime] = self._timeouts.clock
        self._transport = Transport(base_url, self._timeouts)
        self._picture_sites = (*PICTURE_SITES, base_url.rstrip("/"))  # an X of a rehearsal has its pictures itself
        self._credentials = credentials
        self._breakers = CircuitBreakers(stores.breakers, self._clock)
        self._dialects = Dialects(stores.dialects, self._clock)
        self._stores = stores
        self._spend = SpendMeter(stores.spend, self._clock, purpose)
        self._meters = {purpose: self._spend}
        self.rate_limits: dict[str, RateLimit] = {}
        """The limits that X stated last, by endpoint."""

    def for_purpose(self, purpose: Purpose) -> "XClient":
        """A client that shares everything with this one, but whose calls are paid from the budget of this purpose.

        Taking the usage of either takes that of both.
        """
        other = copy(self)
        if purpose not in self._meters:
            self._meters[purpose] = SpendMeter(self._stores.spend, self._clock, purpose)
        other._spend = self._meters[purpose]  # noqa: SLF001 - its own class
        return other

    def mentions(self, **bounds: Unpack[TimelineBounds]) -> Page:
        """See XTimelines."""
        return self._page(self._read_posts(endpoints.MENTIONS, page_params(bounds)))

    def own_posts(self, **bounds: Unpack[TimelineBounds]) -> Page:
        """See XPublishing."""
        return self._page(self._read_posts(endpoints.OWN_POSTS, page_params(bounds), with_metrics=True))

    def own_post(self, post_id: str) -> XPost | None:
        """See XPerformance. The range holds a single id, so that X returns and bills one post at most."""
        only = page_params({"since_id": str(int(post_id) - 1), "until_id": str(int(post_id) + 1)})
        params = only | {"max_results": str(_LEAST)}
        page = self._page(self._read_posts(endpoints.OWN_POSTS, params, most=1, with_metrics=True))
        return next((post for post in page.posts if post.id == post_id), None)

    def search(self, *, query: str, **bounds: Unpack[TimelineBounds]) -> Page:
        """See XTimelines."""
        params = {"query": query} | page_params(bounds, page_parameter="next_token")
        return self._page(self._read_posts(endpoints.SEARCH, params))

    def heard(self, *, query: str, limit: int, by_relevancy: bool = False, **bounds: Unpack[TimelineBounds]) -> Page:
        """See XListening."""
        params = {"query": query} | page_params(bounds, page_parameter="next_token")
        params |= {"max_results": str(limit)} | ({"sort_order": "relevancy"} if by_relevancy else {})
        return self._page(self._read_posts(endpoints.SEARCH, params, most=limit, with_metrics=True))

    def counts(self, *, query: str, start_time: datetime, end_time: datetime) -> tuple[PostCount, ...]:
        """See XListening."""
        params = {
            "query": query,
            "start_time": _time_text(start_time),
            "end_time": _time_text(end_time),
            "granularity": "minute",
        }
        return counts_of(self._call(XRequest(endpoints.COUNTS, params=params, at_most=endpoints.COUNTS.per_call)))

    def liked_posts(self, *, page_token: str | None = None) -> Page:
        """See XLikes."""
        most = _PAGE if page_token else _NEWEST_LIKES
        params = page_params({"page_token": page_token}) | {"max_results": str(most)}
        return self._page(self._read_posts(endpoints.LIKED_POSTS, params, most=most, with_authors=True))

    def posts(self, ids: Sequence[str], *, with_authors: bool, with_metrics: bool = False) -> Lookup:
        """See XTimelines and XPerformance. More than 100 ids raise BadRequest; without ids nothing is called."""
        if not ids:
            return Lookup({}, frozenset())
        if len(ids) > _MOST_IDS:
            raise BadRequest(f"{len(ids)} ids in one look-up; X accepts {_MOST_IDS}")
        params = {"ids": ",".join(ids)}
        body = self._read_posts(
            endpoints.POSTS, params, most=len(ids), with_authors=with_authors, with_metrics=with_metrics
        )
        return lookup_of(body, ids, self._picture_sites)

    def accounts(self, ids: Sequence[str]) -> Accounts:
        """See XLookUps. More than 100 ids raise BadRequest; without ids nothing is called."""
        if not ids:
            return Accounts({}, frozenset())
        if len(ids) > _MOST_IDS:
            raise BadRequest(f"{len(ids)} ids in one look-up; X accepts {_MOST_IDS}")
        params = {"ids": ",".join(ids), "user.fields": USER_FIELDS}
        request = XRequest(endpoints.ACCOUNTS, params=params, at_most=len(ids) * AUTHOR_PRICE)
        return accounts_of(self._call(request), ids, self._picture_sites)

    def conversation(self, conversation_id: str, *, until_id: str | None, limit: int) -> Page:
        """See XLookUps."""
        params = {"query": f"conversation_id:{conversation_id}"} | page_params({"until_id": until_id})
        return self._page(self._read_posts(endpoints.SEARCH, params | {"max_results": str(limit)}, most=limit))

    def private_messages(self, *, limit: int, page_token: str | None = None) -> MessagePage:
        """See XLookUps."""
        params = _MESSAGE | {"max_results": str(limit)} | ({"pagination_token": page_token} if page_token else {})
        request = XRequest(endpoints.MESSAGES, params=params, at_most=limit * (MESSAGE_PRICE + AUTHOR_PRICE))
        return messages_of(self._call(request), self._picture_sites)

    def trends(self, woeid: int, *, limit: int = 20) -> tuple[TrendingTopic, ...]:
        """See XTrends."""
        params = {"max_trends": str(limit), "trend.fields": "trend_name,tweet_count"}
        request = XRequest(endpoints.TRENDS, str(woeid), params, at_most=endpoints.TRENDS.per_call)
        entries = self._call(request).get("data", [])
        if not isinstance(entries, list):
            raise Unavailable("X did not answer with a list of trends")
        return tuple(_trend_of(entry) for entry in entries if isinstance(entry, dict) and entry.get("trend_name"))

    def me(self) -> Author:
        """The account that the credentials belong to."""
        request = XRequest(endpoints.ME, params={"user.fields": "id,name,username"}, at_most=endpoints.ME.per_call)
        data = self._call(request).get("data")
        try:
            return author_of(data if isinstance(data, dict) else {}, self._picture_sites)
        except MalformedPostError as exc:
            raise Unavailable("X did not name the account of these credentials") from exc

    def create_post(
        self,
        text: str,
        *,
        in_reply_to: str | None = None,
        own_thread: bool = False,
        private_message: bool = False,
        media_ids: Sequence[str] = (),
    ) -> str:
        """See XPublishing."""
        payload: dict[str, Any] = {"text": text}
        if media_ids:
            payload["media"] = {"media_ids": list(media_ids)}
        if in_reply_to is not None:
            payload["reply"] = {"in_reply_to_tweet_id": in_reply_to}
        if private_message:
            payload["direct_message_deep_link"] = _TO_THE_ACCOUNT.format(self._user_id)
        is_summoned = in_reply_to is not None and not own_thread
        price = price_of_post(text, is_reply=is_summoned, private_message=private_message)
        data = self._call(XRequest(endpoints.CREATE, json=payload, at_most=price)).get("data")
        post_id = data.get("id") if isinstance(data, dict) else None
        if not isinstance(post_id, str) or not post_id:
            raise Unavailable("X accepted the post but did not state its id")
        return post_id

    def upload_picture(self, content: bytes, content_type: str) -> UploadedPicture:
        """See XPublishing. An id whose life X does not state is used for an hour."""
        file = "picture", content, content_type
        form: Mapping[str, str | tuple[str, bytes, str]] = {"media": file, "media_category": "tweet_image"}
        data = self._call(XRequest(endpoints.MEDIA_UPLOAD, form=form)).get("data")
        media_id = data.get("id") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(media_id, str) or not media_id:
            raise Unavailable("X took the picture but did not state its id")
        seconds = data.get("expires_after_secs")
        lasts = timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds < _YEAR else _MEDIA_LASTS
        return UploadedPicture(media_id, self._clock() + lasts)

    def describe_picture(self, media_id: str, alt: str) -> None:
        """See XPublishing."""
        metadata = {"id": media_id, "metadata": {"alt_text": {"text": alt}}}
        self._call(XRequest(endpoints.MEDIA_METADATA, json=metadata, at_most=endpoints.MEDIA_METADATA.per_call))

    def delete_post(self, post_id: str) -> None:
        """See XPublishing."""
        body = self._call(XRequest(endpoints.DELETE, post_id, at_most=endpoints.DELETE.per_call))
        data = body.get("data")
        if isinstance(data, dict) and data.get("deleted"):
            return
        errors = [error for error in body.get("errors") or [] if isinstance(error, dict)]
        raise error_of_problem(errors[0]) if errors else Unavailable("X did not say that it deleted the post")

    def create_compliance_job(self, name: str) -> ComplianceJob:
        """See XCompliance."""
        request = XRequest(endpoints.COMPLIANCE_CREATE, json={"type": "tweets", "name": name})
        return job_of(self._call(request).get("data"))

    def compliance_jobs(self) -> tuple[ComplianceJob, ...]:
        """See XCompliance."""
        request = XRequest(endpoints.COMPLIANCE_JOBS, params={"type": "tweets"} | _JOB)
        return tuple(job_of(entry) for entry in self._call(request).get("data") or [])

    def compliance_job(self, job_id: str) -> ComplianceJob:
        """See XCompliance."""
        return job_of(self._call(XRequest(endpoints.COMPLIANCE_JOB, job_id, _JOB)).get("data"))

    def take_usage(self) -> Usage:
        """See XTimelines."""
        used = [meter.settle() for meter in self._meters.values()]
        return Usage(sum(each.calls for each in used), sum(each.micro_usd for each in used))

    @property
    def spent(self) -> DaySpend | None:
        """The day's spend as of this client's last call that was reserved or refused; None if it is not known."""
        return self._spend.spent

    def open_breakers(self) -> tuple[Breaker, ...]:
        """All open breakers, including those due for a try; an alarm counts them."""
        return tuple(self._breakers.opened().values())

    def _page(self, body: Mapping[str, Any]) -> Page:
        return page_of(body, self._picture_sites)

    def _read_posts(
        self,
        endpoint: Endpoint,
        params: Mapping[str, str],
        *,
        most: int = _PAGE,
        with_authors: bool = False,
        with_metrics: bool = False,
    ) -> Body:
        """Read at most so many posts in the dialect that the endpoint takes.

        Where X does not take a dialect, the other one is tried and, if it works, chosen for a day. An empty answer
        proves nothing about a dialect. When both fail, the endpoint's breaker opens.
        """
        chosen = self._dialects.chosen(endpoint)
        errors: list[DialectNotTaken] = []
        for dialect in (chosen, chosen.other):
            fields = fields_of(dialect, with_authors=with_authors, with_metrics=with_metrics)
            at_most = highest_price(endpoint, most, dialect, with_authors=with_authors)
            request = XRequest(endpoint, self._user_id, {**params, **fields}, at_most=at_most, dialect=dialect)
            try:
                body = self._call(request)
            except DialectNotTaken as error:
                errors.append(error)
                continue
            if errors:
                if isinstance(errors[0], FieldsDropped) and not body.get("data"):
                    raise Unavailable(f"{endpoint.name} has posts in one dialect and none in the other")
                _log.warning("%s is read with %s for a day: %s", endpoint.name, dialect, errors[0])
                self._dialects.choose(endpoint, dialect)
            return body
        missing = FieldsMissing(f"{endpoint.name} takes neither dialect: {errors[0]}; {errors[1]}")
        self._breakers.record_error(endpoint, missing)
        raise missing from errors[1]

    def _call(self, request: XRequest) -> Body:
        """Call X, again where that is safe, and return its JSON answer.

        Raises BreakerOpen instead of calling while a breaker covers the endpoint, OverBudget where the price does not
        fit into the budget, and an XError for anything but success. A read is repeated after Unavailable, since other
        errors stay or state when to come back. After a 401 the credentials are read again, once, since they may have
        been renewed. X did nothing for a caller that it doesn't know, so that a write may be repeated as well.
        """
        endpoint = request.endpoint
        self._breakers.require_closed(endpoint)
        failures, is_renewed = 0, False
        while True:
            try:
                body = self._exchange(request)
            except XError as error:
                if isinstance(error, Unauthenticated) and not is_renewed and self._renew_credentials():
                    failures, is_renewed = 0, True
                    continue
                failures += 1
                if isinstance(error, Unavailable) and endpoint.is_read and self._timeouts.wait_to_retry(failures):
                    continue
                self._breakers.record_error(endpoint, error)
                raise
            self._breakers.record_success(endpoint)
            return body

    def _exchange(self, request: XRequest) -> Body:
        """Make one exchange, reserved before it and counted after it. When the run dies between, it stays reserved."""
        endpoint = request.endpoint
        try:
            auth = auth_of(self._credentials.read(), endpoint.credential)
        except Unavailable as exc:
            raise NotReached(f"{endpoint.name} was not called: {exc}") from exc
        self._timeouts.for_exchange(endpoint)
        self._spend.reserve(request.at_most)
        try:
            answer = self._transport.send(request, auth)
            limit = rate_limit_of(answer.headers)
            if limit is not None:
                self.rate_limits[endpoint.name] = limit
            body = body_of(request, answer, self._clock())
        except XError as error:
            self._count_failure(request, error)
            raise
        if endpoint.is_read:
            self._spend.count_answer(endpoint, body)
        else:
            self._spend.count(request.at_most)
        dropped = dropped_fields(body) if request.dialect else ()
        if dropped:
            raise FieldsDropped(f"X sent posts without {', '.join(dropped)} for {request.dialect}")
        return body

    def _count_failure(self, request: XRequest, error: XError) -> None:
        """Count a call that failed.

        A read that X answered with an error returned nothing. A write may have happened unless X rejected it.
        """
        endpoint = request.endpoint
        if isinstance(error, AnswerLost) and endpoint.is_read:
            self._spend.count_lost_answer(endpoint, f"{request.target} {dict(request.params)}", request.at_most)
        elif isinstance(error, Unavailable) and not isinstance(error, NotReached) and not endpoint.is_read:
            self._spend.count(request.at_most)
        else:
            self._spend.count(0)

    def _renew_credentials(self) -> bool:
        """Read the credentials again; False when they can't be read."""
        try:
            self._credentials.read(fresh=True)
        except (SettingsError, Unavailable):
            return False
        return True


def page_params(bounds: TimelineBounds, *, page_parameter: str = "pagination_token") -> dict[str, str]:
    """The parameters of a page. since_id wins over start_time; X's search rejects the two together."""
    start, since_id = bounds.get("start_time"), bounds.get("since_id")
    given = {
        "since_id": since_id,
        "until_id": bounds.get("until_id"),
        "start_time": _time_text(start) if start and not since_id else None,
        page_parameter: bounds.get("page_token"),
    }
    return {"max_results": str(_PAGE)} | {name: value for name, value in given.items() if value is not None}


def _time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _trend_of(entry: Mapping[str, Any]) -> TrendingTopic:
    count = entry.get("tweet_count")
    return TrendingTopic(str(entry["trend_name"]), count if isinstance(count, int) else None)
