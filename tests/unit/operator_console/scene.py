"""The console on stores in memory, called in process or served to a browser on this machine."""

import json
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aws_lambda_powertools import Logger

from desk.cases.model import Case
from desk.cases.store import CaseMention
from desk.checks.links import LinkChecks
from desk.doctor.checks import HealthStores
from desk.mentions.model import Mention
from desk.posts.queue import PostTimer, UndoTimer
from desk.posts.submit import PostSubmitter
from desk.promises.model import Promise, PromiseKind
from desk.reading import OPERATOR
from desk.staff.model import Person, Role
from desk.staff.saved_replies import RepliesForChecks
from desk.staff.sessions import Session
from desk.translation.translate import Translations
from desk.x.model import Author, XPost
from desk.x.stops import SpendView
from operator_console import console
from operator_console.app import COOKIE, Console
from operator_console.calendar.stores import CalendarStores
from operator_console.case.stores import CasePageStores
from operator_console.console import ConsoleStores, console_of
from operator_console.inbox.stores import InboxStores
from operator_console.items.checks import CheckStores
from operator_console.items.pictures import PictureStores
from operator_console.items.praise import PraisePageStores
from operator_console.items.stores import ItemsStores
from operator_console.items.translation import TranslationStores
from operator_console.people.stores import PeopleStores
from operator_console.sections import LaterStores
from operator_console.settings.settings import SettingsPageStores
from operator_console.shell.stores import ShellStores
from operator_console.spikes.spikes import SpikePageStores
from operator_console.today.card import TodayStores
from operator_console.trial.trial import TrialPageStores
from operator_console.writing.stores import WritingStores
from tests.fakes.cases import FakeAuthorNotes
from tests.fakes.day_reviews import FakeDayReviews
from tests.fakes.feeds import FakeAnnouncementDrafts, FakeFeeds
from tests.fakes.fetch import FakeLinkChecker
from tests.fakes.health import FakeFailedEvents, FakeHeartbeats
from tests.fakes.inbox import FakeGlances, FakeInbox
from tests.fakes.issuer import FakeIssuer
from tests.fakes.listening import FakeSurges
from tests.fakes.look_ups import FakeLookUpQueue, FakeLookUps, FakePrivateMessages, FakeThreadPosts
from tests.fakes.mentions import FakeMentions, FakePollState, FakeRepliesOnX
from tests.fakes.notifications import FakeSubscribers
from tests.fakes.outbox import FakeOutbox
from tests.fakes.pictures import FakePictureFiles, FakePictureQueue, FakePictures
from tests.fakes.posts import FakePerformances, FakePostTimer
from tests.fakes.praise import FakePraise
from tests.fakes.promises import FakePromises
from tests.fakes.reports import FakeAttendance, FakeFavouriteStore
from tests.fakes.routing import FakeUnitOfWork
from tests.fakes.seen import FakeHeardMentions, FakeSearch, FakeSeenMentions
from tests.fakes.spikes import FakeFaults, FakeSpikes
from tests.fakes.staff import (
    FakeDevices,
    FakeDrafts,
    FakePractice,
    FakeSavedReplies,
    FakeSessions,
    FakeSettings,
    FakeSignIns,
)
from tests.fakes.suggestions import FakeAnswerIndexes
from tests.fakes.translation import FakeTranslator
from tests.fakes.trends import FakeTrends
from tests.fakes.x import FakeBreakers, FakeSpend
from tests.unit.replies.scene import CASE, NOW, READING, DeskOfAnswers

console.StaticFiles = cache(console.StaticFiles)  # type: ignore[assignment, attr-defined]
"""The consoles that scenes make anew for each request share what they know of the files that no request changes."""

type Response = dict[str, Any]
"""A response as API Gateway takes it from a function."""

_SERVED: dict[str, Response] = {}
"""The files that a browser may keep for ever, since their addresses have the version of their content."""

