from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.aws.mail_file import Mail
from local.demo.play import PageRefused, Player
from local.demo.script import Act, Fired, Fires, Said, Worked

if TYPE_CHECKING:
    from local.stage import Stage

URL = "http://127.0.0.1:4999"
NOW = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
FORM = '<b class="number">7Q2M4-XD93K</b><form><button name="action" value="close"></form>'
CLOSED = Worked(NOW, "billing", "mention", "close", {"reason": "혼잣말"}, None)
MAIL = f"답변하기: {URL}/answer/abc\nX에서 보기: https://x.com/i/status/17"


def mail(department: str) -> Mail:
    return Mail("1", department, "a@x.example", "arn:aws:sns:r:1:t", "Dorothy", "s", MAIL, NOW)


def player(department: str, *, status: int = 200) -> Player:
    """One post on X, one mail about it, and a page that answers a form with this status."""
    mails = [[mail(department)]]

    def page(address: str, *form: Any) -> Any:
        return SimpleNamespace(url=address, status_code=status if form else 200, text=FORM)

    world = SimpleNamespace(lock=nullcontext(), posts={}, brand=None, users={})
    stage = SimpleNamespace(
        reach=lambda _: None,
        settle=lambda: None,
        fire=lambda *_: None,
        pump=SimpleNamespace(step=lambda **_: None),
        control=SimpleNamespace(post=lambda *_, **__: "17"),
        x=SimpleNamespace(state=world),
        door=SimpleNamespace(url=URL, open=page, send=page),
        mailboxes=SimpleNamespace(collect=lambda: mails.pop() if mails else []),
    )
    return Player(cast("Stage", stage))


def act() -> Act:
    return Act("t", "s", (Said(NOW, "mina", "hello", {"name": "mention"}), Fired(NOW, Fires.POLL), CLOSED))


def test_a_department_opens_the_link_in_its_own_mail() -> None:
    (handled,) = player("billing").play(act()).handled

    assert (handled.worked, handled.case_id, handled.reply) == (CLOSED, "7Q2M4-XD93K", None)


def test_another_departments_mail_is_not_theirs_to_open() -> None:
    with pytest.raises(LookupError, match="17"):
        player("home").play(act())


def test_a_form_that_is_not_taken_ends_the_demo() -> None:
    with pytest.raises(PageRefused, match="billing cannot close 7Q2M4-XD93K: 409"):
        player("billing", status=409).play(act())
