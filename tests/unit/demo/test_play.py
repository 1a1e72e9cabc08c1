from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from desk.catalogue import phrase
from local.aws.mail_file import Mail
from local.demo.office import PageRefused
from local.demo.play import Player
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


def player(department: str, *, status: int = 200, form: str = FORM, folder: Path = Path("nowhere")) -> Player:
    """One post on X, one mail about it, and a page with this form, which answers one with this status.

    What phones got lies below `folder`.
    """
    mails = [[mail(department)]]

    def page(address: str, *sent: Any) -> Any:
        return SimpleNamespace(url=address, status_code=status if sent else 200, text=form)

    world = SimpleNamespace(lock=nullcontext(), posts={}, brand=None, users={})
    stage = SimpleNamespace(
        reach=lambda _: None,
        settle=lambda: None,
        fire=lambda *_: None,
        pump=SimpleNamespace(step=lambda **_: None),
        control=SimpleNamespace(post=lambda *_, **__: "17"),
        x=SimpleNamespace(state=world),
        door=SimpleNamespace(url=URL, open=page, send=page),
        mailboxes=SimpleNamespace(collect=lambda: mails.pop() if mails else [], folder=folder),
        desk=SimpleNamespace(brand=SimpleNamespace(language="ko")),
    )
    return Player(cast("Stage", stage))


def act(worked: Worked = CLOSED) -> Act:
    return Act("t", "s", (Said(NOW, "mina", "hello", {"name": "mention"}), Fired(NOW, Fires.POLL), worked))


def test_a_department_opens_the_link_in_its_own_mail() -> None:
    (handled,) = player("billing").play(act()).handled

    assert (handled.worked, handled.case_ids, handled.replies) == (CLOSED, ["7Q2M4-XD93K"], [])


def test_another_departments_mail_is_not_theirs_to_open() -> None:
    with pytest.raises(LookupError, match="17"):
        player("home").play(act())


def test_a_form_that_is_not_taken_ends_the_demo() -> None:
    with pytest.raises(PageRefused, match="billing: close of 7Q2M4-XD93K came to 409"):
        player("billing", status=409).play(act())


REFUSED = Worked(NOW, "billing", "mention", "close", {}, None, refused=True)


def test_what_the_page_will_not_do_is_told_in_its_own_words() -> None:
    said = phrase("ko", "answer.refusal.opted_out")

    (handled,) = player("billing", form=f"{FORM}<p>{said}</p>").play(act(REFUSED)).handled

    assert (handled.case_ids, handled.refusal) == (["7Q2M4-XD93K"], said)


def test_a_form_that_is_taken_against_the_script_ends_the_demo() -> None:
    with pytest.raises(PageRefused, match="close of 7Q2M4-XD93K came to 200"):
        player("billing").play(act(REFUSED))


def test_what_phones_got_is_told_once_without_who_got_it(tmp_path: Path) -> None:
    box = tmp_path / "on_call"
    box.mkdir()
    (box / "001.txt").write_text("To: +821000000000\n\n[긴급] 문의\nhttp://127.0.0.1\n", encoding="utf-8")
    (box / "002.json").write_text("{}", encoding="utf-8")

    rang = player("billing", folder=tmp_path).play(act()).rang

    assert [(one.at, one.text) for one in rang] == [(NOW, "[긴급] 문의\nhttp://127.0.0.1")]
