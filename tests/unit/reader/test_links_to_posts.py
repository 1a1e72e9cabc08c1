"""Wherever people read of a post, its link leads to the website of the X that the desk works on."""

import re
from collections.abc import Callable
from copy import replace
from datetime import timedelta

import pytest

from answer_case.page import render_page
from daily_digest.csv_file import render_csv
from daily_digest.report import render_report
from daily_digest.summary import render_summary
from desk.brand import Brand
from desk.links import X_SITE
from desk.notifications.mail.feedback import render_feedback
from desk.notifications.mail.post_news import render_post_news
from desk.posts.model import PostReason, PostState
from tests.brands import small_brand
from tests.unit.answer_case import examples
from tests.unit.daily_digest import examples as reports
from tests.unit.notifications import examples as mails
from tests.unit.notifications import mail_scene as scene
from tests.unit.notifications.test_chase_mail import chased
from tests.unit.notifications.test_chase_mail import mail as chase_mail
from tests.unit.posts.scene import a_post

LOCAL = "http://127.0.0.1:8008"
ON_A_SITE = re.compile(r"https?://[^\s\"'<>,]*?(?=/i/status/)")


def _post_news(brand: Brand) -> str:
    duplicate = a_post(
        state=PostState.REFUSED, reason=PostReason.DUPLICATE, in_reply_to="5", expires_at=scene.NOON + timedelta(days=1)
    )
    return render_post_news([duplicate], brand, max_bytes=scene.ROOM)[0].body


RENDERED: dict[str, Callable[[Brand], str]] = {
    "a mail about a case": lambda brand: scene.mail_of(scene.many(1), "billing", brand).body,
    "a list of cases": lambda brand: scene.list_of(scene.many(3), "billing", brand)[0].body,
    "a reminder": lambda brand: chase_mail(chased(), brand=brand).body,
    "a mail about posts": _post_news,
    "the page of a case": lambda brand: render_page(examples.answered(), brand, examples.NOW),
    "a report": lambda brand: render_report(reports.weekly(), brand),
    "a report's summary": lambda brand: render_summary(reports.morning(), brand, "https://desk.example/reports/x").body,
    "a mail of feedback": lambda brand: render_feedback(mails.feedback(), "billing", brand, max_bytes=scene.ROOM).body,
    "a report's table": lambda brand: render_csv(reports.weekly(), brand).decode(),
    "a morning's table": lambda brand: render_csv(reports.morning(), brand).decode(),
}


@pytest.mark.parametrize("what", RENDERED)
def test_on_one_machine_links_to_posts_open_the_local_x(what: str) -> None:
    told = RENDERED[what](replace(_brand(what), x_site=LOCAL))

    assert set(ON_A_SITE.findall(told)) == {LOCAL}
    assert X_SITE not in told


@pytest.mark.parametrize("what", RENDERED)
def test_on_aws_they_open_x(what: str) -> None:
    assert set(ON_A_SITE.findall(RENDERED[what](_brand(what)))) == {X_SITE}


def _brand(what: str) -> Brand:
    """The brand that the examples are of."""
    return examples.brand() if "mail" not in what and "list" not in what else small_brand()
