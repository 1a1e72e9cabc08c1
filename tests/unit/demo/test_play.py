import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from desk.cases.model import CaseState
from desk.i18n import phrase
from local.aws.call_file import OnCallNotification
from local.aws.mail_file import Mail
from local.demo.blog import Blog
from local.demo.console_visitor import ConsoleRefused, ConsoleVisitor
from local.demo.ledger import CaseLine, Ledger
from local.demo.office import PageRefused
from local.demo.play import NotAnswered, Played, Player
from local.demo.script import Act, Fired, Fires, Operated, Replied, Said, Trended, Worked
from local.x.server import RunningX
from local.x.state import World

if TYPE_CHECKING:
    from local.stage import Stage

URL = "http://127.0.0.1:4999"
NOW = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
FORM = '<b class="number">7Q2M4-XD93K</b><form><button name="action" value="close"></form>'
CLOSED = Worked(NOW, "billing", "mention", "close", {"reason": "혼잣말"}, None)
MONDAY, TUESDAY = "좋은 아침이에요!", "문 열었습니다!"
MAIL = f"답변하기: {URL}/answer/abc\nX에서 보기: https://x.com/i/status/17"


def mail(department: str) -> Mail:
    return Mail("1", department, "a@x.example", "arn:aws:sns:r:1:t", "Dorothy", "s", MAIL, NOW)


def player(
    department: str,
    *,
    status: int = 200,
    form: str = FORM,
    notes: Sequence[OnCallNotification] = (),
    ask: Callable[..., Any] = lambda *_, **__: None,
    world: World | None = None,
    console: ConsoleVisitor | None = None,
    places: Sequence[int] = (),
    trends: Callable[..., Any] = lambda *_: None,
    post: Callable[..., str] = lambda *_, **__: "17",
) -> Player:
    """One post on X, one mail about it, and a page with this form, which answers one with this status.

    `notes` are what those on call got, `ask` answers calls of the API.
    """
    mails, calls = [[mail(department)]], [list(notes)]

    def page(address: str, *sent: Any) -> Any:
        return SimpleNamespace(url=address, status_code=status if sent else 200, text=form)

    empty = SimpleNamespace(lock=nullcontext(), posts={}, brand=None, users={})
    stage = SimpleNamespace(
        reach=lambda _: None,
        settle=lambda: None,
        fire=lambda *_: None,
        pump=SimpleNamespace(step=lambda **_: None),
        control=SimpleNamespace(post=post, trends=trends),
        x=SimpleNamespace(state=world or empty),
        api=SimpleNamespace(url=URL, open=page, send=page, ask=ask),
        deployed=SimpleNamespace(aws=SimpleNamespace(client=lambda _: None), outputs={}),
        mailboxes=SimpleNamespace(
            collect=lambda: mails.pop() if mails else [], on_call=lambda: calls.pop() if calls else []
        ),
        desk=SimpleNamespace(
            brand=SimpleNamespace(language="ko"),
            trends=[SimpleNamespace(woeid=woeid) for woeid in places],
            greetings=(MONDAY, TUESDAY),
        ),
    )
    here = cast("Stage", stage)
    return Player(here, Blog(Path(), URL), console or ConsoleVisitor(here))


def act(worked: Worked = CLOSED) -> Act:
    return Act("t", "s", (Said(NOW, "mina", "hello", {"name": "mention"}), Fired(NOW, Fires.POLL), worked))


def test_a_department_opens_the_link_in_its_own_mail() -> None:
    (handled,) = player("billing").play(act()).handled

    assert (handled.worked, handled.case_ids, handled.replies) == (CLOSED, ["7Q2M4-XD93K"], [])


def test_trends_are_those_of_each_place_of_the_desk() -> None:
    seen = list[tuple[int, dict[str, int]]]()
    playing = player("billing", places=(7, 8), trends=lambda woeid, trends: seen.append((woeid, trends)))

    playing.play(Act("t", "s", (Trended(NOW, {"첫눈": 52_300}),)))

    assert seen == [(7, {"첫눈": 52_300}), (8, {"첫눈": 52_300})]


