"""The API's side of the local X: credentials, limits, scripted faults, then the endpoint itself."""

from collections.abc import Mapping
from copy import replace
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

from local.x import endpoints
from local.x.account import Account
from local.x.auth import Gate, Scheme
from local.x.compliance import Compliance
from local.x.dialect import Dialects, selection
from local.x.faults import Fault, Faults
from local.x.limits import Limits, rate_headers
from local.x.messages import Answer, Request, json_answer, refusal
from local.x.problems import Problem, not_found, scripted
from local.x.render import instant
from local.x.state import World


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
        self._gate = Gate(account)
        self._lock = Lock()
        self._log: list[Logged] = []

    def answer(self, request: Request) -> Answer:
        """Answer one call as X would, or as the next scripted fault wants."""
        found = endpoints.find(request.method, request.path)
        if found is None:
            return refusal(not_found())
        endpoint, parts = found
        scheme: Scheme | None = None
        try:
            scheme = self._admit(request, endpoint)
            headers = self.limits.count(endpoint.name, scheme, endpoint.limits[scheme is not Scheme.APP])
            given = self._act(request, endpoint, parts, headers)
        except Problem as problem:
            given = refusal(problem)
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
        return self._gate.admit(request.method, request.url, authorization, endpoint.schemes)

    def _act(
        self, request: Request, endpoint: endpoints.Endpoint, parts: dict[str, str], headers: dict[str, str]
    ) -> Answer:
        fault = self.faults.take(endpoint.name)
        if fault and not fault.after_commit and (fault.status or fault.drop):
            return _struck(fault, headers)
        body = request.json() if request.method == "POST" else None
        try:
            chosen = self.dialects.selection(endpoint.name, request.query)
            call = endpoints.Call(self.world, parts, request.query, body, chosen, self.compliance)
            result = endpoints.run(endpoint, call)
        except Problem as problem:
            raise Problem(problem.status, problem.body, {**headers, **problem.headers}) from problem
        if fault is None:
            return json_answer(endpoint.status, result, headers)
        if fault.status or fault.drop:
            return _struck(fault, headers)
        bent = bend(fault.quirk, result, call)
        return replace(json_answer(endpoint.status, bent, {**headers, **fault.headers}), delay=fault.delay)

    def _remember(self, request: Request, endpoint: endpoints.Endpoint, scheme: Scheme | None, given: Answer) -> None:
        call = Logged(
            at=instant(self.world.clock.now()),
            method=request.method,
            endpoint=endpoint.name,
            path=request.path,
            query=request.query,
            scheme=scheme or "",
            dialect=selection(request.query).dialect.fields_parameter,
            status=0 if given.lost else given.status,
        )
        with self._lock:
            self._log.append(call)


def _struck(fault: Fault, headers: dict[str, str]) -> Answer:
    if fault.drop or not fault.status:
        return Answer(0, delay=fault.delay, lost=True)
    problem = scripted(fault.status, fault.title)
    spent = rate_headers(int(headers["x-rate-limit-limit"]), 0, int(headers["x-rate-limit-reset"]))
    told = spent if fault.status == 429 and fault.title is None else headers  # noqa: PLR2004 - HTTP's own number
    problem = Problem(fault.status, fault.body or problem.body, {**told, **fault.headers})
    return replace(refusal(problem), delay=fault.delay)


def bend(quirk: str | None, result: dict[str, Any], call: endpoints.Call) -> dict[str, Any]:
    """An answer that succeeds, with one of the oddities that were seen in the field."""
    data, meta = result.get("data"), dict(result.get("meta", {}))
    if quirk == "empty_history" and isinstance(data, list):
        name = call.chosen.dialect.history
        return {**result, "data": [{**post, name: [""]} for post in data]}
    if quirk == "repeat_token" and meta:
        sent = call.query.get("pagination_token") or call.query.get("next_token") or meta.get("next_token")
        return {**result, "meta": {**meta, "next_token": sent} if sent else meta}
    return result
