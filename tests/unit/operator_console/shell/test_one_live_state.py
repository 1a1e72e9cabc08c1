"""Several people work at once, and posts arrive: no two numbers on a page disagree, nor do a page and what it polls."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import replace
from datetime import date, timedelta
from html import unescape
from random import Random
from threading import Barrier, BrokenBarrierError
from typing import NamedTuple

from desk.brand import ListenSettings
from desk.cases.model import Case, CaseState, Queue, queue_of
from desk.cases.transitions import ANSWERABLE
from desk.mentions.model import DayCounts
from desk.posts.model import PostState
from desk.posts.transitions import published
from desk.promises.model import PromiseState
from desk.reading import OPERATOR, Kind, Safety, Urgency
from desk.replies.outcome import ReplyOutcomes
from desk.staff.model import Person
from operator_console.shell.snapshot import SharedParts
from tests.families import variants
from tests.unit.operator_console.inbox.test_heard import hear
from tests.unit.operator_console.promises.test_promises import sections_of
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, LastingScene, html_of
from tests.unit.operator_console.spikes.test_spikes import SPIKE, have_fault
from tests.unit.operator_console.today.test_today import cards_of, keys_in
from tests.unit.operator_console.trial import test_trial as trial
from tests.unit.replies.scene import NOW, mention

PEOPLE = (JIMIN, SUJIN, VIEWER, BILLING)
OPERATORS = (JIMIN, SUJIN)
LISTS = ("to_answer", "to_review", "at_department", "private", "snoozed")
QUEUES = (*LISTS, "all", "to_read", "heard")
PAGES = (
    *(f"inbox/{queue}" for queue in QUEUES),
    "today",
    "promises",
    "calendar",
    "trial",
    "costs",
    f"spikes/{SPIKE.id}",
    "settings",
)
OF_DEPARTMENTS = (*(f"inbox/{queue}" for queue in (*LISTS, "all")), "settings")
LEFT_OPEN = ((JIMIN, "promises"), (SUJIN, "today"))
"""Pages that stay open, and so are often looked at again."""
STEPS = 16


class Seen(NamedTuple):
    """What a person reads of a page, or a script of a poll: each place that shows a number says which."""

    numbers: dict[str, str]
    title: str
    strip: tuple[str, ...]
    untaken: int
    spikes: str
    rows: tuple[str, ...]


def read(html: str) -> Seen:
    found = re.search(r'id="live".*?data-numbers="([^"]*)" data-title="([^"]*)"', html)
    strip = re.search(r'<section id="danger-strip".*?</section>', html, re.DOTALL)
    spikes = re.search(r'<div id="spikes".*?</div>', html, re.DOTALL)
    assert found
    assert strip
    assert spikes
    heads = re.findall(r'class="head">.*?<b>(\d+)', strip[0])
    _, *lists = re.split(r'<ol id="(?:live-)?rows"[^>]*? data-queue="', html)
    rows = "".join(lists).partition('<section id="conversation-column"')[0].partition('<ol class="rows past">')[0]
    keys = re.findall(r'<li (?:id="row-[^"]*" class="row[^>]*)?data-key="([^"]*)"', _without_seen(rows))
    return Seen(
        numbers=json.loads(unescape(found[1])),
        title=unescape(found[2]),
        strip=tuple(re.findall(r'<li data-key="([^"]*)"', strip[0])),
        untaken=int(heads[0]) if heads else 0,
        spikes=" ".join(re.sub(r"<[^>]*>", " ", spikes[0]).split()),
        rows=tuple(sorted(keys) if rows.startswith(("to_read", "heard")) else keys),
    )


class Part(NamedTuple):
    """A section that a page shows anew once its state is another one, with the keys of its rows."""

    state: str
    keys: list[str]


def parts_in(html: str) -> dict[str, Part]:
    found = re.findall(
        r'<section [^>]*?id="((?:card|section)-\w+)"[^>]* data-state="(\w+)"[^>]*>(.*?)</section>', html, re.DOTALL
    )
    return {name: Part(state, keys_in(body)) for name, state, body in found if name != "card-spikes"}


def _without_spikes(seen: Seen) -> Seen:
    """What the next poll changes at any rate: spikes are read less often."""
    numbers = {name: number for name, number in seen.numbers.items() if not name.startswith("spike")}
    return seen._replace(numbers=numbers, spikes="")


def _number(card: str) -> int:
    found = re.search(r'<span class="number">(\d+)</span></h2>', card)
    return int(found[1]) if found else 0


def _without_seen(rows: str) -> str:
    """Heard posts that were seen are folded below the others, and are not counted."""
    return rows.partition('<li class="folded">')[0] if rows.startswith("heard") else rows


class Desk(LastingScene):
    """A desk with a trial, a spike and posts that were heard, to which things happen at random."""

    def __init__(self, seed: int) -> None:
        super().__init__(brand=replace(trial.a_scene(0).brand, listen=ListenSettings(terms=("제이드",))))
        self.random, self.last = Random(seed), 0
        self.cases.cases.clear()
        self.people = {person: self.signed_in(person) for person in PEOPLE}
        self.open_pages: dict[tuple[Person, str], tuple[str, str]] = {}

    def number(self) -> int:
        self.last += 1
        return self.last

    def one(self, *states: CaseState) -> Case | None:
        cases = [case for case in self.cases.cases.values() if case.state in states]
        return self.random.choice(cases) if cases else None

    def act(self, person: Person, case: Case, action: str, **fields: str) -> None:
        form = {"version": str(case.version), "request": f"form-{self.number():04}", "queue": "to_answer", **fields}
        answer = self.people[person].post(f"case/{case.id}/{action}", form, hx_request="true")
        assert answer["statusCode"] < 500, answer

    # What happens

    def a_mention_arrives(self) -> None:
        department = self.random.choice([OPERATOR, "billing", "network"])
        urgency = self.random.choice([Urgency.NORMAL, Urgency.HIGH])
        safety = self.random.choice([None, None, Safety.CHECK, Safety.DANGER])
        waits = {"awaits_release": True} if department == "billing" and self.random.random() < 0.4 else {}
        if safety is Safety.DANGER:
            urgency = Urgency.HIGH
        trial.have(
            self, self.number(), department, urgency=urgency, safety=safety, **({"awaits_release": False} | waits)
        )

    def chat_arrives(self) -> None:
        number = 8000 + self.number()
        post = mention(number).mention.post._replace(created_at=self.now)
        self.seen.put(post, kind=self.random.choice([Kind.CHAT, Kind.JUNK]))
        counts = self.seen.polled.get(self.today, DayCounts())
        self.seen.polled[self.today] = counts._replace(polled=counts.polled + 1)

    def a_post_is_heard(self) -> None:
        hear(self, 500 + self.number())

    def somebody_answers(self) -> None:
        case = self.one(*ANSWERABLE)
        if case:
            self.act(self.random.choice([*OPERATORS, BILLING]), case, "send", text="한 장은 지난달 것입니다.")

    def somebody_promises(self) -> None:
        case = self.one(*ANSWERABLE)
        if case:
            until = self.now + timedelta(hours=9, minutes=self.random.choice([15, 60, 60 * 24]))
            text = f"{until:%m월 %d일 %H:%M}까지 확인하고 알려 드릴게요."
            self.act(
                self.random.choice(OPERATORS), case, "promise", text=text, promised_until=f"{until:%Y-%m-%dT%H:%M}"
            )

    def a_reply_is_on_x(self) -> None:
        case = self.one(CaseState.QUEUED)
        post = self.posts.posts.get(case.post_id or "") if case else None
        if case and post and post.state is not PostState.IN_DOUBT:
            on_x = self.posts.posts[post.id] = published(post, str(self.number()), self.now)
            assert ReplyOutcomes(self.cases, self.brand).on_finished(on_x)

    def a_reply_is_undone(self) -> None:
        case = self.one(CaseState.QUEUED)
        if case and case.post_id:
            self.people[self.random.choice(OPERATORS)].post(f"case/{case.id}/undo?post={case.post_id}", {})

    def nobody_knows_whether_a_reply_is_on_x(self) -> None:
        case = self.one(CaseState.QUEUED)
        post = self.posts.posts.get(case.post_id or "") if case else None
        if post:
            self.posts.posts[post.id] = post._replace(state=PostState.IN_DOUBT)
            twice = post._replace(id=f"{post.id}-again")
            self.posts.posts[twice.id] = twice._replace(state=PostState.IN_DOUBT)

    def somebody_decides_about_a_case(self) -> None:
        case = self.one(*ANSWERABLE)
        forms = {
            "take": {},
            "assign": {"holder": "이수진"},
            "hand": {"department": self.random.choice(["network", "billing"])},
            "snooze": {"snooze": "hour"},
            "close": {"reason": "전화로 해결"},
            "raise": {},
            "note": {"note": "전화하심"},
        }
        if case:
            action = self.random.choice(list(forms))
            self.act(self.random.choice(OPERATORS), case, action, **forms[action])

    def somebody_takes_a_case_in_danger(self) -> None:
        cases = [case.id for case in self.cases.cases.values() if case.open_safety and case.state in ANSWERABLE]
        if cases:
            person = self.people[self.random.choice(OPERATORS)]
            person.post(f"danger/{self.random.choice(cases)}", {"request": "Ab3" * 8}, hx_request="true")

    def somebody_reads(self) -> None:
        person = self.people[self.random.choice(OPERATORS)]
        ids = list(self.seen.waiting)[: self.random.randint(1, 3)]
        answer = person.post("seen", {"item": ids, "queue": "to_read"}, hx_request="true")
        undo = json.loads(answer["headers"]["hx-trigger"])["done"]["undo"]
        if undo and self.random.random() < 0.3:
            person.post(undo.removeprefix("/console/"), {}, hx_request="true")

    def a_trial_is_decided(self) -> None:
        cases = [case for case in self.cases.cases.values() if queue_of(case) is Queue.TRIAL]
        if cases:
            trial.decide(self.people[self.random.choice(OPERATORS)], "release", self.random.choice(cases))

    def a_spike_begins_or_grows(self) -> None:
        self.spikes.begin(SPIKE)
        have_fault(self, self.number())

    def time_passes(self) -> None:
        self.now += timedelta(seconds=self.random.choice([1, 2, 40, 1200]))

    # What must hold

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=9)).date()

    def expected(self, person: Person) -> dict[str, str]:
        """The numbers as the tables have them, counted here in another way."""
        seen = [case for case in self.cases.cases.values() if person.sees(case.department)]
        doubt = {post.case_id for post in self.posts.posts.values() if post.state is PostState.IN_DOUBT}
        counts = {queue: sum(queue_of(case) == queue for case in seen) for queue in LISTS}
        pressing = [case for case in seen if case.state in {*ANSWERABLE, CaseState.QUEUED}]
        counts["danger"] = sum(case.open_safety is not None for case in pressing)
        if person is not BILLING:
            counts["to_review"] += len(doubt)
            counts["trial"] = sum(queue_of(case) is Queue.TRIAL for case in seen)
            counts["to_read"] = len(self.seen.waiting.keys() - self.seen.seen_by.keys())
        numbers = {name: str(count) for name, count in counts.items()}
        return {name: "" if text == "0" and name in {"danger", "trial"} else text for name, text in numbers.items()}

    def check(self, person: Person, path: str) -> None:
        visitor = self.people[person]
        queue = path.removeprefix("inbox/") if path.startswith("inbox/") else ""
        poll = f"poll?page={path}" if path in {"today", "promises"} else f"poll?queue={queue}"
        live, parts = self._left_open(person, poll)
        page = html_of(visitor.get(path))
        shown = read(page)
        self._check_page(shown, page, person, queue)
        if path == "today":
            self._check_today(page, person, shown)
        if path == "promises":
            self._check_promises(page, shown)
        polled = visitor.part(poll)
        assert read(html_of(polled)) == shown, path
        assert cards_of(html_of(polled)) == cards_of(page)
        assert sections_of(html_of(polled)) == sections_of(page)
        assert live is None or _without_spikes(read(live)) == _without_spikes(shown)
        assert live is None or parts == {name: part.keys for name, part in parts_in(page).items()}
        etag = polled["headers"]["etag"]
        self.open_pages[person, poll] = etag, html_of(polled)
        assert visitor.get(poll, hx_request="true", if_none_match=etag)["statusCode"] == 304

    def _left_open(self, person: Person, poll: str) -> tuple[str | None, dict[str, list[str]]]:
        """What a page shows, after the poll of now, that this person has had open since it was checked last."""
        if (person, poll) not in self.open_pages:
            return None, {}
        etag, before = self.open_pages[person, poll]
        polled = self.people[person].get(poll, hx_request="true", if_none_match=etag, cache_control="no-cache")
        live = before if polled["statusCode"] == 304 else html_of(polled)
        old, new = parts_in(before), parts_in(live)
        return live, {name: (old if old[name].state == new[name].state else new)[name].keys for name in new}

    def _check_today(self, page: str, person: Person, shown: Seen) -> None:
        """Each case that waits for somebody here is in one card, also if it is promised; each card counts its rows."""
        cards = cards_of(page)
        rows = {name: keys_in(card) for name, card in cards.items()}
        in_queue = [case for case in self.cases.cases.values() if queue_of(case) is Queue.TO_ANSWER]
        calm = [case for case in in_queue if not case.open_safety]
        drafts = [case for case in calm if case.state is CaseState.DRAFTED]
        answers = [case for case in calm if case.state not in {CaseState.DRAFTED, CaseState.PROMISED}]
        mine = [case for case in answers if case.holder in {None, person.name} or person is VIEWER]
        doubt = {post.case_id for post in self.posts.posts.values() if post.state is PostState.IN_DOUBT}
        reviewed = [c for c in self.cases.cases.values() if c.id in doubt or queue_of(c) is Queue.TO_REVIEW]
        reviews = int(shown.numbers["to_review"]) - sum(bool(case.open_safety) for case in reviewed)
        assert sorted(rows.get("danger", ())) == sorted(shown.strip)
        assert _number(cards["answers"]) == len(mine)
        assert _number(cards["decisions"]) == len(drafts) + reviews
        assert len(rows["answers"]) == min(len(mine), 5)
        every = [key for name, keys in rows.items() if name != "promises" for key in keys]
        assert len(every) == len(set(every))

    def _check_promises(self, page: str, shown: Seen) -> None:
        """Each promise that a case has stands in one section, and each section counts what it has."""
        sections = sections_of(page)
        ended = sections.pop("ended")
        standing = sorted(case.id for case in self.cases.cases.values() for _ in case.promises)
        over = [each for each in self.promises.over.values() if each.state is not PromiseState.WITHDRAWN]
        assert sorted(key for keys in sections.values() for key in keys) == standing
        assert sorted(ended) == sorted(each.subject for each in over)
        counted = re.findall(r'id="promises-\w+">[^<]*<span class="number">([1-9]\d*)<', page)
        assert [int(number) for number in counted] == [len(keys) for keys in sections.values()]
        assert shown.numbers["promises"] == str(len(standing) or "")

    def _check_page(self, shown: Seen, page: str, person: Person, queue: str) -> None:
        expected = self.expected(person)
        assert {name: shown.numbers.get(name) for name in expected} == expected
        for name, text in re.findall(r'data-number="([^"]*)"[^>]*>([^<]*)<', page):
            assert unescape(text) == shown.numbers[name], name
        assert f"<title>{shown.title}" in unescape(page)
        assert len(shown.strip) == int(shown.numbers["danger"] or 0)
        assert shown.title.startswith(f"위험 {shown.untaken} · ") == bool(shown.untaken)
        if queue in {*LISTS, "to_read", "heard"}:
            assert len(shown.rows) == int(shown.numbers[queue])
        if queue == "all" and person is not BILLING:  # who has no count of the trial, whose rows are in the list
            waiting = sum(int(shown.numbers[each]) for each in LISTS)
            assert len(shown.rows) == min(waiting + int(shown.numbers.get("trial") or 0), 50 + 50)
            assert set(shown.strip) <= {
                *shown.rows,
                *(case.id for case in self.cases.cases.values() if not queue_of(case)),
            }
        of_list = page.partition('<section id="conversation-column"')[0]
        is_empty = bool(re.search(r'<(?:p|div) class="empty">', of_list))
        assert not queue or is_empty == (not shown.rows)
        assert not (shown.strip and "모두 답변했어요" in page)


@variants("seed", range(8), 2)
def test_whatever_happens_no_two_numbers_of_a_page_disagree(seed: int) -> None:
    desk = Desk(seed)
    happens = [
        desk.a_mention_arrives,
        desk.a_mention_arrives,
        desk.chat_arrives,
        desk.a_post_is_heard,
        desk.somebody_answers,
        desk.somebody_promises,
        desk.a_reply_is_on_x,
        desk.a_reply_is_undone,
        desk.nobody_knows_whether_a_reply_is_on_x,
        desk.somebody_decides_about_a_case,
        desk.somebody_takes_a_case_in_danger,
        desk.somebody_reads,
        desk.a_trial_is_decided,
        desk.a_spike_begins_or_grows,
        desk.time_passes,
    ]
    for _ in range(4):
        desk.a_mention_arrives()
    desk.somebody_promises()
    assert desk.promises.open()

    for _ in range(STEPS):
        desk.random.choice(happens)()
        person = desk.random.choice(PEOPLE)
        pages = OF_DEPARTMENTS if person is BILLING else PAGES
        desk.check(person, desk.random.choice([page for page in pages if "spikes" not in page or desk.spikes.spikes]))
        desk.check(*desk.random.choice(LEFT_OPEN))


def test_what_is_asked_for_at_the_same_time_is_read_once() -> None:
    parts, reads, both = SharedParts(), list[int](), Barrier(2)

    def read() -> int:
        reads.append(1)
        with suppress(BrokenBarrierError):
            both.wait(0.2)  # a second read would come here, too
        return len(reads)

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(parts.get, "part", NOW, read) for _ in range(2)]

    assert [each.result() for each in found] == [1, 1]
