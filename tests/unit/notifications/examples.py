"""The examples that docs/mail.md and docs/contracts show, rendered anew so that the pages never grow old."""

import json
from collections.abc import Callable
from copy import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import CaseEventKind, CaseState, Event
from desk.mentions.model import Parent, Source
from desk.notifications.contract import case_message
from desk.notifications.mail.cases import render_mail
from desk.notifications.mail.feedback import FeedbackGroup, MailedFeedback, render_feedback
from desk.notifications.mail.parts import Mail
from desk.notifications.mail.post_news import render_post_news
from desk.notifications.mail.praise import render_praise
from desk.notifications.mail.reminders import render_reminders
from desk.notifications.mail.spikes import Ended, QuotedFault, SpikeExcerpt, WaitingCase, render_spike, render_spike_end
from desk.notifications.model import DueCase, Notification
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.praise.store import PassedPraise
from desk.reading import Kind, Need, Safety, Urgency, Why
from desk.spikes.model import Spike
from desk.x.model import Author, Media, XPost
from tests.brands import other_brand
from tests.unit.notifications.mail_scene import (
    BRAND,
    NOON,
    ROOM,
    delivery,
    drafted,
    handed,
    link_of,
    list_of,
    mail_of,
    mention,
    post,
    reading,
    unsaid,
)
from tests.unit.posts.scene import a_post

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""Nine in the morning in Seoul."""

_QUESTION = post(
    "1993000000000000105",
    f"@{BRAND.handle} 청구서가 두 번 왔어요.\n하나는 버려도 되나요?",
    media=(Media("photo", "나란히 놓은 청구서 두 장", None), Media("photo", None, None)),
)
_OURS = post("1993000000000000051", "11월 청구서를 보내 드렸습니다.", author=None, author_id=BRAND.user_id, minutes=-75)
_OUTAGE = reading(
    kind=Kind.FAULT,
    need=Need.SUPPORT,
    department="network",
    urgency=Urgency.HIGH,
    why=(Why("fault_word", "먹통이에요"), Why("department_word", "먹통"), Why("outage", "동네 전체")),
)


def question() -> Notification:
    """An ordinary inquiry with pictures, in reply to a post of ours."""
    return delivery(mention(_QUESTION, Parent(_OURS.id, _OURS)))


def returning() -> Notification:
    """A question that may be anybody's, by an author whom billing has just answered; network had a case before."""
    asked = mention(post("1993000000000000107", f"@{BRAND.handle} 그래도 안 되네요. 어떻게 하죠?", minutes=12))
    told = delivery(asked, reading(why=(Why("question", "어떻게 하죠"), Why("returning_customer", "7Q2M4-XD93K"))))
    started = NOON - timedelta(hours=1)
    return told._replace(
        earlier=(
            AuthorCase(
                "7Q2M4-XD93K", "billing", Kind.INQUIRY, CaseState.ANSWERED, started, NOON + timedelta(minutes=7)
            ),
            AuthorCase("K7R4G-T8W7B", "network", Kind.FAULT, CaseState.PROMISED, started - timedelta(days=3)),
        )
    )


def outage(n: int, text: str) -> Notification:
    """One of many who report the same outage."""
    author = Author(str(600 + n), f"user_{n}", f"손님 {n}")
    reported = post(str(1993000000000000200 + n), text, author=author, author_id=author.id, minutes=n)
    return delivery(mention(reported), _OUTAGE)


def _handed() -> Notification:
    """The question, brought to the right department by a person."""
    return handed("앱에서 청구서를 두 번 보낸 것 같습니다. 확인 부탁드립니다.", question().mention)


def _drafted() -> Notification:
    """The question with an answer by its department."""
    return drafted("같은 청구서가 두 번 나갔습니다. 한 장은 버리셔도 됩니다.", question().mention)


def _no_reply() -> Notification:
    """An author who wants no reply, in the same place."""
    asked = replace(_QUESTION, text=f"@{BRAND.handle} 이제 답글 달지 마세요. 청구서는 제가 알아서 볼게요.", media=())
    return delivery(mention(asked), reading(why=(Why("request", "마세요"), Why("department_word", "청구서"))))


def _in_danger() -> Notification:
    """An author who may be in danger, in the same place."""
    asked = replace(_QUESTION, text=f"@{BRAND.handle} 요금도 밀리고 이제 그만 죽고 싶어요", media=())
    read = reading(
        urgency=Urgency.HIGH, safety=Safety.DANGER, department="operator", why=(Why("danger"), Why("like_inquiry"))
    )
    told = delivery(mention(asked), read)
    return told._replace(case=told.case._replace(safety=Safety.DANGER) if told.case else None)


