"""Digests of a brand and of people who do not exist."""

from collections.abc import Mapping
from copy import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from daily_digest.model import (
    Answering,
    Answers,
    Attendance,
    Attendee,
    Balance,
    CaseList,
    Comparison,
    Correction,
    DepartmentFeedback,
    Digest,
    Favourite,
    Favourites,
    Feedback,
    Label,
    ListedCase,
    ListedMention,
    MentionList,
    Misreading,
    Misreadings,
    Posts,
    SpendOnX,
    Tally,
    UnreachableRange,
    Waiting,
    WaitingGroup,
    Waits,
)
from daily_digest.performance import ComparedPost, PostPerformances
from daily_digest.periods import Edition, Period
from desk.brand import Brand
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause
from desk.posts.performance import SPANS, MeasuredAge, Measurement, Performance
from desk.x.model import Author, PostMetrics, first_id_at
from tests.brands import emerald

EVENING = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
"""Ten past six in Seoul."""
MIDNIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def brand(language: str = "ko") -> Brand:
    """The demonstration brand, as its people read it in this language."""
    return replace(emerald(), language=language)


def post(number: int, text: str, state: PostState, **changes: Any) -> Post:
    """A post of the brand, accepted in the morning and settled at noon."""
    at = MIDNIGHT + timedelta(hours=12, minutes=number)
    usual = Post(
        id=f"p{number}",
        kind=PostKind.ANNOUNCEMENT,
        text=text,
        by="cms",
        accepted_at=at - timedelta(hours=2),
        publish_at=at,
        expires_at=at + timedelta(days=1),
        state=state,
        at=at,
        weighted_length=60,
        estimated_micro_usd=15_000,
        x_id=str(1993000000000000000 + number) if state is PostState.PUBLISHED else None,
    )
    return replace(usual, **changes)


def author(number: int) -> Author:
    """One of the people who answer the greeting."""
    names = ("하늘", "바다", "라온", "새벽", "노을", "가람", "다온", "누리", "Maple", "Jun ☕")
    return Author(str(500 + number), f"morning_{number}", names[number % len(names)])


def attendee(number: int) -> Attendee:
    """The further down, the newer; every fourth was not greeted back. The desk has records of forty mornings."""
    days = max(1, 40 - 3 * number)
    return Attendee(
        str(500 + number),
        author(number),
        str(1993000000000001000 + number),
        days,
        since_start=days == 40,
        regular=days > 10,
        greeted_back=number % 4 > 0,
    )


GREETING = post(
    1,
    "좋은 아침이에요! 오늘도 에메랄드모바일과 함께 출석 체크해 볼까요? ☀️",
    PostState.PUBLISHED,
    kind=PostKind.GREETING,
)


def said(number: int) -> str | None:
    """What one of many people wrote; of every seventh nothing is left."""
    texts = (
        "지하철 2호선에서 데이터가 전혀 안 터져요. 어제 저녁부터 계속 이러는데 언제 고쳐지나요?",
        "이번 달 청구서에 쓰지도 않은 부가서비스가 붙어 있어요. 확인 부탁드립니다.",
        "로밍 요금제를 어제 신청했는데 아직 문자가 안 왔습니다. 내일 아침 비행기예요 ㅠㅠ",
        "<b>eSIM</b> 재발급은 어디서 하나요?",
    )
    return None if number % 7 == 6 else texts[number % len(texts)]


def cases(count: int, due_in_hours: int, department: str = "billing", kind: str = "inquiry") -> tuple[ListedCase, ...]:
    """Cases that were due, or are, from so many hours after the evening on."""
    return tuple(
        ListedCase(
            f"7Q2M4-{number:03}{count:02}",
            department,
            kind,
            EVENING + timedelta(hours=due_in_hours, minutes=7 * number),
            str(1993000000000005000 + 100 * count + number),
            said(number),
        )
        for number in range(count)
    )


def _answers(answered: int, by_hand: int, moved: int, promised: int, *, half: int, nine_in_ten: int) -> Answers:
    waits = Waits(timedelta(minutes=half), timedelta(minutes=nine_in_ten))
    return Answers(answered, by_hand, moved, promised, waits)


