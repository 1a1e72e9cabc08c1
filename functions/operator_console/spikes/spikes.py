"""GET spikes, GET spikes/{id}: spikes of faults, open and recent ones, each with its cases and the notices about it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Any, NamedTuple

from desk.cases.model import Case, CaseState
from desk.cases.store import CaseStore
from desk.mentions.store import MentionStore
from desk.notifications.mail.spikes import rate_text, usual_text
from desk.posts.model import Post, PostKind, PostState
from desk.posts.store import PostStore
from desk.private_numbers import masked
from desk.reading import Urgency
from desk.spikes.belonging import faults_around, until_of
from desk.spikes.faults import Fault, Faults, shared_words
from desk.spikes.model import Spike
from desk.spikes.store import SpikeStore
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, may
from operator_console.shell.bar import sees_all
from operator_console.shell.cached import SpikeBanner
from operator_console.shell.phrases import handle_of, near_moment
from operator_console.shell.render import Renderer

SHOWN = 50
"""How many cases the page shows, the newest ones."""
COUNTED = 500
"""How many cases' states are counted, the newest ones: a page must not read thousands."""
_RECENT = timedelta(days=90)
_BEFORE = timedelta(minutes=15)
"""How much time before a spike the chart shows, so that people see the rise."""
_MOST_BARS = 60
_MINUTES_OF_A_BAR = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440)
_MINUTE = timedelta(minutes=1)
_MOST_POSTS = 20
_NOTICE_STATES = (
    PostState.PUBLISHED,
    PostState.QUEUED,
    PostState.SCHEDULED,
    PostState.AWAITING_APPROVAL,
    PostState.HELD,
    PostState.IN_DOUBT,
)
_NOTICES_OF = timedelta(days=1)
"""How long after its end outage notices are still taken to be about a spike."""

CHART_WIDTH, CHART_HEIGHT = 600, 120
"""In units of the chart, which is stretched to the width of the page."""


class ChartBar(NamedTuple):
    """A bar of the chart: when its minutes begin, how many faults they had, and its place in the chart."""

    at: datetime
    faults: int
    is_before: bool
    x: float
    y: float
    width: float
    height: float


class SpikeChart(NamedTuple):
    """Faults by time. `most` is the number of the highest bar, `usual_y` the place of the usual number's line."""

    minutes: int
    bars: Sequence[ChartBar]
    most: int
    usual_y: float
    usual: str


class SpikeCase(NamedTuple):
    """A case of the spike as a row."""

    key: str
    handle: str
    opened: str
    opened_iso: str
    state: CaseState
    holder: str
    is_urgent: bool
    text: str
    lang: str


class SpikePage(NamedTuple):
    """What the page shows of a spike. `states` are counts of the newest `counted` cases, of `all_cases`.

    `elsewhere` are cases of its faults that are handled by themselves: in danger, or at another department by now.
    `found` is a time as text, and `notified` says who was notified when.
    """

    spike: Spike
    rate: str
    found: str
    notified: Sequence[str]
    faults: int
    authors: int
    chart: SpikeChart
    words: Sequence[tuple[str, int]]
    cases: Sequence[SpikeCase]
    states: Sequence[tuple[CaseState, int]]
    counted: int
    all_cases: int
    elsewhere: int
    notices: Sequence[Post]


class RecentSpike(NamedTuple):
    """A spike in the list of recent ones."""

    spike: Spike
    rate: str


class SpikePageStores(NamedTuple):
    """What the pages read."""

    spikes: SpikeStore
    faults: Faults
    cases: CaseStore
    mentions: MentionStore
    posts: PostStore


