"""Requests of the console are looked up once, and what X refuses is said."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import (
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    NotAuthorised,
    OverBudget,
    RateLimited,
    StoreBusy,
    Unavailable,
)
from desk.x.look_ups import (
    AUTHOR_KEPT,
    THREAD_POSTS,
    LookUp,
    LookUpKey,
    LookUpProblem,
    LookUpState,
    author_key,
    thread_key,
)
from desk.x.model import Accounts, Author, XPost, first_id_at
from look_up.look_up import LookUpReport, LookUpWorker
from tests.fakes.in_trouble import Killed
from tests.fakes.look_ups import FakeLookUps, FakeThreadPosts
from tests.fakes.x import FakeX

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MINJI, HANA = author_key("7"), author_key("8")
ROOT = first_id_at(NOON - timedelta(hours=5))
THREAD = thread_key(ROOT)


@dataclass
class Scene:
    now: datetime = NOON
    look_ups: FakeLookUps = field(default_factory=FakeLookUps)
    threads: FakeThreadPosts = field(default_factory=FakeThreadPosts)
    erased: frozenset[str] = frozenset()
    x: FakeX = field(init=False)

    def __post_init__(self) -> None:
        self.x = FakeX(lambda: self.now)
        self.x.people = {"7": Author("7", "minji", "민지", "https://p.example/7"), "8": Author("8", "hana", "하나")}

    def request(self, *keys: LookUpKey, before: str | None = None) -> None:
        self.look_ups.request(keys, self.now, before=before)

    def look_up(self, *keys: LookUpKey) -> LookUpReport:
        worker = LookUpWorker(
            self.x,
            self.look_ups,
            self.threads,
            lambda ids: self.erased & frozenset(ids),
            clock=lambda: self.now,
        )
        return worker.look_up(keys)

    def result(self, key: LookUpKey) -> LookUp:
        return self.look_ups.look_ups[key]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def post(number: int, *, author: str = "7", reply_to: str | None = ROOT, age: timedelta = timedelta(hours=4)) -> XPost:
    """A post of the thread, a second later than the one with the number before."""
    at = NOON - age + timedelta(seconds=number)
    key = first_id_at(at)
    return XPost(key, f"글 {number}", author, at, ROOT, "ko", (key,), in_reply_to=reply_to)


def root(author: str = "9") -> XPost:
    return XPost(ROOT, "처음", author, NOON - timedelta(hours=5), ROOT, "ko", (ROOT,))


def test_accounts_are_looked_up_together_and_kept_for_thirty_days(scene: Scene) -> None:
    scene.request(MINJI, HANA)

    report = scene.look_up(MINJI, HANA, MINJI)

    assert (report.done, report.failed, scene.x.count("accounts")) == (2, 0, 1)
    assert scene.result(MINJI) == LookUp(MINJI, LookUpState.DONE, NOON, NOON + AUTHOR_KEPT, author=scene.x.people["7"])


def test_a_message_that_comes_twice_costs_one_call(scene: Scene) -> None:
    scene.request(MINJI)

    reports = [scene.look_up(MINJI), scene.look_up(MINJI)]

    assert [report.done for report in reports] == [1, 0]
    assert (scene.x.count("accounts"), reports[1].left) == (1, set())


def test_a_look_up_that_somebody_else_has_is_left_to_come_again(scene: Scene) -> None:
    scene.request(MINJI)
    scene.look_ups.claim(MINJI, NOON)

    assert scene.look_up(MINJI).left == {MINJI}
    scene.now += MINUTE
    assert scene.look_up(MINJI).done == 1


def test_an_account_that_x_does_not_show_or_that_was_erased_has_no_name(scene: Scene) -> None:
    scene.erased = frozenset({"8"})
    unknown = author_key("77")
    scene.request(HANA, unknown)

    scene.look_up(HANA, unknown)

    assert [scene.result(key).problem for key in (HANA, unknown)] == [LookUpProblem.NOT_SHOWN] * 2
    assert scene.result(HANA).author is None


def test_an_account_of_which_x_says_nothing_is_asked_for_again_later(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene.x, "accounts", lambda _ids: Accounts({}, frozenset()))
    scene.request(MINJI)

    scene.look_up(MINJI)

    result = scene.result(MINJI)
    assert (result.problem, result.again_at) == (LookUpProblem.UNAVAILABLE, NOON + 15 * MINUTE)


@pytest.mark.parametrize(
    ("error", "problem", "wait"),
    [
        (RateLimited("429", NOON + 9 * MINUTE), LookUpProblem.RATE_LIMITED, 9 * MINUTE),
        (CreditsDepleted("402"), LookUpProblem.NO_CREDITS, 15 * MINUTE),
        (NotAuthorised("401"), LookUpProblem.NOT_AUTHORISED, 15 * MINUTE),
        (Unavailable("slow"), LookUpProblem.UNAVAILABLE, MINUTE),
        (OverBudget("look_ups", "day", NOON + 9 * MINUTE), LookUpProblem.OVER_BUDGET, 9 * MINUTE),
        (OverBudget("look_ups", "month", NOON + 50 * MINUTE), LookUpProblem.OVER_BUDGET, 15 * MINUTE),
        (BreakerOpen("user:read: credits_depleted", NOON + 3 * MINUTE), LookUpProblem.NO_CREDITS, 3 * MINUTE),
        (BreakerOpen("user:read: plan_limit", NOON + 3 * MINUTE), LookUpProblem.NO_CREDITS, 3 * MINUTE),
        (BreakerOpen("user:read:search: fields_missing", NOON + 3 * MINUTE), LookUpProblem.UNAVAILABLE, 3 * MINUTE),
    ],
)
@pytest.mark.parametrize("key", [MINJI, THREAD])
def test_each_refusal_of_x_is_recorded_with_the_time_from_which_it_is_asked_again(
    scene: Scene, error: DeskError, problem: LookUpProblem, wait: timedelta, key: LookUpKey
) -> None:
    for method in ("accounts", "conversation"):
        scene.x.fail(method, error)
    scene.request(key, before=post(3).id)

    scene.look_up(key)

    result = scene.result(key)
    assert (result.state, result.problem, result.again_at) == (LookUpState.FAILED, problem, NOON + wait)
    assert result.before == post(3).id


def test_earlier_posts_of_a_thread_are_kept_with_those_that_they_answer(scene: Scene) -> None:
    known = post(3)
    scene.x.post(root(), post(1), post(2, author="8"), known)
    scene.request(THREAD, before=known.id)

    scene.look_up(THREAD)

    assert [each.text for each in scene.threads.of(ROOT, NOON)] == ["처음", "글 1", "글 2"]
    assert (scene.result(THREAD).complete, scene.result(THREAD).state) == (True, LookUpState.DONE)


def test_a_long_thread_goes_on_with_the_next_request(scene: Scene) -> None:
    scene.x.post(root(), *(post(number) for number in range(THREAD_POSTS + 5)))
    for _ in range(2):
        scene.request(THREAD)
        scene.look_up(THREAD)

    assert len(scene.threads.of(ROOT, NOON)) == THREAD_POSTS + 6
    assert scene.result(THREAD).complete


def test_of_a_thread_that_search_no_longer_reaches_only_the_first_post_is_asked_for(scene: Scene) -> None:
    scene.x.post(root())
    scene.now = NOON + timedelta(days=8)
    scene.request(THREAD, before=post(1).id)

    scene.look_up(THREAD)

    assert (scene.x.count("conversation"), scene.x.count("posts")) == (0, 1)
    assert [each.id for each in scene.threads.of(ROOT, scene.now)] == [ROOT]
    assert scene.result(THREAD).complete


def test_posts_of_erased_authors_are_not_kept(scene: Scene) -> None:
    scene.erased = frozenset({"8"})
    scene.x.post(root(), post(1), post(2, author="8"))
    scene.request(THREAD)

    scene.look_up(THREAD)

    assert [each.text for each in scene.threads.of(ROOT, NOON)] == ["처음", "글 1"]


def _killed(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize("method", ["accounts", "claim"])
def test_a_run_that_dies_is_made_up_for_by_the_next_delivery(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    scene.request(MINJI)
    owner = next(each for each in (scene.x, scene.look_ups) if hasattr(each, method))
    with monkeypatch.context() as patch:
        patch.setattr(owner, method, _killed)
        with pytest.raises(Killed):
            scene.look_up(MINJI)

    scene.now += MINUTE

    assert scene.look_up(MINJI).done == 1


@pytest.mark.parametrize("trouble", ["fail_before", "fail_after"])
@pytest.mark.parametrize(
    ("store", "method"),
    [
        (lambda scene: scene.look_ups, "claim"),
        (lambda scene: scene.look_ups, "finish"),
        (lambda scene: scene.threads, "add"),
    ],
)
def test_busy_tables_leave_the_request_to_the_next_delivery(
    scene: Scene, trouble: str, store: Callable[[Scene], FakeLookUps], method: str
) -> None:
    scene.x.post(root())
    scene.request(MINJI, THREAD)
    getattr(store(scene), trouble).append(method)
    with pytest.raises(StoreBusy):
        scene.look_up(MINJI, THREAD)

    scene.now += MINUTE
    scene.look_up(MINJI, THREAD)

    assert {scene.result(key).state for key in (MINJI, THREAD)} == {LookUpState.DONE}