JIMIN = Person("jimin", "박지민", Role.OPERATOR)
SUJIN = Person("sujin", "이수진", Role.OPERATOR)
VIEWER = Person("viewer", "최보라", Role.VIEWER)
BILLING = Person("billing", "김지은", Role.DEPARTMENT, frozenset({"billing"}))
DOMAIN = "desk.example"
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass
class ConsoleScene(DeskOfAnswers):
    """A console with one case of billing; `now` is what its clock shows."""

    sessions: FakeSessions = field(default_factory=FakeSessions)
    sign_ins: FakeSignIns = field(default_factory=FakeSignIns)
    issuer: FakeIssuer = field(default_factory=FakeIssuer)
    saved_replies: FakeSavedReplies = field(default_factory=FakeSavedReplies)
    answer_indexes: FakeAnswerIndexes = field(default_factory=FakeAnswerIndexes)
    author_notes: FakeAuthorNotes = field(default_factory=FakeAuthorNotes)
    mentions: FakeMentions = field(default_factory=FakeMentions)
    drafts: FakeDrafts = field(default_factory=FakeDrafts)
    settings: FakeSettings = field(default_factory=FakeSettings)
    devices: FakeDevices = field(default_factory=FakeDevices)
    search: FakeSearch = field(init=False)
    promises: FakePromises = field(default_factory=FakePromises)
    practice: FakePractice = field(default_factory=FakePractice)
    announcement_drafts: FakeAnnouncementDrafts = field(default_factory=FakeAnnouncementDrafts)
    feeds: FakeFeeds = field(default_factory=FakeFeeds)
    spend: FakeSpend = field(init=False)
    breakers: FakeBreakers = field(default_factory=FakeBreakers)
    spikes: FakeSpikes = field(default_factory=FakeSpikes)
    faults: FakeFaults = field(init=False)
    seen: FakeSeenMentions = field(default_factory=FakeSeenMentions)
    surges: FakeSurges = field(default_factory=FakeSurges)
    heard: FakeHeardMentions = field(init=False)
    inbox: FakeInbox = field(init=False)
    glances: FakeGlances = field(init=False)
    threads: FakeThreadPosts = field(default_factory=FakeThreadPosts)
    private_messages: FakePrivateMessages = field(default_factory=FakePrivateMessages)
    look_ups: FakeLookUps = field(default_factory=FakeLookUps)
    trends: FakeTrends = field(default_factory=FakeTrends)
    look_up_queue: FakeLookUpQueue = field(default_factory=FakeLookUpQueue)
    link_checker: FakeLinkChecker = field(default_factory=FakeLinkChecker)
    link_checks: LinkChecks = field(init=False)
    performances: FakePerformances = field(default_factory=FakePerformances)
    timer: FakePostTimer = field(default_factory=FakePostTimer)
    replied_on_x: FakeRepliesOnX = field(default_factory=FakeRepliesOnX)
    attendance: FakeAttendance = field(default_factory=FakeAttendance)
    favourites: FakeFavouriteStore = field(default_factory=FakeFavouriteStore)
    praise: FakePraise = field(default_factory=FakePraise)
    reviews: FakeDayReviews = field(default_factory=FakeDayReviews)
    pictures: FakePictures = field(default_factory=FakePictures)
    translator: FakeTranslator = field(default_factory=FakeTranslator)
    picture_files: FakePictureFiles = field(default_factory=FakePictureFiles)
    picture_queue: FakePictureQueue = field(default_factory=FakePictureQueue)
    poll: FakePollState = field(default_factory=FakePollState)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    failed_events: FakeFailedEvents = field(default_factory=FakeFailedEvents)
    heartbeats: FakeHeartbeats = field(default_factory=FakeHeartbeats)
    now: datetime = NOW

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cases.promises = self.posts.promises = self.promises
        self.heard = FakeHeardMentions(self.mentions, self.seen)
        self.inbox = FakeInbox(self.cases)
        self.link_checks = LinkChecks(self.link_checker)
        self.spend = FakeSpend(budget=self.brand.x_budget)
        self.search = FakeSearch(self.mentions)
        self.faults = FakeFaults(self.mentions)
        self.glances = FakeGlances(self.cases, self.presence, self.settings)

    @property
    def stores(self) -> ConsoleStores:
        return ConsoleStores(
            sessions=self.sessions,
            sign_ins=self.sign_ins,
            devices=self.devices,
            issuer=lambda: self.issuer.provider,
            shell=ShellStores(
                inbox=self.inbox,
                cases=self.cases,
                seen=self.seen,
                heard=self.heard,
                posts=self.posts,
                switch=self.switch,
                spend=self.spend,
                breakers=self.breakers,
                spikes=self.spikes,
                faults=self.faults,
                favourites=self.favourites,
                promises=self.promises,
            ),
            items=ItemsStores(
                cases=self.cases,
                mentions=self.mentions,
                posts=self.posts,
                seen=self.seen,
                threads=self.threads,
                look_ups=self.look_ups,
                look_up_queue=self.look_up_queue,
                switch=self.switch,
                opt_outs=self.opt_outs,
                settings=self.settings,
                replies=self.checked_replies,
                favourites=self.favourites,
                queue=self.queue,
                work=FakeUnitOfWork(self.mentions, self.cases),
                links=lambda: self.link_checks,
                pictures=lambda: self.pictures,
                submitter=self.submitter,
                colleagues=self._colleagues_of,
            ),
            inbox=InboxStores(
                inbox=self.inbox,
                cases=self.cases,
                mentions=self.mentions,
                posts=self.posts,
                seen=self.seen,
                heard=self.heard,
                surges=self.surges,
                spikes=self.spikes,
                faults=self.faults,
                search=self.search,
                glances=self.glances,
                work=FakeUnitOfWork(self.mentions, self.cases),
            ),
            case=CasePageStores(
                cases=self.cases,
                mentions=self.mentions,
                posts=self.posts,
                queue=self.queue,
                switch=self.switch,
                opt_outs=self.opt_outs,
                private_messages=self.private_messages,
                drafts=self.drafts,
                presence=self.presence,
                saved_replies=self.saved_replies,
                author_notes=self.author_notes,
                answer_indexes=self.answer_indexes,
            ),
            later=self._later,
        )

    @cached_property
    def checked_replies(self) -> RepliesForChecks:
        """What all checks share, as they do in the console."""
        return RepliesForChecks(self.saved_replies)

    @property
    def _later(self) -> LaterStores:
        return LaterStores(
            practice=lambda: self.practice,
            praise=lambda: PraisePageStores(self.cases, self.mentions, self.settings, self.praise),
            checks=lambda: CheckStores(
                self.cases,
                self.mentions,
                self.posts,
                self.trends,
                self.link_checks,
                self.checked_replies,
            ),
            writing=lambda: WritingStores(
                posts=self.posts,
                announcer=self.announcer,
                queue=self.queue,
                switch=self.switch,
                drafts=self.drafts,
                settings=self.settings,
                announcement_drafts=self.announcement_drafts,
                promises=self.promises,
                feeds=self.feeds,
                pictures=self.pictures,
            ),
            translation=lambda: TranslationStores(
                self.cases, self.mentions, self.threads, Translations(self.translator, self.spend)
            ),
            pictures=lambda: PictureStores(self.pictures, self.picture_files, self.picture_queue),
            calendar=lambda: CalendarStores(
                posts=self.posts,
                performances=self.performances,
                spikes=self.spikes,
                queue=self.queue,
                timer=self.timer,
                switch=self.switch,
                cases=self.cases,
                pictures=self.pictures,
                picture_files=self.picture_files,
                replies=self.checked_replies,
            ),
            people=lambda: PeopleStores(
                attendance=self.attendance,
                cases=self.cases,
                mentions=self.mentions,
                posts=self.posts,
                queue=self.queue,
                replied_on_x=self.replied_on_x,
                opt_outs=self.opt_outs,
                saved_replies=self.saved_replies,
                spikes=self.spikes,
                favourites=self.favourites,
                pictures=self.pictures,
                picture_queue=self.picture_queue,
            ),
            promises=lambda: self.promises,
            trends=lambda: self.trends,
            spikes=lambda: SpikePageStores(self.spikes, self.faults, self.cases, self.mentions, self.posts),
            trial=lambda: TrialPageStores(self.inbox, self.cases, self.mentions, self.cases.trial),
            today=lambda: TodayStores(
                cases=self.cases,
                mentions=self.mentions,
                search=self.search,
                seen=self.seen,
                posts=self.posts,
                performances=self.performances,
                promises=self.cases.promises,
                favourites=self.favourites,
                reviews=self.reviews,
                drafts=self.drafts,
            ),
            settings=lambda: SettingsPageStores(self.settings, self.devices, self.saved_replies, self.cases),
            health=lambda: HealthStores(
                poll=self.poll,
                outbox=self.outbox,
                subscribers=self.subscribers,
                spend=SpendView(self.spend, self.breakers, self.brand),
                breakers=self.breakers,
                failed=self.failed_events,
                heartbeats=self.heartbeats,
            ),
        )

    @property
    def submitter(self) -> PostSubmitter:
        """What takes replies."""
        return self._submitter(UndoTimer())

    @property
    def announcer(self) -> PostSubmitter:
        """What takes posts for the timeline."""
        return self._submitter(self.timer)

    def _submitter(self, timer: PostTimer) -> PostSubmitter:
        errors, approval = self.queue_errors, self.brand.approval
        return PostSubmitter(self.posts, self.queue, timer, lambda: self.now, errors.append, approval=approval)

    def have_cases(self, count: int, department: str = OPERATOR) -> list[Case]:
        """Have so many cases of different authors wait for the department, each due ten minutes after another."""
        return [self.have_case(number, department) for number in range(count)]

    def have_case(self, number: int, department: str = OPERATOR, **changes: Any) -> Case:
        """Have a case wait. `number`, below 1,000, makes its id, its author and its due time."""
        letters = f"{_LETTERS[number // 20]}{_LETTERS[number % 20]}"
        author, mention_id = Author(str(1000 + number), f"guest{number}", f"손님{number}"), str(5000 + number)
        case = CASE._replace(
            id=f"7Q2M4-{letters}93K",
            author=author,
            author_id=author.id,
            conversation_id=mention_id,
            mention_ids=(mention_id,),
            department=department,
            due_at=self.now + timedelta(minutes=10 * number + 10),
            **changes,
        )
        text = f"@jade {number}번째 질문입니다. 이번 달 요금이 왜 이렇게 많이 나왔나요?"
        post = XPost(mention_id, text, author.id, self.now, mention_id, "ko", (mention_id,), author=author)
        self.cases.put(case, CaseMention(Mention(post, self.now), READING))
        return case

    def have_promise(
        self, subject: str, due_in: timedelta, kind: PromiseKind = PromiseKind.ANSWER, **changes: Any
    ) -> Promise:
        """Have a promise that belongs to this case or post, and is due so long from now."""
        made_at, due_at = self.now - timedelta(hours=1), self.now + due_in
        words = "확인해서 알려 드릴게요."
        promise = Promise(kind, subject, f"reply-{subject}", words, due_at, JIMIN.name, made_at)._replace(**changes)
        self.promises.write((), (promise,), made_at, promise.ended_by)
        return promise

    @property
    def console(self) -> Console:
        return self.console_at("")

    def console_at(self, api_url: str) -> Console:
        logger = Logger(service="console", level="CRITICAL")
        return console_of(
            self.stores,
            self.brand,
            logger,
            api_url=api_url,
            image_sources="https://pbs.example",
            pictures_origin=self.picture_files.address,
        )

    def signed_in(self, person: Person = JIMIN) -> "SignedIn":
        session_id = self.sessions.begin(person, self.now, id_token="")
        session = self.sessions.find(session_id, self.now)
        assert session
        return SignedIn(self, session_id, session)

    def get(self, path: str, *, cookies: Mapping[str, str] = {}, **headers: str) -> Response:
        """A request without a session; names of headers are given with `_` for `-`."""
        return self.console.respond(event("GET", path, cookies=cookies, headers=headers), self.now)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the console on this machine; yields its address without a path. Every request gets a console anew."""

        def respond(asked: dict[str, Any]) -> Response:
            path = asked["rawPath"]
            if path in _SERVED:
                return _SERVED[path]
            response = self.console_at(f"http://{asked['headers']['host']}").respond(asked, self.now)
            if "immutable" in response["headers"].get("cache-control", ""):
                _SERVED[path] = response
            return response

        with serving(respond) as address:
            yield address


class LastingScene(ConsoleScene):
    """A console that lives on between two requests, as an instance of the function does."""

    @cached_property
    def console(self) -> Console:
        return self.console_at("")


@dataclass
class SignedIn:
    """A person's browser without a screen."""

    scene: ConsoleScene
    session_id: str
    session: Session

    @property
    def cookies(self) -> dict[str, str]:
        return {COOKIE: self.session_id}

    def get(self, path: str, **headers: str) -> Response:
        """Open a page; `path` is below /console/ and may have a query."""
        return self.scene.get(path, cookies=self.cookies, **headers)

    def part(self, path: str) -> Response:
        """Ask for a part of a page, as its scripts do."""
        return self.get(path, hx_request="true")

    def post(self, path: str, fields: Mapping[str, Any] = {}, *, csrf: str | None = None, **headers: str) -> Response:
        """Send a form with the session's token, or with another; a field's value may be a list."""
        token = self.session.csrf if csrf is None else csrf
        body = urlencode(fields, doseq=True)
        sent = {"origin": f"https://{DOMAIN}", "x_csrf_token": token, **headers}
        return self.scene.console.respond(
            event("POST", path, cookies=self.cookies, headers=sent, body=body), self.scene.now
        )


