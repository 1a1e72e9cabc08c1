"""The API's side of the local X: credentials, limits, scripted faults, then the endpoint itself."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from local.x import endpoints, uploads
from local.x.auth import Account, Authenticator, Scheme
from local.x.billing import FREE, Billing
from local.x.compliance import Compliance
from local.x.http import Answer, Problem, Request, error_answer, json_answer, not_found, plain, scripted
from local.x.render import Dialects, instant, selection
from local.x.rules import is_summoned
from local.x.state import World

WINDOW_SECONDS = 900
_V1_CODE = 88


@dataclass(slots=True)
class _Window:
    reset: int
    used: int = 0


class Limits:
    """Counts calls by the clock `wall`, which must be the callers': they compare `x-rate-limit-reset` with theirs."""

    def __init__(self, *, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._lock = Lock()
        self._windows: dict[tuple[str, bool], _Window] = {}

    def clear(self) -> None:
        """Start counting again."""
        with self._lock:
            self._windows.clear()

    def count(self, endpoint: str, scheme: Scheme, limit: int) -> dict[str, str]:
        """Count one call and return the headers that state what is left.

        Raises:
            Problem: 429, the limit was used up before this call.
        """
        with self._lock:
            now = self._wall()
            key = (endpoint, scheme is Scheme.APP)
            window = self._windows.get(key)
            if window is None or window.reset <= now:
                window = self._windows[key] = _Window(int(now) + WINDOW_SECONDS)
            window.used += 1
            headers = rate_headers(limit, max(0, limit - window.used), window.reset)
        if window.used > limit:
            error = plain(429, "Too Many Requests", errors=[{"code": _V1_CODE, "message": "Rate limit exceeded"}])
            raise Problem(429, error.body, headers)
        return headers


def rate_headers(limit: int, remaining: int, reset: int) -> dict[str, str]:
    """The three headers; `reset` in Unix seconds."""
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(reset),
    }


ANY = "*"
QUIRKS = frozenset({"repeat_token", "empty_history", "cut"})


@dataclass(slots=True)
class Fault:
    """One order.

    `endpoint` is a name of `local.x.endpoints.ENDPOINTS` or `*`. The fault skips `skip` calls and applies to the next
    `times`. It waits `delay` seconds, then answers `status` (with `title` or `body` of its own) and `headers`;
    `drop` closes the connection instead. With `after_commit` the call takes effect first, so that the answer is
    what is lost. `quirk` changes a successful answer: `repeat_token` gives back the page token that was sent,
    `empty_history` gives `[""]` as edit history, `cut` ends the answer in its middle.
    """

    endpoint: str = ANY
    status: int | None = None
    times: int = 1
    skip: int = 0
    title: str | None = None
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    after_commit: bool = False
    quirk: str | None = None


def fault_of(order: Mapping[str, Any], endpoints: frozenset[str]) -> Fault:
    """Read an order.

    Raises:
        ValueError: it has an unknown name, or orders nothing.
    """
    try:
        fault = Fault(**order)
    except TypeError as error:
        raise ValueError(f"not a fault: {error}") from error
    if fault.endpoint != ANY and fault.endpoint not in endpoints:
        raise ValueError(f"no endpoint {fault.endpoint!r}; there are {', '.join(sorted(endpoints))} and {ANY}")
    if fault.quirk is not None and fault.quirk not in QUIRKS:
        raise ValueError(f"no quirk {fault.quirk!r}; there are {', '.join(sorted(QUIRKS))}")
    if not (fault.status or fault.drop or fault.delay or fault.quirk):
        raise ValueError("a fault needs a status, drop, delay or quirk")
    return fault


class Faults:
    """The orders that are still open, oldest first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._standing: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add an order."""
        with self._lock:
            self._standing.append(fault)

    def clear(self) -> None:
        """Cancel all orders."""
        with self._lock:
            self._standing.clear()

    def standing(self) -> list[Fault]:
        """The open orders."""
        with self._lock:
            return list(self._standing)

    def take(self, endpoint: str) -> Fault | None:
        """The fault of this call, which counts it as used."""
        with self._lock:
            for fault in self._standing:
                if fault.endpoint not in (ANY, endpoint):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._standing.remove(fault)
                return fault
        return None


@dataclass(frozen=True, slots=True)
class Logged:
    """One call as it was answered; never its credentials."""

    at: str
    method: str
    endpoint: str
    path: str
    query: Mapping[str, str]
    scheme: str
    dialect: str
    status: int