def evening(**changes: Any) -> Digest:
    """A busy day in which much went wrong."""
    return replace(_EVENING, **changes)


def huge() -> Digest:
    """A day a thousand times as busy."""
    tally = _EVENING.tally

    def thousandfold(counts: Mapping[str, int]) -> dict[str, int]:
        return {key: count * 1_000 for key, count in counts.items()}

    return evening(
        balance=Balance((TODAY,), 1_284_000, 1_281_000, 3_000, 212_000),
        tally=tally._replace(
            total=1_284_000,
            by_need=thousandfold(tally.by_need),
            by_kind=thousandfold(tally.by_kind),
            by_department=thousandfold(tally.by_department),
            by_hour=tuple(count * 1_000 for count in tally.by_hour),
            feedback=131_000,
            junk=112_000,
            terms=(("가" * 60, 188_000), ("a" * 80, 141_000)),
        ),
        waiting=_EVENING.waiting._replace(
            open_cases=57_000,
            overdue=9_000,
            by_department=thousandfold(_EVENING.waiting.by_department),
            overdue_by_department={"network": 9_000},
            lists={
                group: replace(cases, total=cases.total * 1_000, urgent_besides=cases.urgent_besides * 1_000)
                for group, cases in _EVENING.waiting.lists.items()
            },
        ),
        answering=_EVENING.answering._replace(
            all=_answers(212_000, 31_000, 9_000, 44_000, half=80, nine_in_ten=59_999),
            by_department={
                key: _answers(99_999, 99_999, 99_999, 99_999, half=99_999, nine_in_ten=999_999)
                for key in _EVENING.tally.by_department
            },
            unsent=(("가" * 80, 9_999), ("a" * 200, 1)),
        ),
        today=thousandfold(_EVENING.today),
    )


def morning(**changes: Any) -> Digest:
    """A brief after a night with some matters, which lists what came in."""
    made_at = EVENING - timedelta(hours=9, minutes=20)
    kinds = ("inquiry", None, "feedback", "chat")
    mentions = tuple(
        ListedMention(
            str(1993000000000009000 + number),
            made_at - timedelta(minutes=11 * number),
            kinds[number % len(kinds)],
            "apps" if number % len(kinds) == 2 else None,
            urgent=number == 0,
            text=said(number),
        )
        for number in range(18)
    )
    due = {
        group: replace(
            each, entries=tuple(replace(one, due_at=one.due_at - (EVENING - made_at)) for one in each.entries)
        )
        for group, each in _EVENING.waiting.lists.items()
    }
    brief = replace(
        _EVENING,
        edition=Edition.MORNING,
        period=Period(EVENING - timedelta(days=1), made_at),
        made_at=made_at,
        tally=_EVENING.tally._replace(total=44, unread=4),
        waiting=_EVENING.waiting._replace(lists=due),
        attendance=(),
        mentions=MentionList(44, above=19, junk=3, entries=mentions),
    )
    return replace(brief, **changes)


def weekly(**changes: Any) -> Digest:
    """A week with feedback lists."""
    opinions = tuple(
        Feedback(str(1993000000000003000 + n), EVENING - timedelta(hours=5 * n), text)
        for n, text in enumerate(
            (
                "앱에서 데이터 남은 양 보는 화면이 이번에 훨씬 보기 좋아졌어요. 👍",
                "멤버십 쿠폰이 매달 1일에만 나오는 건 아쉽습니다. 월급날에도 주시면 안 될까요? 매번 놓칩니다.",
                None,
                "=cmd|'/c calc'!A1 <script>alert(1)</script>",
            )
        )
    )
    inquiry, fault = Label("inquiry", "billing"), Label("fault", "network")
    corrections = (
        (Correction(inquiry, fault), 3),
        (Correction(Label("rumor", "pr"), Label("chat", None)), 1),
        (Correction(Label(None, None), inquiry), 1),
    )
    misread = tuple(
        Misreading(
            f"7Q2M4-XD9{n}K", EVENING - timedelta(hours=9 * n), correction, None if n == 1 else f"19930000000{n}"
        )
        for n, (correction, _) in enumerate(corrections)
    )
    week = replace(
        _EVENING,
        edition=Edition.WEEKLY,
        period=Period(MIDNIGHT - timedelta(days=8), MIDNIGHT - timedelta(days=1)),
        feedback=(
            DepartmentFeedback("apps", 37, opinions),
            DepartmentFeedback("plans", 1, opinions[:1]),
            DepartmentFeedback("home", 0, ()),
        ),
        misreadings=Misreadings(5, corrections, misread),
        performance=PostPerformances(
            tuple(measured_post(number, likes) for number, likes in enumerate((31, 4, 12))), unmeasured=1
        ),
        attendance=tuple(
            replace(
                _EVENING.attendance[0], day=TODAY - timedelta(days=back), attendees=_EVENING.attendance[0].attendees[:4]
            )
            for back in (8, 7, 6)
        ),
    )
    return replace(week, **changes)


