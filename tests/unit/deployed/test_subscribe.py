import json

from local.brand.model import Desk, OnCall
from local.deployed.subscriptions import State, subscribe
from tests.unit.deployed.fake_sns import FakeSns
from tests.unit.deployed.scene import ALARMS, BILLING, DIGEST, ON_CALL, OPERATOR, desk, sns, stack

MAIL = {"delivery": ["mail"]}
PHONE, HOOK = "+821000000000", "https://oncall.emerald.example/Hook"
CALLED = OnCall(phones=(PHONE,), webhooks=(HOOK,))


def states(fake: FakeSns, brand: Desk | None = None, **how: bool) -> dict[tuple[str, str], State]:
    done = subscribe(sns(fake), brand or desk(), stack(), **how)
    return {(standing.topic, standing.address): standing.state for standing in done}


def confirm_all(fake: FakeSns) -> None:
    for one in fake.subscriptions:
        one.confirmed = True


def test_every_address_is_asked_once_departments_with_the_filter_on_mail_and_the_operator_at_the_alarms_too() -> None:
    fake = FakeSns()

    states(fake)

    asked = {(one.topic, one.endpoint): one.attributes.get("FilterPolicy") for one in fake.subscriptions}
    assert asked == {
        (BILLING, "Bills@emerald.example"): json.dumps(MAIL),
        (OPERATOR, "desk@emerald.example"): json.dumps(MAIL),
        (DIGEST, "digest@emerald.example"): None,
        (ALARMS, "desk@emerald.example"): None,
    }
    assert {one.protocol for one in fake.subscriptions} == {"email"}


def test_a_second_run_asks_nobody_again_while_they_have_not_confirmed() -> None:
    fake = FakeSns()
    states(fake)
    writes = fake.writes

    again = states(fake)

    assert set(again.values()) == {State.PENDING}
    assert fake.writes == writes


def test_a_run_after_everybody_confirmed_changes_nothing_and_ignores_case() -> None:
    fake = FakeSns()
    states(fake)
    confirm_all(fake)
    fake.subscriptions[0].endpoint = "bills@EMERALD.example"
    writes = fake.writes

    again = states(fake)

    assert set(again.values()) == {State.RIGHT}
    assert fake.writes == writes


def test_a_filter_that_somebody_changed_is_put_right() -> None:
    fake = FakeSns()
    states(fake)
    confirm_all(fake)
    fake.subscriptions[0].attributes = {"FilterPolicy": '{"delivery": ["case"]}', "FilterPolicyScope": "MessageBody"}

    again = states(fake)

    assert again[BILLING, "Bills@emerald.example"] is State.FILTER_SET
    assert json.loads(fake.subscriptions[0].attributes["FilterPolicy"]) == MAIL
    assert fake.subscriptions[0].attributes["FilterPolicyScope"] == "MessageAttributes"
    assert states(fake)[BILLING, "Bills@emerald.example"] is State.RIGHT


def test_a_confirmed_subscription_counts_although_a_pending_one_of_the_same_address_is_listed_first() -> None:
    fake = FakeSns()
    states(fake)
    fake.subscribe(TopicArn=BILLING, Protocol="email", Endpoint="bills@emerald.example", Attributes={})
    confirm_all(fake)
    fake.subscriptions[-1].confirmed = False
    fake.subscriptions.insert(0, fake.subscriptions.pop())

    again = states(fake)

    assert again[BILLING, "Bills@emerald.example"] is State.RIGHT


def test_a_lost_link_is_sent_again_without_a_second_subscription() -> None:
    fake = FakeSns()
    states(fake)
    count = len(fake.subscriptions)

    states(fake, resend=True)

    assert len(fake.subscriptions) == count
    assert fake.mails.count("Bills@emerald.example") == 2


def test_an_address_missing_in_desk_yaml_is_shown_and_removed_only_on_request() -> None:
    fake = FakeSns()
    fake.subscribe(TopicArn=BILLING, Protocol="email", Endpoint="former@emerald.example", Attributes={})
    confirm_all(fake)

    shown = states(fake)
    removed = states(fake, prune=True)

    assert shown[BILLING, "former@emerald.example"] is State.STRANGER
    assert removed[BILLING, "former@emerald.example"] is State.REMOVED
    assert "former@emerald.example" not in {one.endpoint for one in fake.subscriptions}


def test_a_former_reader_of_the_digest_is_removed_on_request() -> None:
    fake = FakeSns()
    fake.subscribe(TopicArn=DIGEST, Protocol="email", Endpoint="former@emerald.example", Attributes={})
    confirm_all(fake)

    removed = states(fake, prune=True)

    assert removed[DIGEST, "former@emerald.example"] is State.REMOVED


def test_machines_that_subscribed_are_left_alone() -> None:
    fake = FakeSns()
    fake.subscribe(TopicArn=BILLING, Protocol="sqs", Endpoint="arn:aws:sqs:::queue", Attributes={})
    confirm_all(fake)

    states(fake, prune=True)

    assert "arn:aws:sqs:::queue" in {one.endpoint for one in fake.subscriptions}


def test_a_phone_is_subscribed_at_once_and_a_web_hook_asked_to_confirm() -> None:
    fake = FakeSns()

    done = states(fake, desk(on_call=CALLED))

    there = {one.endpoint: (one.topic, one.protocol) for one in fake.subscriptions if one.topic == ON_CALL}
    assert there == {PHONE: (ON_CALL, "sms"), HOOK: (ON_CALL, "https")}
    assert (done[ON_CALL, PHONE], done[ON_CALL, HOOK]) == (State.ADDED, State.ASKED)


def test_those_on_call_are_not_asked_twice() -> None:
    fake = FakeSns()
    states(fake, desk(on_call=CALLED))
    confirm_all(fake)
    writes = fake.writes

    again = states(fake, desk(on_call=CALLED))

    assert (again[ON_CALL, PHONE], again[ON_CALL, HOOK]) == (State.RIGHT, State.RIGHT)
    assert fake.writes == writes


def test_a_web_hook_is_another_one_where_capitals_of_its_path_differ() -> None:
    fake = FakeSns()
    states(fake, desk(on_call=CALLED))

    again = states(fake, desk(on_call=OnCall(webhooks=(HOOK.lower(),))))

    assert again[ON_CALL, HOOK.lower()] is State.ASKED


def test_a_former_contact_on_call_is_shown_and_removed_only_on_request() -> None:
    fake = FakeSns()
    states(fake, desk(on_call=CALLED))
    confirm_all(fake)

    shown = states(fake)
    removed = states(fake, prune=True)

    assert (shown[ON_CALL, PHONE], shown[ON_CALL, HOOK]) == (State.STRANGER, State.STRANGER)
    assert (removed[ON_CALL, PHONE], removed[ON_CALL, HOOK]) == (State.REMOVED, State.REMOVED)
