"""What Korean people read of answers that are due or late."""

PHRASES = {
    "chase.subject.one": "{urgent}{department} 답변 요청 다시 알림{case}{words}",
    "chase.subject.many": "{urgent}{department} 답변 요청 다시 알림: {count}건",
    "chase.subject.escalated": "{urgent}운영자에게 올림: 답변이 늦어지는 문의 {count}건",
    "chase.subject.mixed": "{urgent}처리할 문의 {count}건(운영자에게 올림 {late}건)",
    "chase.subject.no_reply": "{urgent}{department} 답글 없이 종료할 문의 {count}건",
    "chase.no_reply": "이 메일에는 회신하지 말아 주세요.",
    "chase.intro.reminder": "아직 답변을 기다리는 문의 {count}건을 다시 알려 드립니다.",
    "chase.intro.no_reply": "작성자가 답글을 원하지 않아 종료만 하면 되는 문의가 {count}건 있습니다.",
    "chase.intro.escalated": (
        "기한이 지나도록 답변하지 않은 문의 {count}건을 운영자에게 올립니다. "
        "담당 부서에 확인하시거나 직접 답변해 주세요."
    ),
    "chase.heading.escalated": "■ 답변이 늦어지는 문의: {count}건",
    "chase.heading.due": "■ 답변 기한이 된 문의: {count}건",
    "chase.heading.reminded": "■ 답변 기한이 다가오는 문의: {count}건",
    "chase.heading.no_reply": "■ 답글 없이 종료할 문의: {count}건",
    "chase.entry": "{number}. {urgent}{kind}, 문의 번호 {case}",
    "chase.whose": "담당 부서: {department}",
    "chase.silent": "{department}에는 지금 메일을 받는 분이 없어 운영자에게 보냅니다.",
    "chase.lost": "{department:은/는} 지금 없는 부서여서 운영자에게 보냅니다.",
    "chase.due": "답변 기한: {time}까지{late}",
    "chase.promised": "중간 안내: {time}까지 답변 약속{late}",
    "chase.late": " (업무 시간으로 {span} 지남)",
    "chase.late_high": " ({span} 지남)",
    "chase.hours": "{hours}시간",
    "chase.minutes": "{minutes}분",
    "chase.hours_minutes": "{hours}시간 {minutes}분",
    "chase.holder": "담당자: {by}",
    "chase.nobody": "담당자: 미배정",
    "chase.draft": "{by:이/가} 쓴 답변이 있습니다. 검토하고 보내 주셔야 X에 올라갑니다.",
    "chase.draft_again": "써 둔 답변이 아직 X에 올라가지 않았습니다. 검토하고 다시 보내 주세요.",
    "chase.no_link": "지금은 링크를 만들지 못했습니다. 먼저 받으신 메일의 [답변하기]를 눌러 주세요.",
    "chase.gone": "(글이 지워졌거나 볼 수 없습니다.)",
    "chase.more": "이 밖에 {count}건은 다음 메일로 알려 드립니다.",
}
