"""No post appears twice and none is lost, whatever X, the tables, the queue and the machines do.

Each seed is another simulation: answers lost after the post was made, timelines ten minutes late, runs killed before
and after any call, slow runs overtaken by others, messages lost and repeated, three days without credits, pauses,
cancellations, posts approved or moved by people. In half of them X accepts the same text again, so that only the desk
prevents a second post. Most replies continue in a second post, which may meet all of that, too. What becomes of their
cases: `replies/test_lives.py`.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.errors import Unavailable
from desk.posts.model import Post, PostState
from tests.unit.posts.life import FUNCTION_TIMEOUT, Life
from tests.unit.posts.scene import NOON, SECOND, Scene, a_post

LIVES = 1_500
BATCHES = 10

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
    for post in {post.id: post for post in (*life.store.posts.values(), *life.posts)}.values():
        now = life.store.posts.get(post.id)
        there = on_x[post.text]
        if there and now and post.state is PostState.AWAITING_APPROVAL and not now.approved_by:
            problems.append(f"published without approval: {now}")
        if now is None:
            problems.append(f"lost: {post}")
        elif now.state in ON_X and (there != 1 or now.x_id not in {one.id for one in life.x.made}):
            problems.append(f"published, but not on X: {now}")
        elif now.state in NOT_ON_X and there:
            problems.append(f"{now.state}, but on X: {now}")
        elif now.state not in ON_X | NOT_ON_X | {PostState.IN_DOUBT}:
            problems.append(f"unsettled: {now}")
    return problems


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
        seen += Counter(f"rest {post.state}" for post in life.store.posts.values() if post.continues)
        assert broken_promises_of(life) == [], f"seed {seed}"

    happened = {
        "killed",
        "killed between X and the table",
        "the answer of X was lost",
        "the worker slept with X's answer",
        "the table gave up",
        "the table's answer was lost",
        "a message was lost",
        *(f"rest {state.value}" for state in (PostState.PUBLISHED, PostState.IN_DOUBT, PostState.CANCELLED)),
        "paused",
        "a person settled",
        "approved",
        "moved",
        *(f"fault {kind}" for kind in range(9)),
        *(state.value for state in ON_X | NOT_ON_X | {PostState.IN_DOUBT}),
    }
    assert happened - seen.keys() == set(), "these simulations were too easy"


def test_an_hour_of_503_leaves_a_few_posts_in_doubt_and_the_others_are_published_afterwards() -> None:
    scene, posts = Scene(), [a_post(f"글 {number}") for number in range(20)]
    scene.put(*posts)
    well_again = NOON + timedelta(hours=1)

    def failing() -> None:
        if scene.now < well_again:
            raise Unavailable("X answered 503")

    scene.x.before = failing

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
