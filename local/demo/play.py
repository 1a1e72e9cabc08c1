"""Plays the scripted day on a stage: people post, the CMS calls, departments answer, schedules fire, mails arrive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from local.aws.mail_file import Mail
from local.demo.blog import Blog
from local.demo.console_visitor import ConsoleRefused, ConsoleVisitor
from local.demo.ledger import CaseLine, Ledger
from local.demo.office import Handled, Office, Rang
from local.demo.script import Act, Asked, Blogged, Fired, Fires, Operated, Replied, Said, Trended, Worked
from local.demo.timeline import OwnPost, own_posts
from local.stage import Stage

_GREETING = "greeting"
"""What day.yaml calls the latest greeting."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A call of the API with its answer."""

    asked: Asked
    status: int
    body: Mapping[str, Any]


class NotAnswered(Exception):
    """An answer of the script, sent through the API, was not taken; the message says which and why."""


@dataclass(slots=True)
class Played:
    """What an act did: posts on X, polls, calls of the API, answers to cases, and the mails and texts that arrived.

    `replied` are answers through the departments' tool, `operated` what the operator did in the console and
    `kept` pages that it showed, by name; `said` is what the brand said otherwise than by answering.
    """

    act: Act
    posts: int = 0
    polls: int = 0
    calls: list[Answered] = field(default_factory=list)
    handled: list[Handled] = field(default_factory=list)
    replied: list[Replied] = field(default_factory=list)
    operated: list[Operated] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    blogged: list[Blogged] = field(default_factory=list)
    rang: list[Rang] = field(default_factory=list)
    said: list[OwnPost] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)

    def mails_by_department(self) -> dict[str, list[Mail]]:
        """Each mail once, to however many addresses it went."""
        once = {mail.message_id: mail for mail in self.mails}
        by_department: dict[str, list[Mail]] = {}
        for mail in once.values():
            by_department.setdefault(mail.department, []).append(mail)
        return by_department


