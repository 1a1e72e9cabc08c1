"""The Korean catalogue of what an open page says by itself: due times, and whether it is live."""

PHRASES: dict[str, str] = {
    "console.script.due.left": "{n}분 남음",
    "console.script.due.today": "오늘 {time}",
    "console.script.due.tomorrow": "내일 {time}",
    "console.script.due.weekday": "{weekday} {time}",
    "console.script.due.day": "{month} {day}일",
    "console.script.due.hour": "{hour}시",
    "console.script.due.over_minutes": "{n}분 지남",
    "console.script.due.over_hours": "{n}시간 지남",
    "console.script.due.over_days": "{n}일 지남",
    "console.script.due.unsure": "확인 중",
    "console.script.age.now": "방금",
    "console.script.age.minutes": "{n}분 전",
    "console.script.age.hours": "{n}시간 전",
    "console.script.age.days": "{n}일 전",
    "console.script.span.minutes": "{n}분",
    "console.script.span.hours": "{n}시간",
    "console.script.span.days": "{n}일",
    "console.script.weekdays": "월 화 수 목 금 토 일",
    "console.script.months": "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
    "console.script.live.on": "실시간",
    "console.script.live.late": "늦음",
    "console.script.live.lost": "연결 끊김",
    "console.script.live.signed_out": "로그인 끝남",
    "console.script.live.resting": "멈춤",
    "console.script.live.lost_since": "연결이 끊겼어요. {time} 뒤로 바뀐 것은 아직 몰라요. 쓰신 글은 그대로 있어요.",
    "console.script.live.signed_out_since": (
        "로그인이 끝났어요. {time} 뒤로 바뀐 것은 아직 몰라요. 쓰신 글은 그대로 있어요."
    ),
    "console.script.live.back": "다시 연결했어요.",
}
