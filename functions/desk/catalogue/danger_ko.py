"""Korean: what people are told of a case in which somebody may be in danger."""

PHRASES = {
    "danger.self_harm": "위기 신호: 자살·자해와 관련된 글로 보입니다. 다른 일보다 먼저 봐 주세요.",
    "danger.self_harm.answer": (
        "답글은 반드시 사람이 직접 써 주세요. 정해진 문구나 홍보하는 말투는 피하고, 따뜻하고 차분하게 답해 주세요."
    ),
    "danger.self_harm.help": (
        "작성자에게 {help_line:을/를} 알려 주시고, 지금 위험해 보이면 {emergency}에 바로 신고해 주세요."
    ),
    "danger.people": "위험 신고: 사람이 위험할 수 있는 글입니다. 답글보다 먼저 조치해 주세요.",
    "danger.people.help": "도움이 필요해 보이면 {emergency}에 바로 신고해 주세요.",
    "danger.not_automatic": "이 문의에는 자동 답글이 나가지 않습니다.",
    # Whom to call, by the country where the desk works
    "danger.help_line.kr": "자살예방상담전화 109(24시간)",
    "danger.help_line.other": "작성자가 있는 나라의 자살예방 상담전화",
    "danger.emergency.kr": "119(화재·구조·구급)나 112(경찰)",
    "danger.emergency.other": "현지 긴급 전화",
}
