"""What Korean people read in mails with feedback."""

PHRASES = {
    "feedback_mail.subject": "{department} 의견 {count}건, {days}",
    "feedback_mail.span": "{first}~{last}",
    "feedback_mail.intro.days": "{first}부터 {last}까지 들어온 {department} 의견 {count}건입니다.",
    "feedback_mail.intro.one_day": "{first}에 들어온 {department} 의견 {count}건입니다.",
    "feedback_mail.original": "작성자가 쓴 글을 그대로 실었고, 전화번호나 계좌번호 같은 번호만 가렸습니다.",
    "feedback_mail.newest": "이 가운데 최근 {count}건을 실었습니다.",
    "feedback_mail.about": "■ {word} ({count}건)",
    "feedback_mail.others": "■ 그 밖의 의견 ({count}건)",
    "feedback_mail.author": "{author}, {time}",
    "feedback_mail.author_unknown": "작성자는 X에서 확인해 주세요, {time}",
    "feedback_mail.asks": "답변이 필요한 글이 섞여 있으면 운영자에게 알려 주세요.",
    "feedback_mail.asks_operator": "답변이 필요한 글이 섞여 있으면 X에서 직접 답변해 주세요.",
}