def event(
    method: str, path: str, *, cookies: Mapping[str, str] = {}, headers: Mapping[str, str] = {}, body: str = ""
) -> dict[str, Any]:
    """An event of API Gateway, payload 2.0; `path` is below /console/."""
    split = urlsplit(path)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        named.setdefault("content-type", "application/x-www-form-urlencoded")
    return {
        "version": "2.0",
        "routeKey": f"{method} /console/{{page+}}" if split.path else f"{method} /console",
        "rawPath": f"/console/{split.path}",
        "pathParameters": {"page": split.path} if split.path else None,
        "queryStringParameters": dict(parse_qsl(split.query, keep_blank_values=True)) or None,
        "headers": named,
        "cookies": [f"{name}={value}" for name, value in cookies.items()],
        "requestContext": {"http": {"method": method}, "domainName": DOMAIN},
        "body": body or None,
        "isBase64Encoded": False,
    }


@contextmanager
def serving(respond: Callable[[dict[str, Any]], Response]) -> Iterator[str]:
    """Serve responses to events of API Gateway on this machine; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        """A response goes out as a whole: else its body waits until its headers are acknowledged, up to 40 ms."""

        def do_GET(self) -> None:
            path = self.path.removeprefix("/console").lstrip("/")
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length).decode()
            response = respond(event(self.command, path, headers=headers, body=body))
            sent = b64decode(response["body"]) if response["isBase64Encoded"] else response["body"].encode()
            self.send_response(response["statusCode"])
            for name, value in response["headers"].items():
                self.send_header(name, value)
            for cookie in response["cookies"]:
                self.send_header("set-cookie", cookie)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A browser that was closed wants no more of its responses."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def html_of(response: Response) -> str:
    """The body of a response that is a page or a part of one."""
    assert response["headers"]["content-type"].startswith("text/html"), json.dumps(response["headers"])
    body: str = response["body"]
    return body
