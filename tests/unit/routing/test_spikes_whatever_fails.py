"""Each AWS call of routing a batch that shows a spike fails in each way: the runs that follow make up for it.

The danger among its faults is mailed and called for by itself, and the outage is found, within five minutes at most.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from desk.spikes.store import SpikeItems
from tests.failing_calls import (
    Call,
    Trouble,
    faults_of,
    first_of,
    in_part,
    put_back,
    sample_of,
    some_together,
    stored,
    told,
)
from tests.unit.routing.deployed import FAULT, MINUTE, Deployed, cases_of, deployed, ids_of
from tests.unit.routing.scene import TUESDAY, mention

pytestmark = pytest.mark.emulator

DANGER = "@jade 전화가 먹통이라 119 신고가 안 돼요. 아이가 숨을 안 쉬어요"
INQUIRY = "@jade 안테나 설치는 어떻게 신청하나요?"
MENTIONS = [mention(number, text) for number, text in enumerate((*[FAULT] * 6, DANGER, INQUIRY), 1)]
IDS, CASES = ids_of(MENTIONS), cases_of(MENTIONS)
*FAULTS, IN_DANGER, ASKED = CASES


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        made.receives(MENTIONS)
        yield made


def wrong(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """What is not as it must be after the delivery that the trouble befell, the next one, and the schedules' runs."""
    first = stack.routes(IDS, trouble)
    if first.error and min(trouble) > first_of("TransactWriteItems", calls):
        yield f"mentions that were read hold up the stream's shard: {first.error!r}"
    stack.now += MINUTE
    again = stack.routes(IDS)
    if again.error or again.answer["batchItemFailures"]:
        yield f"the stream's shard is held up: {again.error or again.answer}"
    for function, after in {"attend": MINUTE, "sweep": 5 * MINUTE}.items():
        later = stack.runs(function, after)
        if later.error or later.answer["failures"]:
            yield f"{function} was not well: {later.error or later.answer}"
    yield from unrouted(stack)
    yield from unheard(stack)


def unrouted(stack: Deployed) -> Iterator[str]:
    """Mentions that wait or were not read, and cases that were not opened just once."""
    items = stack.client.scan(TableName=stack.tables.mentions)["Items"]
    yield from (f"{item} waits" for item in items if "waiting" in item or "read_at" not in item)
    events = [
        item["case_id"]["S"] for item in stack.client.scan(TableName=stack.tables.cases)["Items"] if "told" in item
    ]
    if sorted(events) != sorted(CASES):
        yield f"opened were {sorted(events)}"


def unheard(stack: Deployed) -> Iterator[str]:
    """What people and machines did not hear of, or heard of too often."""
    cases = Counter(case for one in stack.sent if one.delivery == "case" for case in one.cases(CASES))
    if cases.keys() != set(CASES):
        yield f"machines heard of {sorted(cases)}"
    network, usual = stack.mails("network"), Counter[str]()
    usual.update(case for one in network if not one.spike for case in one.cases(CASES))
    if not 1 <= usual[IN_DANGER] <= 2 or any(one.spike and IN_DANGER in one.cases(CASES) for one in network):
        yield f"of the danger {usual[IN_DANGER]} mails were sent"
    if not 1 <= len(calls := [one for one in stack.calls() if IN_DANGER in one.text]) <= 2:
        yield f"for the danger people were called {len(calls)} times"
    if not usual[ASKED]:
        yield "nobody was mailed the inquiry"
    spikes = SpikeItems(stack.client, stack.tables.desk).recent(TUESDAY)
    places = [place for place, one in enumerate(network) if one.spike]
    if len(spikes) != 1 or not 1 <= len(places) <= 2:
        yield f"{len(places)} mails were sent about {spikes}"
    elif any(one.cases(FAULTS) for one in network[places[0] :] if not one.spike):
        yield "faults were mailed after the spike's mail"


def troubles(calls: Sequence[Call]) -> Iterator[Trouble]:
    """Each call fails alone, except those that have tests of their own; some of all fail together.

    Of the questions about one author after the other the first fails; of a call and an alert the claim; of a mail the
    sending, in which the last message is the mail.
    """
    asks = [number for number, call in enumerate(calls) if call.asked.get("IndexName") == "by_author"]
    claims = [number for number, call in enumerate(calls) if "claimed_until" in call.asked.get("UpdateExpression", "")]
    publish = first_of("PublishBatch", calls)
    for number in [*range(asks[0] + 1), *range(publish, claims[0] + 1), *claims[1:]]:
        others = in_part(calls[number])[:-1]
        yield from ({number: fault} for fault in faults_of(calls[number], number) if fault not in others)
    yield from some_together(calls, count=4, seed=6)


def test_danger_is_mailed_and_called_for_and_the_outage_is_heard_of(stack: Deployed) -> None:
    state = stored()
    calls = stack.routes(IDS).made
    heard_of = [(one.topic, one.spike) for one in stack.sent if one.delivery != "case"]
    danger = [("network", False), ("network", False)]  # the inquiry has the second mail
    danger += [("_phones", False), ("oncall", False)]
    alert = [("oncall", True), ("network", True), ("operator", True)]
    assert heard_of == danger + alert, "nothing about the outage holds up the danger"

    for trouble in sample_of("a spike", troubles(calls), calls):
        put_back(state)
        stack.starts()
        assert not list(wrong(stack, trouble, calls)), told(trouble, calls)