class Player:
    """Plays acts one after the other; names of posts live across acts."""

    def __init__(self, stage: Stage, blog: Blog, console: ConsoleVisitor) -> None:
        self._stage = stage
        self._blog = blog
        self._console = console
        self._ids: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._posts_of: dict[str, list[str]] = {}
        self._ledger = Ledger(stage.deployed)
        self._office = Office(stage, self._ids)
        self._seen = 0

    def play(self, act: Act) -> Played:
        """Play the act to its end.

        Raises FunctionError when a function raised, PageRefused and ConsoleRefused for a form, and NotAnswered for an
        answer not taken.
        """
        played, replies = Played(act), set[str]()
        for happening in act.happenings:
            self._stage.reach(happening.at)
            match happening:
                case Said():
                    self._say(happening)
                    played.posts += not {"deletes", "likes", "privately"} & happening.marks.keys()
                case Replied():
                    replies.add(self._reply(happening))
                    played.replied.append(happening)
                case Trended():
                    for place in self._stage.desk.trends:
                        self._stage.control.trends(place.woeid, happening.trends)
                case Fired():
                    self._fire(happening)
                    played.polls += happening.schedule is Fires.POLL
                case _:
                    self._act(happening, played)
            if isinstance(happening, Worked | Fired | Operated):
                played.mails += self._office.mails()
                played.rang += self._office.rings(happening.at)
        everything = own_posts(self._stage.x)
        replies |= {reply.id for one in played.handled for reply in one.replies}
        played.said = [post for post in everything[self._seen :] if post.id not in replies]
        self._seen = len(everything)
        return played

    def _act(self, happening: Asked | Worked | Operated | Blogged, played: Played) -> None:
        """Let somebody of the brand do what the script says."""
        match happening:
            case Asked():
                played.calls.append(self._ask(happening))
            case Worked():
                played.handled.append(self._office.work(happening))
            case Operated():
                page = self._operate(happening)
                played.operated.append(happening)
                played.kept |= {happening.keep: page} if happening.keep else {}
            case Blogged():
                self._blog.add(happening)
                played.blogged.append(happening)

    def _fire(self, fired: Fired) -> None:
        self._stage.fire(fired.schedule, fired.at)
        self._stage.pump.step(flush=True)

    def _ask(self, asked: Asked) -> Answered:
        headers = {"Idempotency-Key": asked.key} if asked.key else {}
        answer = self._stage.api.ask(asked.route.format_map(self._asked), asked.body, headers=headers)
        self._stage.settle()
        body = answer.json() if answer.content else {}
        if asked.name:
            self._asked[asked.name] = body["cases"][0]["id"] if "cases" in body else body["id"]
        return Answered(asked, answer.status_code, body)

    def _operate(self, operated: Operated) -> str:
        """Do it, and return the page that is shown then."""
        names = self._ids | self._asked
        opens = [address.format_map(names) for address in operated.opens]
        page = self._console.open(f"/console/{opens[0]}")
        for beginning in opens[1:]:
            page = self._console.open(page.link(beginning))
        if operated.form:
            page = self._console.send(page, operated.form.format_map(names), operated.filled)
            self._stage.settle()
        if operated.shows not in page.html:
            raise ConsoleRefused(f"{operated.why}: {page.address} does not show {operated.shows!r}")
        return page.html

    def _reply(self, replied: Replied) -> str:
        """Answer, and the id of the reply on X."""
        case = self._last_case_of(replied)
        before = len(own_posts(self._stage.x))
        sent = {"text": replied.text, "name": replied.name}
        answer = self._stage.api.ask(f"POST /cases/{case.id}/answer", sent, headers={"Idempotency-Key": case.id})
        self._stage.settle()
        fresh = own_posts(self._stage.x)[before:]
        if answer.status_code != HTTPStatus.ACCEPTED or len(fresh) != 1:
            raise NotAnswered(f"{replied.department} answers {case.id}: {answer.status_code} {answer.text}")
        return fresh[0].id

    def _last_case_of(self, replied: Replied) -> CaseLine:
        cases = filter(None, map(self._ledger.case_about, reversed(self._posts_of[replied.author])))
        case = next((case for case in cases if case.department == replied.department), None)
        if case is None:
            raise NotAnswered(f"{replied.department} answers @{replied.author}, who has no case there")
        return case

    def _say(self, said: Said) -> None:
        marks = said.marks
        control = self._stage.control
        if "deletes" in marks:
            control.delete(self._ids[marks["deletes"]])
        elif "likes" in marks:
            control.like(self._ids[marks["likes"]])
        elif "privately" in marks:
            control.write_privately(said.author, said.text)
        elif "edits" in marks:
            self._ids[marks["edits"]] = control.edit(self._ids[marks["edits"]], said.text)
        elif "retweets" in marks:
            control.retweet(self._ids[marks["retweets"]], [said.author])
        else:
            post_id = control.post(said.author, said.text, created_at=said.at.isoformat(), **self._more(marks))
            self._ids[marks.get("name", post_id)] = post_id
            self._posts_of.setdefault(said.author, []).append(post_id)

    def _more(self, marks: Any) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if "to" in marks:
            more["in_reply_to"] = self._post_on_x(marks["to"])
        if "quotes" in marks:
            more["quotes"] = self._post_on_x(marks["quotes"])
        if "photos" in marks:
            more["media"] = [{"type": "photo"}] * int(marks["photos"])
        if "late" in marks:
            more["late_seconds"] = 60 * int(marks["late"])
        return more

    def _post_on_x(self, name: str) -> str:
        if name == _GREETING:
            greetings = self._stage.desk.greetings
            return next(post.id for post in reversed(own_posts(self._stage.x)) if post.text in greetings)
        if name not in self._ids:
            self._ids[name] = self._stage.api.ask(f"GET /posts/{self._asked[name]}").json()["x_id"]
        return self._ids[name]
