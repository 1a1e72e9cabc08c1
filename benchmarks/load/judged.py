"""What must be true of the desk after the hour: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Collection, Iterator

from benchmarks.load.hour import MINUTE, Played, outbox_size, states_of_posts
from benchmarks.load.worker.sitecustomize import NOTICE, Told
from desk.cases.model import CaseState
from desk.cases.wiring import case_store
from desk.posts.model import PostState
from desk.spikes.store import SpikeItems
from local.demo.ledger import Ledger
from local.demo.timeline import own_posts
from local.preview.replay import tables_of
from local.stage import Stage


def findings(stage: Stage, played: Played, unsettled: Counter[Told]) -> list[str]:
    """What is not as it must be, in sentences.

    A post may be in doubt, which people see, since X answers nothing for a while. What killed functions had sent and
    not yet removed from the outbox (`unsettled`) may come again. Nothing else may.
    """
    return [*_mentions(stage, played), *_posts(stage, played), *_told(stage, played, unsettled)]


def _mentions(stage: Stage, played: Played) -> Iterator[str]:
    """Each mention is stored, read and counted once, and in the case that it opened."""
    ledger = Ledger(stage.deployed)
    lines = {line.mention_id: line for line in ledger.lines()}
    if missing := played.mentions.keys() - lines.keys():
        yield f"{len(missing)} mentions were never stored"
    if waiting := [line for line in lines.values() if line.kind is None]:
        yield f"{len(waiting)} mentions were not read"
    if not (balance := ledger.balance()).holds or balance.polled != len(lines):
        yield f"the balance does not hold: {balance}, with {len(lines)} mentions"
    cases = {case.id for case in ledger.cases()}
    if homeless := [line for line in lines.values() if line.case_id and line.case_id not in cases]:
        yield f"{len(homeless)} mentions have no case"


def _posts(stage: Stage, played: Played) -> Iterator[str]:
    """What was accepted is on X once, and what counts as published is there."""
    shown = Counter(post.text for post in own_posts(stage.x))
    if twice := [text for text, count in shown.items() if count > 1]:
        yield f"{len(twice)} posts are on X more than once: {twice[:3]}"
    states = states_of_posts(stage)
    for text in (*played.posts, *played.replies):
        state = next((state for stored, state in states.items() if text in stored), None)
        if state not in {PostState.PUBLISHED, PostState.IN_DOUBT}:
            yield f"{text!r} is {state}"
        elif state == PostState.PUBLISHED and not any(text in each for each in shown):
            yield f"{text!r} counts as published and is not on X"


def _told(stage: Stage, played: Played, unsettled: Counter[Told]) -> Iterator[str]:
    """Each case of a department was sent to its machines, and mailed, once; nothing is left to be sent."""
    ledger = Ledger(stage.deployed)
    if twice := list(too_often(played.told, unsettled)):
        yield f"{len(twice)} times the same was told again: {twice[:3]}"
    told = {mention for kind, _, mention, *_ in played.told if kind == NOTICE}
    routed = {line.mention_id for line in ledger.lines() if line.department and line.case_id}
    if untold := routed - told:
        yield f"{len(untold)} of {len(routed)} mentions of departments were sent to no machine"
    cases = {case.id for case in ledger.cases() if case.state is CaseState.OPEN}
    if unmailed := _outside_spikes(stage, played, cases - played.mailed_at.keys()):
        yield f"{len(unmailed)} of {len(cases)} open cases are in no mail: {unmailed[:3]}"
    if left := outbox_size(stage):
        yield f"{left} entries are left in the outbox"


def too_often(told: Counter[Told], unsettled: Counter[Told]) -> Counter[Told]:
    """What was told more than once, and how often: not counting once for each time that its sender was killed."""
    return told - Counter(told.keys()) - unsettled


def _outside_spikes(stage: Stage, played: Played, case_ids: Collection[str]) -> list[str]:
    """Those of these cases that no spike has: the mail about its end names some of its cases, and counts the others."""
    dynamodb, outputs = stage.deployed.aws.client("dynamodb"), stage.deployed.outputs
    spikes = SpikeItems(dynamodb, outputs["DeskTable"]).recent(min(played.mentions.values()))
    cases = case_store(tables_of(outputs), dynamodb).get_many(case_ids)
    return [case.id for case in cases.values() if not any(spike.covers(case) for spike in spikes)]


def minutes_to_mail(stage: Stage, played: Played) -> list[float]:
    """By the desk's clock, from each mention with a case to the first mail that names it; 0 if that was before."""
    waits = (
        (played.mailed_at[line.case_id] - played.mentions[line.mention_id]) / MINUTE
        for line in Ledger(stage.deployed).lines()
        if line.case_id in played.mailed_at and line.mention_id in played.mentions
    )
    return [max(wait, 0) for wait in waits]
