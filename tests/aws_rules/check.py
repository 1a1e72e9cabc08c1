"""Holds recorded calls against the template's policies, its tables and the filters that subscribers are told of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from local.deployed.subscriptions import MAIL_FILTER
from tests.aws_rules.calls import Call
from tests.aws_rules.dynamodb_rules import broken
from tests.aws_rules.policies import LEADING_KEYS, Request, Statement, allowing, applies, is_unkeyed, listed
from tests.aws_rules.requests import Asked, UnknownCallError, asked_by_call, asked_by_stack
from tests.aws_rules.stack import ACCOUNT, Stack

CASE_FILTER = {"delivery": ["case"]}
"""What docs/contracts tells machines to subscribe with."""

_FILTERS = (MAIL_FILTER, CASE_FILTER)


class Permission(NamedTuple):
    """One action, or one leading key, that a statement of a role grants."""

    role: str
    sid: str
    granted: str


@dataclass
class Check:
    """What was found so far. `authorisations` counts what was decided, `used` the permissions that were needed."""

    stack: Stack
    authorisations: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    used: set[Permission] = field(default_factory=set)
    _decided: dict[Asked, Statement | None] = field(default_factory=dict)
    _statements: dict[str, list[Statement]] = field(default_factory=dict)

    def calls(self, calls: Iterable[Call]) -> "Check":
        """Judge these calls."""
        for call in calls:
            try:
                self._authorise(asked_by_call(self.stack, call), str(call))
                self._note(f"{call.function}: {reason}: {call}" for reason in self._rules(call))
            except (UnknownCallError, ValueError) as exc:
                self._note([f"{call.function}: {exc}: {call}"])
        return self

    def by_itself(self) -> "Check":
        """Judge what AWS's services need for the stack, which no call shows."""
        self._authorise(list(asked_by_stack(self.stack)), "the template")
        return self

    def permissions(self) -> set[Permission]:
        """Everything that roles of the stack are granted by policies of the template."""
        return {
            one
            for role in self.stack.of_type("AWS::IAM::Role")
            for statement in self._of(role)
            for one in _permissions(role, statement)
        }

    def _rules(self, call: Call) -> Iterator[str]:
        if call.service == "dynamodb":
            yield from broken(call.operation, call.parameters, self._table)
        if call.service == "sns" and call.operation.startswith("Publish"):
            yield from self._unheard(call.parameters)

    def _table(self, name: str) -> Mapping[str, Any]:
        logical = self.stack.logical(name)
        if logical is None:
            raise UnknownCallError(f"{name} is nothing of the stack")
        return self.stack.properties(logical)

    def _unheard(self, parameters: Mapping[str, Any]) -> Iterator[str]:
        """Messages to a department that no subscription's filter lets through."""
        logical = self.stack.logical(parameters["TopicArn"]) or ""
        if logical == "PhonesTopic" or "-dept-" not in str(self.stack.properties(logical).get("TopicName")):
            return  # the other topics' subscriptions have no filter
        for entry in parameters.get("PublishBatchRequestEntries", [parameters]):
            attributes = {name: one["StringValue"] for name, one in entry.get("MessageAttributes", {}).items()}
            if not any(all(attributes.get(name) in wanted for name, wanted in one.items()) for one in _FILTERS):
                yield f"no declared filter lets a message with the attributes {attributes} through"

    def _authorise(self, asked: Iterable[Asked], cause: str) -> None:
        for one in asked:
            self.authorisations += 1
            key = Asked(one.principal, one.request._replace(context=_Frozen(one.request.context)))
            if key not in self._decided:
                self._decided[key] = statement = self._decide(one)
                self.used |= set(_needed(one, statement)) if statement else set()
            if self._decided[key] is None:
                keys = one.request.context.get(LEADING_KEYS, ())
                self._note([f"{one.principal} may not {one.request.action} on {one.request.resource} {keys}: {cause}"])

    def _decide(self, asked: Asked) -> Statement | None:
        request, role = asked.request, asked.principal
        if role not in self.stack.resources:
            return self._by_key_policy(request, {"Service": role})
        request = request._replace(context={**request.context, **self.stack.tags(role)})
        if any(one["Effect"] == "Deny" and applies(one, request) for one in self._of_resources(request)):
            return None
        if request.action.startswith("kms:") and not self._by_key_policy(request, {"AWS": _ROOT}):
            return None
        if allowing(self.stack.boundary(role), request) is None:
            return None
        policies = [*self._of(role), *self.stack.of_aws(role)]
        return allowing((one for one in policies if not is_unkeyed(one, request)), request)

    def allows(self, asked: Asked) -> bool:
        """What IAM would decide."""
        return self._decide(asked) is not None

    def _by_key_policy(self, request: Request, principal: Mapping[str, str]) -> Statement | None:
        """In a key's policy, "*" is the key itself."""
        for logical, key in self.stack.of_type("AWS::KMS::Key").items():
            if self.stack.arn(logical) == request.resource:
                policy = [one for one in key["KeyPolicy"]["Statement"] if one["Principal"] == principal]
                return allowing(policy, request)
        return None

    def _of(self, role: str) -> list[Statement]:
        if role not in self._statements:
            self._statements[role] = self.stack.statements(role)
        return self._statements[role]

    def _of_resources(self, request: Request) -> Iterator[Statement]:
        kinds = {"s3": "AWS::S3::BucketPolicy", "sqs": "AWS::SQS::QueuePolicy", "sns": "AWS::SNS::TopicPolicy"}
        for policy in self.stack.of_type(kinds.get(request.action.partition(":")[0], "")).values():
            yield from policy["PolicyDocument"]["Statement"]

    def _note(self, findings: Iterable[str]) -> None:
        self.findings.update(findings)


_ROOT = f"arn:aws:iam::{ACCOUNT}:root"


class _Frozen(dict[str, tuple[str, ...]]):
    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


def _permissions(role: str, statement: Statement) -> Iterator[Permission]:
    sid = statement.get("Sid") or "by SAM"
    for action in listed(statement["Action"]):
        yield Permission(role, sid, action)
    for tests in statement.get("Condition", {}).values():
        for key in listed(tests.get(LEADING_KEYS, [])):
            yield Permission(role, sid, f"leading key {key}")


def _needed(asked: Asked, statement: Statement) -> Iterator[Permission]:
    """The statement's permissions that this request makes use of."""
    keys = asked.request.context.get(LEADING_KEYS, ())
    for one in _permissions(asked.principal, statement) if "Action" in statement else ():
        granted = one.granted.removeprefix("leading key ")
        values = keys if granted != one.granted else (asked.request.action,)
        pattern = {"Action": "x", "Resource": granted}
        if any(applies(pattern, Request("x", value, {})) for value in values):
            yield one