class Api:
    """Answers calls under /2/ and remembers them."""

    def __init__(self, account: Account, world: World, limits: Limits) -> None:
        self.world = world
        self.faults = Faults()
        self.dialects = Dialects()
        self.limits = limits
        self.compliance = Compliance()
        self.billing = Billing(account.user_id)
        self._authenticator = Authenticator(account)
        self._access_level = account.access_level
        self._lock = Lock()
        self._log: list[Logged] = []

    def answer(self, request: Request) -> Answer:
        """Answer a call as X would, or as the next ordered fault says."""
        found = endpoints.find(request.method, request.path)
        if found is None:
            return error_answer(not_found())
        endpoint, parts = found
        scheme: Scheme | None = None
        try:
            scheme = self._admit(request, endpoint)
            headers = self.limits.count(endpoint.name, scheme, endpoint.limits[scheme is not Scheme.APP])
            if scheme is Scheme.USER:
                headers["x-access-level"] = self._access_level
            given = self._run_endpoint(request, endpoint, parts, headers)
        except Problem as problem:
            given = error_answer(problem)
        self._remember(request, endpoint, scheme, given)
        return given

    def calls(self) -> list[dict[str, Any]]:
        """All calls since the log was cleared, oldest first."""
        with self._lock:
            return [asdict(call) for call in self._log]

    def forget_calls(self) -> None:
        """Clear the log."""
        with self._lock:
            self._log.clear()

    def _admit(self, request: Request, endpoint: endpoints.Endpoint) -> Scheme:
        authorization = request.headers.get("authorization", "")
        return self._authenticator.scheme_of(request.method, request.signed_url, authorization, endpoint.schemes)

    def _run_endpoint(
        self, request: Request, endpoint: endpoints.Endpoint, parts: dict[str, str], headers: dict[str, str]
    ) -> Answer:
        fault = self.faults.take(endpoint.name)
        if fault and not fault.after_commit and (fault.status or fault.drop):
            return _fault_answer(fault, headers)
        if endpoint.name not in FREE:
            self.billing.require_funds(self.world.clock.now(), headers)
        body = uploads.body_of(request) if request.method == "POST" else None
        try:
            chosen = self.dialects.selection(endpoint.name, request.query)
            call = endpoints.Call(self.world, parts, request.query, body, chosen, self.compliance)
            result = endpoints.execute(endpoint, call)
            if not (fault and fault.status and endpoint.method == "GET"):
                self._charge(endpoint, call, result)
        except Problem as problem:
            raise Problem(problem.status, problem.body, {**headers, **problem.headers}) from problem
        if fault is None:
            return json_answer(endpoint.status, result, headers)
        if fault.status or fault.drop:
            return _fault_answer(fault, headers)
        changed = with_quirk(fault.quirk, result, call)
        answer = json_answer(endpoint.status, changed, {**headers, **fault.headers})
        if fault.quirk == "cut":
            answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
        answer.delay = fault.delay
        return answer

    def _charge(self, endpoint: endpoints.Endpoint, call: endpoints.Call, result: dict[str, Any]) -> None:
        """Bill a call that took effect, even if its answer is lost. A read that is answered with an error has none."""
        now = self.world.clock.now()
        if endpoint.name == "create_post":
            post = self.world.posts[result["data"]["id"]]
            parent = self.world.posts[post.in_reply_to] if post.in_reply_to else None
            self.billing.charge_post(
                call.body["text"],
                is_summoned=parent is not None
                and parent.author_id != post.author_id
                and is_summoned(self.world, parent),
                private_message=post.private_message is not None,
                now=now,
            )
        elif endpoint.name not in FREE:
            self.billing.charge(endpoint.name, call.path, result, now)

    def _remember(self, request: Request, endpoint: endpoints.Endpoint, scheme: Scheme | None, given: Answer) -> None:
        call = Logged(
            at=instant(self.world.clock.now()),
            method=request.method,
            endpoint=endpoint.name,
            path=request.path,
            query=request.query,
            scheme=scheme or "",
            dialect=selection(request.query).dialect.fields_parameter,
            status=0 if given.is_lost else given.status_code,
        )
        with self._lock:
            self._log.append(call)


def _fault_answer(fault: Fault, headers: dict[str, str]) -> Answer:
    if fault.drop or not fault.status:
        answer = Answer()
        answer.delay, answer.is_lost = fault.delay, True
        return answer
    problem = scripted(fault.status, fault.title)
    spent = rate_headers(int(headers["x-rate-limit-limit"]), 0, int(headers["x-rate-limit-reset"]))
    limits = spent if fault.status == 429 and fault.title is None else headers  # noqa: PLR2004 - HTTP's own number
    problem = Problem(fault.status, fault.body or problem.body, {**limits, **fault.headers})
    answer = error_answer(problem)
    answer.delay = fault.delay
    return answer


def with_quirk(quirk: str | None, result: dict[str, Any], call: endpoints.Call) -> dict[str, Any]:
    """A successful answer with one of the quirks that X has shown."""
    data, meta = result.get("data"), dict(result.get("meta", {}))
    if quirk == "empty_history" and isinstance(data, list):
        name = call.chosen.dialect.history
        return {**result, "data": [{**post, name: [""]} for post in data]}
    if quirk == "repeat_token" and meta:
        sent = call.query.get("pagination_token") or call.query.get("next_token") or meta.get("next_token")
        return {**result, "meta": {**meta, "next_token": sent} if sent else meta}
    return result
