"""The greeting, who answers it, and the digest of the day, through the whole stack."""

import csv
import io
import re

from desk.links import hash_of
from desk.reports.store import ReportLinkItems
from local.aws.mail_file import Mail
from local.demo.timeline import OwnPost
from tests.e2e.driver import MINUTE, Driver


def greetings(desk: Driver) -> list[OwnPost]:
    """Those that stand on X."""
    return [post for text in desk.stage.desk.greetings for post in desk.on_x(text)]


def address_in(api: str, mail: Mail) -> str:
    """The report's address in a digest's mail."""
    found = re.search(re.escape(api) + r"/reports/\S+", mail.body)
    assert found, mail.body
    return found[0]


def test_authors_who_answer_the_greeting_are_in_the_digest_and_its_link_can_be_revoked(desk: Driver) -> None:
    desk.next_morning()
    desk.fire_now("greet")
    (greeting,) = greetings(desk)
    for name in ("attendee_one", "attendee_two"):
        desk.post(name, f"출첵합니다 {name}", in_reply_to=greeting.id)
    liked = desk.post("kind_words", "여기 상담원분 정말 친절하세요 칭찬합니다")
    desk.stage.control.like(liked)
    desk.poll()
    desk.until(18, 10)
    desk.mails.clear()

    desk.fire_now("evening-digest")

    (mail,) = desk.mails_to("digest")
    address = address_in(desk.stage.api.url, mail)
    page, table = desk.stage.api.open(address), desk.stage.api.open(f"{address}/csv")
    assert page.status_code == 200
    assert "attendee_one" in page.text
    assert "attendee_two" in page.text
    assert "kind_words" in page.text
    assert "출첵합니다" not in page.text
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    _revoke(desk, address.rsplit("/", 1)[-1])
    assert desk.stage.api.open(address).status_code == 404
    assert desk.stage.api.open(f"{address}/csv").status_code == 404


def _revoke(desk: Driver, link: str) -> None:
    dynamodb = desk.stage.deployed.aws.client("dynamodb")
    ReportLinkItems(dynamodb, desk.stage.deployed.outputs["DeskTable"]).revoke(hash_of(link), desk.now)


def test_every_edition_comes_and_twice_the_same_makes_one_mail(desk: Driver) -> None:
    desk.next_morning()
    desk.mails.clear()

    for edition in ("morning", "weekly", "monthly", "morning"):
        desk.fire(f"{edition}-digest", MINUTE)

    subjects = [mail.subject for mail in desk.mails_to("digest")]
    assert len(subjects) == len(set(subjects)) == 3
