"""Each call by which subscriptions are compared fails in each way: no department costs another its note."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import boto3
import pytest

from check_subscriptions import handler
from desk.brand import OnCall
from tests.brands import small_brand
from tests.failing_calls import Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.invocations import Function, set_up
from tests.tables import Dynamo, dynamodb

pytestmark = pytest.mark.emulator

HOOK = "https://oncall.jade.example/hook"
BRAND = small_brand(on_call=OnCall(phones=("+821000000000",), webhooks=(HOOK,)))


class Deployed(NamedTuple):
    """The function, and the tables on which it notes what it finds."""

    function: Function
    dynamo: Dynamo

    def notes(self) -> dict[str, Any]:
        """What the desk knows of each department's subscribers."""
        items = self.dynamo.client.scan(TableName=self.dynamo.tables.desk)["Items"]
        return {item["part"]["S"]: item for item in items}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """Billing is well, nobody reads for network, the operator's mail lacks its filter, the phone is not subscribed."""
    monkeypatch.setattr("check_subscriptions.wiring.load_brand", lambda: BRAND)
    with dynamodb() as dynamo:
        set_up(monkeypatch, {"DESK_TABLE": dynamo.tables.desk})
        sns: Any = boto3.client("sns")
        topics = {key: sns.create_topic(Name=f"desk-dept-{key}")["TopicArn"] for key in BRAND.departments}
        on_call = sns.create_topic(Name="desk-oncall")["TopicArn"]
        mail_only = {"FilterPolicy": '{"delivery": ["mail"]}'}
        sns.subscribe(
            TopicArn=topics["billing"], Protocol="email", Endpoint="billing@jade.example", Attributes=mail_only
        )
        sns.subscribe(TopicArn=topics["operator"], Protocol="email", Endpoint="desk@jade.example")
        sns.subscribe(TopicArn=on_call, Protocol="https", Endpoint=HOOK)
        prefix = topics["billing"].removesuffix("billing")
        set_up(monkeypatch, {"TOPIC_PREFIX": prefix, "ON_CALL_TOPIC_ARN": on_call})
        yield Deployed(Function(handler, monkeypatch), dynamo)


def test_a_failure_delays_the_record_of_one_department_at_most_and_is_always_reported(
    stack: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    function, state = stack.function, stored()
    function.starts()
    clean = function.invoked({})
    noted = stack.notes()
    assert (clean.answer["missing"], set(noted)) == (3, set(BRAND.departments))

    def wrong(trouble: Trouble) -> Iterator[str]:
        capsys.readouterr()
        first = function.invoked({}, trouble)
        is_dead = not first.answer and not first.error
        lacking = [key for key in noted if key not in stack.notes()]
        if not is_dead and (len(lacking) > len(trouble) or "SubscriptionsMissing" not in capsys.readouterr().out):
            yield f"{lacking} were not compared: {first.error}"
        if first.answer and (lacking or first.answer != clean.answer):
            yield f"it passed for well that {lacking} were not compared: {first.answer}"
        if (second := function.invoked({})).answer != clean.answer or stack.notes() != noted:
            yield f"the next run found {second.answer or second.error} and noted {stack.notes()}"

    every = chain(each_alone(clean.made), some_together(clean.made, count=8, seed=5))
    for trouble in sample_of("checking subscriptions", every, clean.made):
        put_back(state)
        function.starts()
        assert not list(wrong(trouble)), told(trouble, clean.made)