def heard(n: int = 1, text: str = "제이드 다음 달에 3G 끊는다던데 진짜임?") -> Notification:
    """A rumour that was found by listening, for the press office."""
    author = Author(str(800 + n), f"neighbour_{n}", f"이웃 {n}")
    found = post(str(1993000000000000800 + n), text, author=author, author_id=author.id, minutes=n)
    read = reading(kind=Kind.RUMOR, department="pr", why=(Why("rumor_word", "던데"), Why("department_word", "끊는다")))
    return Notification(Event.HEARD, mention(found)._replace(source=Source.LISTENING), read, "pr")


def heard_in_danger() -> Notification:
    """The author who may be in danger, who wrote it to nobody."""
    told = _in_danger()
    asked = replace(told.mention.post, text="요금도 밀리고 이제 그만 죽고 싶어요")
    found = told.mention._replace(post=asked, source=Source.LISTENING)
    return told._replace(mention=found)


def _unsaid() -> Notification:
    """The question whose answer X would not have."""
    return unsaid("gone", "같은 청구서가 두 번 나갔습니다. 한 장은 버리셔도 됩니다.")._replace(
        mention=question().mention
    )


def _chased(stage: CaseEventKind, told: Notification, *, overdue: int = 0, **changes: Any) -> DueCase:
    """The delivery's case, for whose answer somebody waits; `overdue` in minutes."""
    assert told.case is not None
    case = replace(told.case, **changes)
    return DueCase(case, stage, case.due_at, timedelta(minutes=overdue), told.mention.post)


def _chase(department: str, *chased: DueCase) -> Mail:
    return render_reminders(chased, department, BRAND, links={one.case.id: link_of(one.case.id) for one in chased})


def _reminder() -> Mail:
    slow = outage(3, "지하철 4호선에서 데이터가 안 터져요")
    return _chase(
        "network",
        _chased(CaseEventKind.DUE, outage(1, "동네 전체가 먹통이에요"), holder="박지민"),
        _chased(CaseEventKind.REMINDED, slow, urgency=Urgency.NORMAL, due_at=NOON + timedelta(hours=4)),
    )


def _praising() -> XPost:
    author = Author("809", "first_bill", "이모 요금 걱정")
    text = "@jade 청구서 보는 법 물어봤더니 하나하나 풀어서 알려 주셨어요. 부모님께도 그대로 보여 드렸네요, 고맙습니다!"
    return XPost("2000000000000000809", text, author.id, NOON, "2000000000000000809", "ko", (), author=author)


def _praise() -> PassedPraise:
    """Praise for billing, which the clerk passes on with a sentence."""
    sentence = "어제 설명해 주신 순서 그대로 안내했더니 바로 이런 글이 올라왔습니다. 고맙습니다."
    return PassedPraise("2000000000000000809", "809", "billing", sentence, "박지민", NOON)


def feedback() -> MailedFeedback:
    """A week's feedback for billing, of which two posts are about the same thing."""
    guest = Author("603", "user_3", "손님 3")
    return MailedFeedback(
        "billing",
        date(2026, 11, 23),
        date(2026, 11, 29),
        (
            FeedbackGroup(
                "청구서",
                (
                    post("1993000000000000603", "청구서 그림이 귀여워졌네요ㅎㅎ @jade", minutes=90),
                    post(
                        "1993000000000000601",
                        "종이 청구서는 이제 그만 보내 주세요.\n아까워요",
                        author=guest,
                        author_id=guest.id,
                    ),
                ),
            ),
            FeedbackGroup("", (post("1993000000000000602", "연체료가 하루 만에 붙는 건 너무 야박하네요", minutes=30),)),
        ),
    )


def edited() -> Notification:
    """The first report after its author edited it."""
    version = post(
        "1993000000000000399",
        "동네 전체가 먹통이에요. 방금 인터넷은 돌아왔어요",
        author=Author("601", "user_1", "손님 1"),
        author_id="601",
        minutes=9,
        edit_ids=("1993000000000000201", "1993000000000000399"),
    )
    return delivery(mention(version), _OUTAGE, event=Event.CASE_EDITED)


def _reports() -> list[Notification]:
    return [outage(1, "동네 전체가 먹통이에요"), outage(2, "여기 시장도 먹통이에요, 동네 전체가 결제를 못 해요")]


def _in_english() -> Post:
    return _posts()[0]._replace(text="From Monday a ferry leaves every half hour\nhttps://lantern.example/12")


def _posts() -> list[Post]:
    """One of each that the operator hears of."""
    return [
        a_post(
            "내일 새벽 2시부터 4시까지 앱을 점검합니다\nhttps://jade.example/notice/12",
            id="7q2m4xd93k0p",
            state=PostState.IN_DOUBT,
            reason=PostReason.ANSWER_LOST,
            detail="X answered 503: Service Unavailable",
        ),
        a_post(
            "좋은 아침입니다",
            id="greeting-2026-11-24",
            by="schedule",
            kind=PostKind.GREETING,
            state=PostState.HELD,
            reason=PostReason.PAUSED,
            publish_at=NINE,
            expires_at=NINE + timedelta(minutes=30),
        ),
        a_post(
            "확인 후 안내드릴게요",
            id="b3x8w0t5rk2n",
            by="desk",
            in_reply_to="1993000000000000105",
            state=PostState.REFUSED,
            reason=PostReason.GONE,
            detail="X answered 403: Forbidden",
        ),
        a_post("로밍 요금이 내려갑니다", id="m1v6c9h4zq7d", state=PostState.EXPIRED, reason=PostReason.TOO_LATE),
    ]


