"""Whatever X, the tables, the queue and the machines do, no post appears twice and none vanishes.

Each seed is another life: answers lost after the post was made, timelines ten minutes late, runs killed before and
after any call, slow runs overtaken by others, messages lost and repeated, three days without credits, pauses,
cancellations. Half of the lives have an X that would take the same text again, so that nothing but the desk forbids it.
Most of the replies go on in a second post, which may meet all of that, too.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.cases.model import Case, CaseEventKind, CaseState
from desk.errors import Unavailable
from desk.posts.model import FINAL, Post, PostReason, PostState
from tests.unit.posts.life import FUNCTION_TIMEOUT, Life
from tests.unit.posts.scene import NOON, SECOND, Scene, a_post

LIVES = 1_500
BATCHES = 10

CONTENT = {CaseState.ANSWERED, CaseState.PROMISED}
"""States in which a case says that its reply stands on X."""
SAID = {PostState.PUBLISHED}
NOT_SAID = {PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED, PostState.HELD}


def lived(seed: int) -> Life:
    life = Life(seed)
    life.goes_on(steps=life.random.choice((10, 30, 60)))
    life.recovers()
    return life


def problems_of(life: Life) -> list[str]:
    """What is not as promised."""
    on_x = Counter(life.x.texts())
    problems = [f"said {times} times: {text}" for text, times in on_x.items() if times > 1]
    problems += [f"asked for again: {text}" for text in life.seconds]
    problems += [f"not in its time: {post}" for post in life.store.posts.values() if not _is_in_time(post, life)]
    problems += [problem for post in life.posts for problem in _disorders(life, post)]
    for post in {post.id: post for post in (*life.posts, *life.store.posts.values())}.values():
        now = life.store.posts.get(post.id)
        there = on_x[post.text]
        if now is None and post.case_id:
            continue
        if now is None:
            problems.append(f"vanished: {post}")
        elif now.state in SAID and (there != 1 or now.x_id not in {one.id for one in life.x.made}):
            problems.append(f"published, but not on X: {now}")
        elif now.state in NOT_SAID and there:
            problems.append(f"{now.state}, but on X: {now}")
        elif now.state not in SAID | NOT_SAID | {PostState.IN_DOUBT}:
            problems.append(f"unsettled: {now}")
    return problems


def untruths_of(life: Life) -> list[str]:
    """What a case believes of its reply and is not so, or never comes to know."""
    return [
        f"{problem}: {life.cases.cases[post.case_id]}"
        for post in life.posts
        if post.case_id
        for problem in _untruths(life, post, life.cases.cases[post.case_id])
    ]


def _untruths(life: Life, post: Post, case: Case) -> Iterator[str]:
    now = life.store.posts.get(post.id)
    rest = life.store.posts.get(f"{post.id}-2")
    end = rest or now
    state = end.state if end else None  # whoever sent it on its way died before it was stored
    told = {event.what for event in life.cases.events[case.id] if event.post_id == post.id}
    stands, ends = state in SAID, state is None or state in FINAL
    if case.state in CONTENT and not stands:
        yield f"{case.state}, but the post is {state}"
    # Who closed the case waits for nothing: if no sweep gets through for an hour, its history lacks what became of it.
    is_past = end is not None and case.state is CaseState.CLOSED and life.well_since - end.at > timedelta(hours=1)
    if stands and not is_past and not told & {CaseEventKind.ANSWERED, CaseEventKind.PROMISED}:
        yield "nobody told that the reply stands on X"
    if stands and case.state not in CONTENT | {CaseState.CLOSED} and CaseEventKind.NOT_SAID not in told:
        yield "waits for ever"
    says_again = rest and rest.reason is not PostReason.GONE and case.draft and case.draft.text != rest.text
    if says_again and case.state is CaseState.DRAFTED:
        yield "the draft says again what stands on X"
    if ends is (case.state is CaseState.QUEUED) and case.state is not CaseState.CLOSED:
        yield f"{case.state}, but the post is {state}"


def _disorders(life: Life, post: Post) -> Iterator[str]:
    """What is wrong with a second part: there without its first one, before it, elsewhere than under it, or missing."""
    first, rest = life.store.posts.get(post.id), life.store.posts.get(f"{post.id}-2")
    follows = first is not None and first.state in SAID and first.continuation is not None
    if follows is not (rest is not None):
        yield f"a second part that must not be, or is not: {first}, {rest}"
    made = {one.text: place for place, one in enumerate(life.x.made)}
    place = made.get(post.continuation or "")
    if place is None:
        return
    if first is None or life.x.made[place].in_reply_to != first.x_id or made[post.text] > place:
        yield f"a second part that is not under its first: {life.x.made[place]}"


def _is_in_time(post: Post, life: Life) -> bool:
    """Whether what stands on X was made between its time and its end, give or take the run that had claimed it."""
    made = [one.created_at for one in life.x.made if one.text == post.text]
    return all(post.publish_at <= moment < post.expires_at + FUNCTION_TIMEOUT for moment in made)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_of_many_lives_none_says_anything_twice_or_loses_a_post(batch: int) -> None:
    seeds = range(batch, LIVES, BATCHES)
    seen: Counter[str] = Counter()

    for seed in seeds:
        life = lived(seed)
        seen += life.seen + Counter(post.state.value for post in life.store.posts.values())
        seen += Counter(f"case {case.state}" for case in life.cases.cases.values())
        seen += Counter(f"rest {post.state}" for post in life.store.posts.values() if post.continues)
        assert [*problems_of(life), *untruths_of(life)] == [], f"seed {seed}"

    happened = {
        "killed",
        "killed between X and the table",
        "the answer of X was lost",
        "the worker slept with X's answer",
        "the table gave up",
        "the table's answer was lost",
        "a message was lost",
        "a reply was never stored",
        "the cases' answer was lost",
        "a case was closed",
        *(f"case {state}" for state in ("answered", "promised", "drafted", "queued")),
        *(f"rest {state.value}" for state in (PostState.PUBLISHED, PostState.IN_DOUBT, PostState.CANCELLED)),
        "paused",
        "a person settled",
        *(f"fault {kind}" for kind in range(9)),
        *(state.value for state in SAID | NOT_SAID | {PostState.IN_DOUBT}),
    }
    assert happened - seen.keys() == set(), "these lives were too easy"


def test_an_hour_of_503_leaves_a_handful_uncertain_and_says_the_rest_afterwards() -> None:
    scene, posts = Scene(), [a_post(f"글 {number}") for number in range(20)]
    scene.accepts(*posts)
    well_again = NOON + timedelta(hours=1)

    def ill() -> None:
        if scene.now < well_again:
            raise Unavailable("X answered 503")

    scene.x.before = ill

    while scene.now < well_again + timedelta(minutes=15):
        for post in posts:
            if scene.store.posts[post.id].at <= scene.now:
                scene.wakes(post.id)
        scene.passes(10 * SECOND)

    states = Counter(post.state for post in scene.store.posts.values())
    assert states.keys() == {PostState.IN_DOUBT, PostState.PUBLISHED}
    assert states[PostState.IN_DOUBT] <= 9  # one for each time in which a lost post is looked for
    assert max(scene.x.attempts.values()) == 1
    assert scene.x.texts() == [post.text for post in posts if scene.store.posts[post.id].state is PostState.PUBLISHED]
