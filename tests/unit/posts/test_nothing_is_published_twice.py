"""No post appears twice and none is lost, whatever X, the tables, the queue and the machines do.

Each seed is another simulation: answers lost after the post was made, timelines ten minutes late, runs killed before
and after any call, slow runs overtaken by others, messages lost and repeated, three days without credits, pauses,
cancellations. In half of them X accepts the same text again, so that only the desk prevents a second post. Most replies
continue in a second post, which may meet all of that, too.
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
"""States in which a case says that its reply is on X."""
ON_X = {PostState.PUBLISHED}
NOT_ON_X = {PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED, PostState.HELD}


def lived(seed: int) -> Life:
    life = Life(seed)
    life.goes_on(steps=life.random.choice((10, 30, 60)))
    life.recovers()
    return life


def broken_promises_of(life: Life) -> list[str]:
    """Posts that are not as they must be."""
    on_x = Counter(life.x.texts())
    problems = [f"published {times} times: {text}" for text, times in on_x.items() if times > 1]
    problems += [f"sent again: {text}" for text in life.seconds]
    problems += [f"not in its time: {post}" for post in life.store.posts.values() if not _is_in_time(post, life)]
    problems += [problem for post in life.posts for problem in _disorders(life, post)]
    for post in {post.id: post for post in (*life.posts, *life.store.posts.values())}.values():
        now = life.store.posts.get(post.id)
        there = on_x[post.text]
        if now is None and post.case_id:
            continue
        if now is None:
            problems.append(f"lost: {post}")
        elif now.state in ON_X and (there != 1 or now.x_id not in {one.id for one in life.x.made}):
            problems.append(f"published, but not on X: {now}")
        elif now.state in NOT_ON_X and there:
            problems.append(f"{now.state}, but on X: {now}")
        elif now.state not in ON_X | NOT_ON_X | {PostState.IN_DOUBT}:
            problems.append(f"unsettled: {now}")
    return problems


def wrong_cases_of(life: Life) -> list[str]:
    """What cases say of their replies that is not true, or do not say."""
    return [
        f"{problem}: {life.cases.cases[post.case_id]}"
        for post in life.posts
        if post.case_id
        for problem in _wrongs_of_case(life, post, life.cases.cases[post.case_id])
    ]


def _wrongs_of_case(life: Life, post: Post, case: Case) -> Iterator[str]:
    now = life.store.posts.get(post.id)
    rest = life.store.posts.get(f"{post.id}-2")
    end = rest or now
    state = end.state if end else None  # the run that queued it died before it was stored
    recorded = {event.what for event in life.cases.events[case.id] if event.post_id == post.id}
    stands, ends = state in ON_X, state is None or state in FINAL
    if case.state in CONTENT and not stands:
        yield f"{case.state}, but the post is {state}"
    # A closed case waits for nothing: if no sweep succeeds for an hour, its history lacks the outcome.
    is_past = end is not None and case.state is CaseState.CLOSED and life.well_since - end.at > timedelta(hours=1)
    if stands and not is_past and not recorded & {CaseEventKind.ANSWERED, CaseEventKind.PROMISED}:
        yield "no event says that the reply is on X"
    if stands and case.state not in CONTENT | {CaseState.CLOSED} and CaseEventKind.NOT_SAID not in recorded:
        yield "waits forever"
    says_again = rest and rest.reason is not PostReason.GONE and case.draft and case.draft.text != rest.text
    if says_again and case.state is CaseState.DRAFTED:
        yield "the draft repeats what is on X"
    if ends is (case.state is CaseState.QUEUED) and case.state is not CaseState.CLOSED:
        yield f"{case.state}, but the post is {state}"


def _disorders(life: Life, post: Post) -> Iterator[str]:
    """What is wrong with a second part: without its first one, before it, not a reply to it, or missing."""
    first, rest = life.store.posts.get(post.id), life.store.posts.get(f"{post.id}-2")
    follows = first is not None and first.state in ON_X and first.continuation is not None
    if follows is not (rest is not None):
        yield f"a second part that must not exist, or is missing: {first}, {rest}"
    made = {one.text: place for place, one in enumerate(life.x.made)}
    place = made.get(post.continuation or "")
    if place is None:
        return
    if first is None or life.x.made[place].in_reply_to != first.x_id or made[post.text] > place:
        yield f"a second part that is no reply to its first: {life.x.made[place]}"


def _is_in_time(post: Post, life: Life) -> bool:
    """Whether it was published between its time and its expiry, plus the time of the run that had claimed it."""
    made = [one.created_at for one in life.x.made if one.text == post.text]
    return all(post.publish_at <= moment < post.expires_at + FUNCTION_TIMEOUT for moment in made)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_simulation_publishes_a_post_twice_or_loses_one(batch: int) -> None:
    seeds = range(batch, LIVES, BATCHES)
    seen: Counter[str] = Counter()

    for seed in seeds:
        life = lived(seed)
        seen += life.seen + Counter(post.state.value for post in life.store.posts.values())
        seen += Counter(f"case {case.state}" for case in life.cases.cases.values())
        seen += Counter(f"rest {post.state}" for post in life.store.posts.values() if post.continues)
        assert [*broken_promises_of(life), *wrong_cases_of(life)] == [], f"seed {seed}"

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
        *(state.value for state in ON_X | NOT_ON_X | {PostState.IN_DOUBT}),
    }
    assert happened - seen.keys() == set(), "these simulations were too easy"


def test_an_hour_of_503_leaves_a_few_posts_in_doubt_and_the_others_are_published_afterwards() -> None:
    scene, posts = Scene(), [a_post(f"글 {number}") for number in range(20)]
    scene.put(*posts)
    well_again = NOON + timedelta(hours=1)

    def ill() -> None:
        if scene.now < well_again:
            raise Unavailable("X answered 503")

    scene.x.before = ill

    while scene.now < well_again + timedelta(minutes=15):
        for post in posts:
            if scene.store.posts[post.id].at <= scene.now:
                scene.wake(post.id)
        scene.passes(10 * SECOND)

    states = Counter(post.state for post in scene.store.posts.values())
    assert states.keys() == {PostState.IN_DOUBT, PostState.PUBLISHED}
    assert states[PostState.IN_DOUBT] <= 9  # one for each reconciliation of a lost post
    assert max(scene.x.attempts.values()) == 1
    assert scene.x.texts() == [post.text for post in posts if scene.store.posts[post.id].state is PostState.PUBLISHED]
