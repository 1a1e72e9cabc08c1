from check_subscriptions.compare import CompareSubscriptions
from desk.brand import Brand, OnCall
from desk.notifications.topics import Subscription
from tests.brands import small_brand
from tests.fakes.notifications import FakeSubscribers, FakeSubscriptions

ALL_WELL = {
    "billing": [Subscription("Billing@jade.example", confirmed=True, mail_only=True)],
    "network": [Subscription("network@jade.example", confirmed=True, mail_only=True)],
    "operator": [Subscription("desk@jade.example", confirmed=True, mail_only=True)],
}


def compared(
    changed: FakeSubscriptions, brand: Brand | None = None
) -> tuple[FakeSubscribers, dict[str, list[str]], dict[str, str]]:
    notes = FakeSubscribers()
    report = CompareSubscriptions(changed, notes, brand or small_brand()).compare()
    return notes, report.missing, report.failures


def test_nobody_is_missing_when_every_address_is_confirmed_in_whatever_case() -> None:
    notes, missing, failures = compared(FakeSubscriptions(ALL_WELL))

    assert (missing, failures) == ({}, {})
    assert notes.counts == {"billing": 1, "network": 1, "operator": 1}


def test_an_unconfirmed_address_is_missing() -> None:
    pending = [Subscription("billing@jade.example", confirmed=False, mail_only=False)]

    notes, missing, _ = compared(FakeSubscriptions(ALL_WELL | {"billing": pending}))

    assert missing == {"billing": ["billing@jade.example"]}
    assert notes.counts["billing"] == 0
    assert notes.missing["billing"] == ["billing@jade.example"]


def test_an_address_without_the_filter_is_missing() -> None:
    unfiltered = [Subscription("billing@jade.example", confirmed=True, mail_only=False)]

    _, missing, _ = compared(FakeSubscriptions(ALL_WELL | {"billing": unfiltered}))

    assert missing == {"billing": ["billing@jade.example"]}


def test_somebody_who_is_not_in_desk_yaml_hears_of_the_department_all_the_same() -> None:
    other = [Subscription("clerk@jade.example", confirmed=True, mail_only=True)]

    notes, missing, _ = compared(FakeSubscriptions(ALL_WELL | {"billing": other}))

    assert notes.counts["billing"] == 1
    assert missing == {"billing": ["billing@jade.example"]}


def test_a_department_that_cannot_be_looked_at_keeps_its_note_and_stops_no_other() -> None:
    notes, _, failures = compared(FakeSubscriptions(ALL_WELL, down={"billing"}))

    assert list(failures) == ["billing"]
    assert notes.counts == {"network": 1, "operator": 1}


PHONE, HOOK = "+821000000000", "https://oncall.jade.example/Hook"
CALLED = small_brand(on_call=OnCall(phones=(PHONE,), webhooks=(HOOK,)))


def test_those_on_call_who_hear_nothing_are_missing_and_noted_as_no_department() -> None:
    notes, missing, failures = compared(FakeSubscriptions(ALL_WELL, called=[PHONE, HOOK.lower()]), CALLED)

    assert (missing, failures) == ({"on_call": [HOOK]}, {})
    assert set(notes.counts) == set(ALL_WELL)


def test_nobody_on_call_is_missing_when_all_of_them_hear() -> None:
    assert compared(FakeSubscriptions(ALL_WELL, called=[HOOK, PHONE]), CALLED)[1:] == ({}, {})


def test_those_on_call_who_cannot_be_looked_at_are_told_and_stop_no_other() -> None:
    notes, missing, failures = compared(FakeSubscriptions(ALL_WELL, down={"on_call"}), CALLED)

    assert (missing, failures) == ({}, {"on_call": "on call: AuthorizationError"})
    assert set(notes.counts) == set(ALL_WELL)


def test_a_desk_with_nobody_on_call_does_not_look() -> None:
    assert compared(FakeSubscriptions(ALL_WELL, down={"on_call"}))[1:] == ({}, {})
