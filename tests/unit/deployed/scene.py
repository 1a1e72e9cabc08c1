"""A small brand and its stack."""

from functools import cache
from typing import Any, cast

from local.brand.load import load_desk
from local.brand.model import Department, Desk, OnCall
from local.deployed.deployment import deployment_of
from local.deployed.stack import Stack

PREFIX = "arn:aws:sns:ap-northeast-2:123456789012:dorothy-emerald-dept-"
ALARMS = "arn:aws:sns:ap-northeast-2:123456789012:dorothy-emerald-alarms"
ON_CALL = "arn:aws:sns:ap-northeast-2:123456789012:dorothy-emerald-oncall"
DIGEST = "arn:aws:sns:ap-northeast-2:123456789012:dorothy-emerald-digest"
BILLING, OPERATOR = f"{PREFIX}billing", f"{PREFIX}operator"
YEAR = 2026


def desk(*, billing: tuple[str, ...] = ("Bills@emerald.example",), on_call: OnCall | None = None) -> Desk:
    """Two departments: billing with these addresses, and the operator with one; one reader of the digest."""
    whole = _whole()
    departments = {
        "billing": _department(whole.departments["billing"], billing),
        "operator": _department(whole.departments["operator"], ("desk@emerald.example",)),
    }
    digest = whole.digest.model_copy(update={"emails": ("digest@emerald.example",)})
    return whole.model_copy(update={"departments": departments, "digest": digest, "on_call": on_call or OnCall()})


def stack(brand: Desk | None = None, **changes: Any) -> Stack:
    """The stack as deployed from this brand."""
    deployment = deployment_of(brand or desk(), year=YEAR)
    plain: dict[str, Any] = {
        "name": deployment.stack,
        "status": "UPDATE_COMPLETE",
        "parameters": deployment.parameters,
        "outputs": {"TopicPrefix": PREFIX, "DigestTopic": DIGEST, "AlarmTopic": ALARMS, "OnCallTopic": ON_CALL},
        "tags": deployment.tags,
        "is_protected": True,
    }
    return Stack(**(plain | changes))


def sns(fake: object) -> Any:
    """The fake where boto3's client is asked for."""
    return cast("Any", fake)


def _department(department: Department, emails: tuple[str, ...]) -> Department:
    return department.model_copy(update={"emails": emails})


@cache
def _whole() -> Desk:
    return load_desk()