def test_another_departments_mail_is_not_theirs_to_open() -> None:
    with pytest.raises(LookupError, match="17"):
        player("home").play(act())


def test_a_form_that_is_not_taken_ends_the_demo() -> None:
    with pytest.raises(PageRefused, match="billing: close of 7Q2M4-XD93K came to 409"):
        player("billing", status=409).play(act())


REFUSED = Worked(NOW, "billing", "mention", "close", {}, None, refused=True)


def test_a_refusal_is_kept_in_the_pages_own_words() -> None:
    said = phrase("ko", "answer.refusal.opted_out")

    (handled,) = player("billing", form=f"{FORM}<p>{said}</p>").play(act(REFUSED)).handled

    assert (handled.case_ids, handled.refusal) == (["7Q2M4-XD93K"], said)


def test_a_form_that_is_taken_against_the_script_ends_the_demo() -> None:
    with pytest.raises(PageRefused, match="close of 7Q2M4-XD93K came to 200"):
        player("billing").play(act(REFUSED))


def test_text_messages_are_kept_once_without_their_recipients() -> None:
    note = OnCallNotification("[긴급] 문의\nhttp://127.0.0.1\n", ("+821000000000",))

    rang = player("billing", notes=[note]).play(act()).rang

    assert [(one.at, one.text) for one in rang] == [(NOW, "[긴급] 문의\nhttp://127.0.0.1")]


def test_a_reply_to_the_greeting_goes_to_the_latest_one_on_x(x: RunningX) -> None:
    answered: list[str] = []

    def post(*_: str, in_reply_to: str, **__: Any) -> str:
        answered.append(in_reply_to)
        return "17"

    x.state.add(x.state.brand, MONDAY)
    greeting = x.state.add(x.state.brand, TUESDAY)
    x.state.add(x.state.brand, "점심 산책 사진을 보내 주세요")
    playing = player("billing", world=x.state, post=post)

    playing.play(Act("t", "s", (Said(NOW, "mina", "출첵", {"to": "greeting"}),)))

    assert answered == [greeting.id]


REPLIED = Replied(NOW, "billing", "mina", "한 장은 지난달 것입니다.", "박가온")


class Tool:
    """The API behind which replies are posted to X; `case` is whose the only mention is."""

    def __init__(self, x: RunningX, case: CaseLine | None, status: int = 202) -> None:
        self.world = x.state
        self.case = case
        self.status = status
        self.asked: list[tuple[str, Any]] = []

    def ask(self, route: str, body: Any, *, headers: Any) -> Any:
        self.asked.append((route, body))
        if self.status == 202:
            self.world.add(self.world.brand, body["text"])
        return SimpleNamespace(status_code=self.status, text="no reply is allowed")

    def play(self, monkeypatch: pytest.MonkeyPatch) -> Played:
        monkeypatch.setattr(Ledger, "case_about", lambda _, mention: self.case if mention == "17" else None)
        playing = player("billing", ask=self.ask, world=self.world)
        return playing.play(Act("t", "s", (Said(NOW, "mina", "hello", {}), REPLIED)))


