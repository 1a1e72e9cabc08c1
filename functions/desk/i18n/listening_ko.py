"""The Korean catalogue of posts that were found by listening."""

PHRASES: dict[str, str] = {
    # Mails to departments about such posts
    "event.heard": "멘션 없는 언급",
    "subject.heard": "[멘션 없는 언급] ",
    "mail.heard_to_know": (
        "저희를 부르지 않은 글이라 참고로 보내 드립니다. 이 메일에는 회신하지 마시고 내용만 확인해 주세요."
    ),
    "mail.heard_to_handle": (
        "저희를 부르지 않은 글이지만 사람이 살펴야 합니다. 이 메일에는 회신하지 마시고 아래 안내를 따라 주세요."
    ),
    "mail.heard_close": "할 일: X에서 필요한 도움을 직접 안내하신 뒤 여기에서 문의 건을 종료해 주세요: {url}",
    "mail.heard_opened": (
        "이 글은 저희를 부르지 않았습니다. 이런 글에는 X의 규칙에 따라 API로 답글을 달 수 없으니, "
        "아래 X 링크를 열어 직접 답해 주세요."
    ),
    "mail.heard_joined": (
        "이 글은 저희를 부르지 않았지만, 저희에게 문의한 분이 이어서 쓴 글입니다. "
        "답변은 저희를 부른 앞의 글에 답글로 달립니다."
    ),
    "mail.heard": (
        "이 글은 저희를 부르지 않았습니다. 이런 글에는 X의 규칙에 따라 API로 답글을 달 수 없습니다. "
        "바로잡거나 안내할 것이 있으면 운영자에게 알려 주세요."
    ),
    "mail.heard_operator": (
        "이 글은 저희를 부르지 않았습니다. 이런 글에는 X의 규칙에 따라 API로 답글을 달 수 없습니다. "
        "알릴 것이 있으면 저희 계정의 새 글로 알리거나 X에서 직접 답해 주세요."
    ),
}
