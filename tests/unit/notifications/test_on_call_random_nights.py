"""Nights in which everything fails now and then: a phone rings for whoever waits, and not too often."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from desk.cases.model import CaseState
from desk.cases.sla import CALL_AGAIN_AFTER
from desk.cases.transitions import asked_again
from desk.notifications.wiring import EVERY_MINUTE, MESSAGES, WINDOW
from desk.reading import Kind, Need, Reading, Urgency
from tests.fakes.notifications import FakeMailBudget
from tests.families import variants
from tests.unit.notifications.on_call_scene import BRAND, MINUTE, NIGHT, Scene, mention, urgent

MINUTES = 90
ALARM = Reading(Kind.FAULT, Need.SUPPORT, "network", Urgency.HIGH, "ko", 0.9, (), wakes=True)


class Night:
    """One scene, what happens in it, and when which case was told of."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.scene = Scene(budget=FakeMailBudget(count=MESSAGES, window=WINDOW))
        self.at_once = self.scene.an_on_call_caller(keep=EVERY_MINUTE)
        self.scene.topic.after = self._rung
        self.rang: dict[str, list[datetime]] = defaultdict(list)
        self.numbers = iter(range(1, 10_000))

    def minute(self, number: int) -> None:
        self._disturb()
        self.scene.run(number)
        self.scene.now = NIGHT + number * MINUTE + timedelta(seconds=self.random.randint(2, 58))
        for happen in self.random.sample([self._come, self._take, self._hand, self._come_back], 2):
            happen()

    def calm(self) -> None:
        self.scene.topic.down = False
        self.scene.store.busy = set()

    def _disturb(self) -> None:
        some = {case for case in self.scene.store.cases if self.random.random() < 0.2}
        self.scene.topic.down = self.random.random() < 0.3
        self.scene.store.busy = some | ({"file"} if self.random.random() < 0.1 else set())

    def _rung(self) -> None:
        message = self.scene.topic.got[-1].machine
        for case_id in (case for case in self.scene.store.cases if f'"{case}"' in message):
            self.rang[case_id].append(self.scene.now)

    def _come(self) -> None:
        if len(self.scene.store.cases) < 40:
            number = next(self.numbers)
            now = self.scene.now
            case = urgent(number, opened_at=now, asked_at=now, due_at=now + timedelta(hours=1))
            self.at_once.call([self.scene.open(case)], now)

    def _take(self) -> None:
        if open_ := [case for case in self.scene.store.cases.values() if case.holder is None]:
            self.scene.change(self.random.choice(open_), holder="지은")

    def _hand(self) -> None:
        if open_ := list(self.scene.store.cases.values()):
            self.scene.change(self.random.choice(open_), department="billing", holder=None)

    def _come_back(self) -> None:
        """Somebody whose case was answered has another emergency."""
        if not self.scene.store.cases:
            return
        case = self.random.choice(list(self.scene.store.cases.values()))
        again = mention(int(case.mention_ids[0]))._replace(received_at=self.scene.now)
        after = asked_again(case._replace(state=CaseState.ANSWERED), again, ALARM, BRAND)
        self.scene.store.cases[case.id] = after._replace(version=case.version + 1)
        self.rang[case.id].clear()  # of the matter before
        self.at_once.call([self.scene.store.cases[case.id]], self.scene.now)


@variants("seed", range(25), 5)
def test_calls_are_repeated_until_somebody_acts_and_never_within_ten_minutes(seed: int) -> None:
    night = Night(seed)
    for number in range(1, MINUTES):
        night.minute(number)
    night.calm()
    for number in range(MINUTES, MINUTES + 25):
        night.scene.run(number)

    for case in night.scene.store.cases.values():
        times = night.rang[case.id]
        assert all(later - sooner >= CALL_AGAIN_AFTER for sooner, later in pairwise(times))
        told = night.scene.store.called.get(case.id)
        was_handed = told is not None and told[0] == case.asked_at and told[1] != case.department
        if night.scene.caller.needs_call(case) and not was_handed:
            assert times, "nobody was called"
            assert night.scene.now - times[-1] <= CALL_AGAIN_AFTER + 2 * MINUTE
