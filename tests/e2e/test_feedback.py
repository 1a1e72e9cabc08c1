"""Feedback reaches its department's mailbox once a week, through the whole stack."""

from datetime import timedelta

from tests.e2e.driver import SEOUL, Driver

PRAISE = "여기 상담원분 정말 친절하세요 칭찬합니다"
WISH = "상담원 연결음 노래가 너무 길어서 아쉬워요 좀 바꿔 주면 좋겠네요"


def next_monday(desk: Driver) -> None:
    """Ten to nine of the next Monday, which it becomes."""
    morning = desk.now.astimezone(SEOUL).replace(hour=8, minute=50, second=0, microsecond=0)
    desk.reach(morning + timedelta(days=7 - morning.weekday()))


def test_a_weeks_feedback_is_mailed_once_on_monday_in_the_original_words(desk: Driver) -> None:
    praise, wish = desk.post("kind_words", PRAISE), desk.post("patient_one", WISH)
    desk.poll()
    departments = {desk.line(key).department for key in (praise, wish)}
    assert departments == {"stores"}
    assert not desk.mails_about(PRAISE)
    next_monday(desk)
    desk.mails.clear()

    desk.fire_now("mail-feedback")
    desk.fire("mail-feedback", timedelta(hours=1))
    desk.fire("mail-feedback", timedelta(days=1))

    (mail,) = desk.mails_about(PRAISE)
    assert mail.department == "stores"
    assert "의견 2건" in mail.subject
    assert f"| @emeraldmobile {PRAISE}\nX에서 보기: {desk.stage.x.url}/i/status/{praise}" in mail.body
    assert f"| @emeraldmobile {WISH}\nX에서 보기: {desk.stage.x.url}/i/status/{wish}" in mail.body
    assert "■ 상담원 (2건)" in mail.body
    assert "@kind_words" in mail.body