class SpikesView:
    """Shows the pages. People of a department see the spikes of their department."""

    def __init__(self, stores: SpikePageStores, renderer: Renderer, banner: SpikeBanner) -> None:
        self._stores = stores
        self._banner = banner
        self._renderer = renderer
        self._formatter = renderer.formatter
        self._brand = renderer.brand

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "spikes", self._list), Route("GET", "spikes/{spike_id}", self._show)]

    def _list(self, visit: Visit) -> Response:
        found = self._stores.spikes.recent(visit.now - _RECENT)
        for each in found:
            self._banner.saw(each)
        rows = [RecentSpike(each, rate_text(each, self._brand)) for each in found if visit.person.sees(each.department)]
        return self._shown("spikes/spikes.html.j2", visit, rows=rows, days=_RECENT.days)

    def _show(self, visit: Visit) -> Response:
        spike = self._stores.spikes.get(visit.params["spike_id"])
        if spike is None or not visit.person.sees(spike.department):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
        may_write = may(visit.person, Right.ACT)
        values = {"page": self._page(spike, visit), "may_write": may_write}
        return self._shown("spikes/spike.html.j2", visit, **values, width=CHART_WIDTH, height=CHART_HEIGHT)

    def _shown(self, template: str, visit: Visit, **values: Any) -> Response:
        """The page; with the queues for people of a department, who have no sections."""
        if not sees_all(visit.person):
            return html(self._renderer.page(template, visit, **values))
        return html(self._renderer.page(template, visit, **values))

    def _page(self, spike: Spike, visit: Visit) -> SpikePage:
        before, faults = faults_around(self._stores.faults, spike, visit.now, before=_BEFORE)
        self._banner.saw(spike)
        self._banner.keep(spike, len(faults), visit.now)
        ids = list(dict.fromkeys(fault.case_id for fault in reversed(faults) if fault.case_id))
        known = self._stores.cases.get_many(ids[:COUNTED]) if ids else {}
        cases = [known[key] for key in ids if key in known and spike.covers(known[key])]
        counts = Counter(case.state for case in cases)
        return SpikePage(
            spike=spike,
            rate=rate_text(spike, self._brand),
            found=near_moment(spike.detected_at, visit.now, self._formatter),
            notified=list(self._notified(spike, visit.now)),
            faults=len(faults),
            authors=len({fault.author_id for fault in faults}),
            chart=chart_of(
                [*before, *faults],
                spike,
                until_of(spike, visit.now),
                usual=lambda expected: usual_text(expected, self._brand),
            ),
            words=shared_words(faults),
            cases=list(self._rows(cases[:SHOWN], visit.now)),
            states=[(state, counts[state]) for state in CaseState if counts[state]],
            counted=len(cases),
            all_cases=len(cases) + max(0, len(ids) - COUNTED),
            elsewhere=len(ids[:COUNTED]) - len(cases),
            notices=self._notices(spike, visit.now) if sees_all(visit.person) else (),
        )

    def _notified(self, spike: Spike, now: datetime) -> Iterator[str]:
        """The mails and the call about it, each with its time; a mail that is still to be sent without."""
        notices = [("mailed", spike.mailed_at, spike.is_open), ("called", spike.called_at, False)]
        for notice, at, is_due in [*notices, ("end_mailed", spike.end_mailed_at, not spike.is_open)]:
            if at:
                yield self._formatter.phrase(f"console.spike.{notice}", at=near_moment(at, now, self._formatter))
            elif is_due:
                yield self._formatter.phrase(f"console.spike.{notice}.not_yet")

    def _rows(self, cases: Sequence[Case], now: datetime) -> Iterable[SpikeCase]:
        newest = [case.mention_ids[-1] for case in cases]
        stored = self._stores.mentions.get_many(newest) if newest else {}
        for case in cases:
            mention = stored.get(case.mention_ids[-1])
            yield SpikeCase(
                key=case.id,
                handle=handle_of(case.author, self._formatter),
                opened=near_moment(case.opened_at, now, self._formatter),
                opened_iso=self._formatter.iso(case.opened_at),
                state=case.state,
                holder=case.holder or "",
                is_urgent=case.urgency is Urgency.HIGH,
                text=masked(mention.mention.post.text) if mention else self._formatter.phrase("console.row.no_words"),
                lang=case.lang,
            )

    def _notices(self, spike: Spike, now: datetime) -> list[Post]:
        """Outage notices since the spike began, including planned ones, the newest first."""
        until = min(spike.ended_at + _NOTICES_OF, now) if spike.ended_at else now
        found: dict[str, Post] = {}
        for state in _NOTICE_STATES if spike.is_open else (PostState.PUBLISHED,):
            last = until + _MINUTE if state is PostState.PUBLISHED else until + _NOTICES_OF
            posts = self._stores.posts.between(
                state, spike.started_at, last, limit=_MOST_POSTS, kinds=(PostKind.OUTAGE,)
            )
            found |= {post.id: post for post in posts}
        return sorted(found.values(), key=lambda post: post.at, reverse=True)


def chart_of(faults: Sequence[Fault], spike: Spike, end: datetime, *, usual: Callable[[float], str]) -> SpikeChart:
    """The chart of these faults until `end`; `usual` writes a usual number."""
    begin = (spike.started_at - _BEFORE).replace(second=0, microsecond=0)
    span = max((end - begin) / _MINUTE, 1)
    minutes = next((each for each in _MINUTES_OF_A_BAR if span / each <= _MOST_BARS), _MINUTES_OF_A_BAR[-1])
    counts = [0] * ceil(span / minutes)
    for fault in faults:
        place = int((fault.posted_at - begin) / _MINUTE // minutes)
        counts[min(place, len(counts) - 1)] += 1
    expected = spike.expected / spike.minutes * minutes
    most = max(*counts, 1, ceil(expected))
    lane = CHART_WIDTH / len(counts)
    bars = []
    for place, count in enumerate(counts):
        at, height = begin + place * minutes * _MINUTE, round(CHART_HEIGHT * count / most, 2)
        is_before = at + minutes * _MINUTE <= spike.started_at
        y = round(CHART_HEIGHT - height, 2)
        bars.append(ChartBar(at, count, is_before, round(lane * place + lane / 10, 2), y, round(lane * 0.8, 2), height))
    return SpikeChart(minutes, bars, max(counts), round(CHART_HEIGHT * (1 - expected / most), 2), usual(expected))
