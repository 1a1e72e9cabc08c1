"""What Korean people on call read: text messages, so short."""

PHRASES = {
    "on_call.one": "[긴급] {kind} {case} {department} {waited} 대기",
    "on_call.many": "[긴급] {count}건 대기 중. 가장 오래된 건 {case}({department}) {waited}",
    "on_call.waited.minutes": "{minutes}분째",
    "on_call.waited.hours": "{hours}시간 {minutes}분째",
    "on_call.waited.days": "{days}일째",
    "on_call.link": "{text}\n{link}",
}