def measured_post(number: int, likes: int) -> ComparedPost:
    """A post of last week with so many likes an hour and a day after it; the first one is like twice the usual."""
    at = MIDNIGHT - timedelta(days=6 - number)
    x_id = first_id_at(at)
    measured = {
        mark: Measurement(PostMetrics(likes, 3, 5, 1, 1_240), at + SPANS[mark].after + timedelta(minutes=5))
        for mark in (MeasuredAge.HOUR, MeasuredAge.DAY)
    }
    return ComparedPost(
        f"{number}번째 소식입니다. 새 매장에서 만나요!",
        Performance(x_id, PostKind.ANNOUNCEMENT, measured),
        {} if number else {MeasuredAge.DAY: 2.0},
    )


def quiet(edition: Edition = Edition.EVENING, **changes: Any) -> Digest:
    """A day on which nothing happened."""
    nothing = Digest(
        edition=edition,
        period=Period(MIDNIGHT, EVENING),
        made_at=EVENING,
        balance=Balance((TODAY,), 0, 0, 0, 0),
        unreachable=(),
        tally=Tally(0, 0, 0, {}, 0, 0, {}, {}, {}, {}, (0,) * 24, ()),
        waiting=Waiting(0, 0, None, {}),
        today={},
        against=(Comparison(7, 0, {}), Comparison(28, 0, {})),
        posts=Posts((), (), (), (), (), ()),
        pauses=(),
        attendance=(),
        favourites=Favourites((), None),
        feedback=(),
        spend=SpendOnX(0, 0),
    )
    return replace(nothing, **changes)