def test_an_answer_through_the_tool_is_for_the_authors_last_case_of_the_department(
    x: RunningX, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = Tool(x, CaseLine("7Q2M4-XD93K", "billing", CaseState.OPEN))

    played = tool.play(monkeypatch)

    assert tool.asked == [("POST /cases/7Q2M4-XD93K/answer", {"text": REPLIED.text, "name": "박가온"})]
    assert (played.replied, played.said) == ([REPLIED], [])


@pytest.mark.parametrize(
    ("case", "status", "told"),
    [
        (None, 202, "who has no case there"),
        (CaseLine("7Q2M4-XD93K", "network", CaseState.OPEN), 202, "who has no case there"),
        (CaseLine("7Q2M4-XD93K", "billing", CaseState.OPEN), 409, "409 no reply is allowed"),
    ],
)
def test_an_answer_that_does_not_fit_the_day_ends_the_demo(
    x: RunningX, monkeypatch: pytest.MonkeyPatch, case: CaseLine | None, status: int, told: str
) -> None:
    with pytest.raises(NotAnswered, match=told):
        Tool(x, case, status).play(monkeypatch)


LIST = '<a href="/console/write?draft=7&amp;x=1">쓰기</a>'
DRAFT = (
    '<form action="/console/search"><input name="q"></form>'
    '<form method="post" action="/console/write"><input type="hidden" name="csrf" value="t0">'
    '<textarea name="text">\n새 글</textarea>'
    '<input type="radio" name="when" value="now" checked><input type="radio" name="when" value="other">'
    '<input type="checkbox" name="x" value="1">'
    '<select name="kind"><option value="a"><option value="b" selected></select>'
    '<input name="override_reason"></form>'
)
SENT = "<p>10초 뒤에 올라가요.</p>"


class Console(ConsoleVisitor):
    """A console with a list of drafts and one draft; it answers a form with this status and page."""

    def __init__(self, status: int = 200, after: str = SENT) -> None:
        self.status = status
        self.after = after
        self.sent: list[tuple[str, Any]] = []
        self._stage = cast("Stage", SimpleNamespace(api=SimpleNamespace(url=URL)))
        self._http = cast("Any", SimpleNamespace(get=self._get, post=self._post, cookies={"__Host-console": "s"}))

    def _get(self, url: str, **_: Any) -> Any:
        pages = {f"{URL}/console/write": LIST, f"{URL}/console/write?draft=7&x=1": DRAFT}
        return SimpleNamespace(url=url, status_code=200, text=pages[url])

    def _post(self, url: str, data: Any, **_: Any) -> Any:
        self.sent.append((url, data))
        return SimpleNamespace(url=url, status_code=self.status, text=self.after)


def operated(**changes: Any) -> Operated:
    filled = {"override_reason": "곧 열립니다"}
    step = Operated(NOW, "sends the draft", ("write", "write?draft="), "write", filled, "올라가요", "write")
    return Operated(**{**{name: getattr(step, name) for name in Operated.__slots__}, **changes})


def operating(console: ConsoleVisitor, **changes: Any) -> Played:
    return player("billing", console=console).play(Act("t", "s", (operated(**changes),)))


def test_the_operator_follows_a_link_fills_in_the_form_and_the_page_is_kept() -> None:
    console = Console()

    played = operating(console)

    fields = {"csrf": "t0", "text": "새 글", "when": "now", "kind": "b", "override_reason": "곧 열립니다"}
    assert console.sent == [(f"{URL}/console/write", fields)]
    assert played.kept == {"write": SENT}
    assert [one.why for one in played.operated] == ["sends the draft"]


def test_the_operator_may_only_look() -> None:
    console = Console()

    played = operating(console, form="", filled={}, shows="새 글")

    assert (console.sent, played.kept) == ([], {"write": DRAFT})


@pytest.mark.parametrize(
    ("console", "changes", "words"),
    [
        (Console(), {"opens": ("write", "calendar")}, "has no link to calendar"),
        (Console(), {"form": "calendar/move"}, "has no form for calendar/move"),
        (Console(), {"filled": {"publish_at": "now"}}, "publish_at"),
        (Console(after="<p>올렸습니다</p>"), {}, "does not show '올라가요'"),
        (Console(422, '<p class="problem" role="alert"><b>너무</b> 깁니다</p>'), {}, "422 너무 깁니다"),
    ],
)
def test_what_the_console_does_not_offer_or_take_ends_the_demo(console: Console, changes: Any, words: str) -> None:
    with pytest.raises(ConsoleRefused, match=re.escape(words)):
        operating(console, **changes)
