"""What was heard is counted by kind, apart from the mentions, with what people did with it."""

from datetime import datetime
from typing import Any

from daily_digest.csv_file import render_csv
from daily_digest.model import Digest, Heard
from daily_digest.report import render_report
from daily_digest.summary import render_summary
from desk.brand import ListenSettings
from desk.mentions.model import DayRow
from desk.x.model import first_id_at
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.scene import SEOUL, TUESDAY, Scene, seoul

LINK = "https://desk.jade.example/reports/AbCd-EfGh_IjKlMnOA"
HEARD = Heard(
    total=1_204, unread=4, review=9, by_kind={"junk": 891, "fault": 60, "rumor": 40, "chat": 200}, seen=28, cases=3
)


def scene_that_listens() -> Scene:
    scene = Scene()
    scene.brand = scene.brand._replace(listen=ListenSettings(terms=("제이드",)))
    return scene


def hear(scene: Scene, at: datetime, kind: str | None = "rumor", **about: Any) -> None:
    row = DayRow(first_id_at(at), at, kind, **about)
    scene.mentions.heard_rows[at.astimezone(SEOUL).date()].append(row)


def test_heard_posts_are_counted_by_kind_and_are_no_mentions() -> None:
    scene = scene_that_listens()
    scene.mention(seoul(24, 9))
    hear(scene, seoul(24, 8), case_id="7Q2M4-XD93K")
    hear(scene, seoul(24, 9))
    hear(scene, seoul(24, 10), "fault")
    hear(scene, seoul(24, 11), None)
    hear(scene, seoul(24, 12), "chat", review=True)
    hear(scene, seoul(23, 11), "fault")
    scene.mentions.heard_seen_on[TUESDAY] = 2

    digest = scene.collect()

    assert digest.heard == Heard(total=5, unread=1, review=1, by_kind={"rumor": 2, "fault": 1}, seen=2, cases=1)
    assert (digest.tally.total, digest.balance.polled, digest.balance.seen) == (1, 1, 0)


def test_a_desk_that_does_not_listen_says_nothing_about_it() -> None:
    digest = Scene().collect()

    assert digest.heard is None
    assert "멘션 없는 언급" not in render_report(digest, Scene().brand)


def shown(digest: Digest, language: str = "ko") -> tuple[str, str, str]:
    brand = examples.brand(language)
    page, table = render_report(digest, brand), render_csv(digest, brand).decode("utf-8-sig")
    return page, table, render_summary(digest, brand, LINK).body


def test_page_table_and_mail_say_what_was_heard_and_used() -> None:
    page, table, mail = shown(examples.evening(heard=HEARD))

    kinds = "사실 확인 필요 40, 장애·불편 신고 60, 인사·수다 200, 광고·무관 891, 분류 대기 4, 분류가 확실하지 않음 9"
    sentence = f"1,204건({kinds})."
    assert sentence in page
    assert "그중 28건을 읽었고, 3건은 문의 건에 들어 있습니다." in page
    assert f"- 멘션 없는 언급: {sentence} 그중 28건을 읽었고, 3건은 문의 건에 들어 있습니다." in mail
    assert "멘션 없는 언급,종류,사실 확인 필요,40" in table
    assert "멘션 없는 언급,문의 건,,3" in table


def test_in_english_too_and_nothing_heard_takes_no_line_of_the_mail() -> None:
    page, _, mail = shown(examples.evening(heard=HEARD), "en")
    quiet, _, short = shown(examples.evening(heard=Heard(0, 0, 0, {}, 0, 0)), "en")

    assert "People looked at 28 of them; 3 belong to a case." in page
    assert "Posts that do not mention us: 1,204" in mail
    assert "No post was found" in quiet
    assert "do not mention us" not in short