_EVENING = Digest(
    edition=Edition.EVENING,
    period=Period(MIDNIGHT, EVENING),
    made_at=EVENING,
    balance=Balance((TODAY,), 1_284, 1_281, 3, 212, seen=1_107),
    unreachable=(
        UnreachableRange(
            MIDNIGHT + timedelta(hours=3), MIDNIGHT + timedelta(hours=3, minutes=20), "older than seven days"
        ),
    ),
    tally=Tally(
        total=1_284,
        unread=3,
        review=19,
        by_need={"information": 412, "support": 386, "relationship": 240},
        feedback=131,
        junk=112,
        by_kind={"inquiry": 383, "fault": 371, "rumor": 25, "feedback": 131, "chat": 240, "junk": 112},
        by_department={
            "network": 365,
            "billing": 142,
            "plans": 121,
            "devices": 98,
            "apps": 84,
            "home": 51,
            "stores": 32,
            "marketing": 14,
            "pr": 25,
            "policy": 7,
            "operator": 11,
        },
        by_urgency={"high": 47, "normal": 751, "low": 483},
        by_language={"ko": 1_190, "en": 61, "ja": 12, "vi": 9, "und": 9},
        by_hour=(12, 6, 4, 2, 3, 9, 22, 51, 104, 121, 96, 88, 131, 90, 305, 118, 70, 40, 0, 0, 0, 0, 0, 0),
        terms=(
            ("먹통", 188),
            ("데이터", 141),
            ("출첵", 96),
            ("청구서", 72),
            ("로밍", 58),
            ("eSIM", 44),
            ("갤럭시", 39),
            ("인터넷", 37),
            ("환불", 31),
            ("멤버십", 28),
            ("공식사과문게시요청합니다제발요", 12),
            ("<b>굵게</b>", 3),
        ),
    ),
    waiting=Waiting(
        57,
        9,
        MIDNIGHT - timedelta(hours=5, minutes=20),
        {"network": 31, "billing": 14, "plans": 8, "apps": 4},
        {"network": 7, "plans": 2},
        {
            WaitingGroup.URGENT: CaseList(2, cases(2, -3, department="network", kind="fault")),
            WaitingGroup.OVERDUE: CaseList(7, cases(7, -26), urgent_besides=2),
            WaitingGroup.TODAY: CaseList(12, cases(12, 3)),
            WaitingGroup.LATER: CaseList(36, cases(36, 20)),
        },
    ),
    today={"information": 412, "support": 386, "relationship": 240},
    against=(
        Comparison(7, 7, {"information": 301.4, "support": 188.0, "relationship": 233.9}),
        Comparison(28, 12, {"information": 288.25, "support": 171.5, "relationship": 219.0}),
    ),
    posts=Posts(
        published=(
            GREETING,
            post(2, "겨울맞이 로밍 요금 안내를 새로 정리했습니다. https://jade.example/roaming", PostState.PUBLISHED),
            post(
                3,
                "불편을 드려 죄송합니다. 14시 40분에 복구되었습니다.",
                PostState.PUBLISHED,
                kind=PostKind.REPLY,
                in_reply_to="77",
            ),
        ),
        refused=(
            post(
                4,
                "문의 주신 내용 확인했습니다.",
                PostState.REFUSED,
                kind=PostKind.REPLY,
                in_reply_to="1993000000000000777",
                reason=PostReason.NOT_SUMMONED,
                detail="Reply to this conversation is not allowed",
            ),
        ),
        expired=(post(5, "오늘 낮 12시부터 앱 점검이 있습니다.", PostState.EXPIRED, reason=PostReason.TOO_LATE),),
        held=(post(6, "연말 이벤트 사전 안내", PostState.HELD, reason=PostReason.PAUSED),),
        in_doubt=(post(7, "네트워크 장애 원인 안내", PostState.IN_DOUBT, reason=PostReason.ANSWER_LOST),),
        waiting=(
            post(
                8,
                "내일 아침 첫차 시간 와이파이 점검 안내",
                PostState.SCHEDULED,
                publish_at=EVENING + timedelta(hours=14),
            ),
        ),
    ),
    pauses=(
        Pause(
            "전국 장애 대응",
            "김운영",
            MIDNIGHT + timedelta(hours=14, minutes=5),
            MIDNIGHT + timedelta(hours=14, minutes=50),
            "박당직",
        ),
        Pause("문구 검토", "김운영", MIDNIGHT + timedelta(hours=17, minutes=30)),
    ),
    attendance=(Attendance(TODAY, GREETING, tuple(attendee(n) for n in range(14)), replies_known=True),),
    favourites=Favourites(
        (
            Favourite(
                "1993000000000002001",
                author(3),
                EVENING - timedelta(hours=4),
                EVENING,
                "상담사님이 정말 친절하셨어요. 덕분에 해결!",
            ),
            Favourite("1993000000000002002", None, EVENING - timedelta(hours=6), EVENING),
        ),
        None,
    ),
    feedback=(),
    spend=SpendOnX(1_412, 3_184_500),
    answering=Answering(
        all=_answers(212, 31, 9, 44, half=80, nine_in_ten=505),
        by_department={
            "network": _answers(141, 22, 2, 35, half=35, nine_in_ten=190),
            "billing": _answers(48, 9, 6, 5, half=135, nine_in_ten=540),
            "plans": _answers(17, 0, 1, 4, half=240, nine_in_ten=620),
            "home": _answers(6, 0, 0, 0, half=0, nine_in_ten=59),
        },
        unsent=(("duplicate", 3), ("not_summoned", 1), ("X said something of its own", 1)),
        acknowledged=17,
    ),
)