def _english() -> Brand:
    return other_brand()._replace(console_url="https://desk.lantern.example/console")


SPIKE = Spike(
    id="20261124T031200000000-network",
    department="network",
    started_at=NOON + timedelta(minutes=1),
    detected_at=NOON + timedelta(minutes=4),
    minutes=3,
    faults=14,
    expected=0.31,
)
_PLACES = ("동네 전체가 먹통이에요", "여기 시장도 먹통이에요, 결제가 안 돼요", "지하철 4호선에서 데이터가 안 터져요")


def _spike(topic: str, brand: Brand = BRAND) -> Mail:
    reports = [(outage(n, text), n) for n, text in enumerate(_PLACES, 1)]
    cases = [one.case.id for one, _ in reports if one.case]
    found = SpikeExcerpt(
        [QuotedFault(one.mention.post, case) for (one, _), case in zip(reports, cases, strict=True)],
        [("먹통", 9), ("결제", 4)],
    )
    return render_spike(SPIKE, found, topic, brand, {case: link_of(case) for case in cases})


def _spike_ended(topic: str, brand: Brand = BRAND) -> Mail:
    told = [outage(n, text) for n, text in enumerate(_PLACES[:2], 1)]
    waiting = [WaitingCase(one.case, one.mention.post) for one in told if one.case]
    ended = SPIKE._replace(ended_at=NOON + timedelta(minutes=95))
    links = {one.case.id: link_of(one.case.id) for one in waiting}
    return render_spike_end(ended, Ended(52, waiting, more=36), topic, brand, links)


MAILS: dict[str, Callable[[], Mail]] = {
    "one": lambda: mail_of([question()], "billing"),
    "bundle": lambda: mail_of([*_reports(), edited()], "network"),
    "returning": lambda: mail_of([returning()], "billing"),
    "returning in English": lambda: mail_of([returning()], "operator", replace(BRAND, language="en")),
    "operator": lambda: mail_of([question()], "operator"),
    "no reply": lambda: mail_of([_no_reply()], "billing"),
    "danger": lambda: mail_of([_in_danger()], "operator"),
    "danger in English": lambda: mail_of([_in_danger()], "operator", replace(BRAND, language="en")),
    "summary": lambda: list_of(_reports(), "network")[0],
    "no links": lambda: render_mail([outage(1, "동네 전체가 먹통이에요")], "network", BRAND, links={}, max_bytes=ROOM),
    "heard": lambda: mail_of([heard()], "pr"),
    "heard in English": lambda: mail_of([heard(), heard(2, "Is Jade really being sold?")], "operator", _in(BRAND)),
    "heard, danger": lambda: mail_of([heard_in_danger()], "operator"),
    "handed": lambda: mail_of([_handed()], "network"),
    "drafted": lambda: mail_of([_drafted()], "operator"),
    "drafted in English": lambda: mail_of([_drafted()], "operator", replace(BRAND, language="en")),
    "unsaid": lambda: mail_of([_unsaid()], "billing"),
    "reminder": _reminder,
    "escalation": lambda: _chase("operator", _chased(CaseEventKind.ESCALATED, question(), overdue=60)),
    "feedback": lambda: render_feedback(feedback(), "billing", BRAND, max_bytes=ROOM),
    "praise": lambda: render_praise(_praise(), _praising(), "billing", BRAND, max_bytes=ROOM),
    "praise in English": lambda: render_praise(_praise(), _praising(), "operator", _in(BRAND), max_bytes=ROOM),
    "spike": lambda: _spike("network"),
    "spike in English": lambda: _spike("operator", replace(BRAND, language="en")),
    "spike ended": lambda: _spike_ended("network"),
    "spike ended in English": lambda: _spike_ended("operator", replace(BRAND, language="en")),
    "post news": lambda: render_post_news(_posts(), BRAND, max_bytes=ROOM)[0],
    "post news in English": lambda: render_post_news([_in_english()], _english(), max_bytes=ROOM)[0],
}


def _in(brand: Brand) -> Brand:
    return replace(brand, language="en")


def shown(mail: Mail) -> str:
    """A mail as the page shows it."""
    return f"Subject: {mail.subject}\n\n{mail.body}"


def message() -> str:
    """The example of contract v1, laid out for people."""
    return json.dumps(json.loads(case_message(question(), BRAND, max_bytes=ROOM)), ensure_ascii=False, indent=2) + "\n"
