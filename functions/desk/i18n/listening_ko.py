"""The Korean catalogue of posts that were found by listening."""

PHRASES: dict[str, str] = {
    # Mails to departments about such posts
    "event.heard": "멘션 없는 언급",
    "subject.heard": "[멘션 없는 언급] ",
    "mail.heard_to_know": (
        "우리를 부르지 않은 글이라 참고로 보내 드립니다. 이 메일에는 회신하지 마시고 내용만 확인해 주세요."
    ),
    "mail.heard_to_handle": (
        "우리를 부르지 않은 글이지만 사람이 살펴야 합니다. 이 메일에는 회신하지 마시고 아래 안내를 따라 주세요."
    ),
    "mail.heard_close": "할 일: X에서 필요한 도움을 직접 안내하신 뒤 여기에서 문의 건을 종료해 주세요: {url}",
    "mail.heard_opened": (
        "이 글은 우리를 부르지 않았습니다. 이런 글에는 X의 규칙에 따라 API로 답글을 달 수 없으니, "
        "아래 X 링크를 열어 직접 답해 주세요."
    ),
    "mail.heard_joined": (
        "이 글은 우리를 부르지 않았지만, 우리에게 문의한 분이 이어서 쓴 글입니다. "
        "답변은 우리를 부른 앞의 글에 답글로 달립니다."
    ),
    "mail.heard": (
        "이 글은 우리를 부르지 않았습니다. 이런 글에는 X의 규칙에 따라 API로 답글을 달 수 없습니다. "
        "바로잡거나 안내할 것이 있으면 운영자에게 알려 주세요."
    ),
    "mail.heard_operator": (
        "이 글은 우리를 부르지 않았습니다. 이런 글에는 X의 규칙에 따라 API로 답글을 달 수 없습니다. "
        "알릴 것이 있으면 우리 계정의 새 글로 알리거나 X에서 직접 답해 주세요."
    ),
    # The console's queue of such posts
    "console.queue.heard": "멘션 없는 언급",
    "console.empty.heard": "지금은 볼 글이 없어요.",
    "console.heard.about": "우리를 부르지 않은 글 가운데 최근 {hours}시간의 중요한 {most}건",
    "console.heard.order": (
        "사실 확인이 필요한 글, 장애·불편 신고, 문의, 의견, 인사·수다 순서예요. 종류가 같으면 급한 글, "
        "반응(마음에 들어요·재게시·인용·답글)이 많은 글, 분류가 확실한 글, 최근 글 순서로 보여요. 광고·무관한 "
        "글은 나오지 않아요."
    ),
    "console.heard.kept": (
        "내용은 받은 지 {hours}시간이 지나면 지워져요. 더 살펴야 할 글은 문의 건을 열어 두면 남아요."
    ),
    "console.heard.seen": "읽은 글 {count}",
    "console.heard.unmarked": "{count}건을 읽을 글로 되돌렸어요.",
    "console.heard.others": "이보다 덜 중요한 글이 {count}건 더 있어요.",
    "console.heard.others_at_least": "이보다 덜 중요한 글이 {count}건 이상 더 있어요.",
    "console.heard.reading": "{kind}, {department} · {sureness}",
    "console.heard.likes": "마음에 들어요 {count}",
    "console.heard.reposts": "재게시 {count}",
    "console.heard.quotes": "인용 {count}",
    "console.heard.replies": "답글 {count}",
    "console.heard.impressions": "조회 {count}",
    "console.heard.surge": (
        "{since}부터 {until}까지 '{words}' 글이 {count}건 올라왔어요(1분에 최대 {most}건). 너무 많아 수를 세고 "
        "중요한 글만 모았어요. 가장 큰 글의 반응까지 더하면 확산은 {spread:이에요/예요}."
    ),
    "console.heard.surge_of_posts": (
        "{since}부터 {until}까지 우리에 대한 글이 {count}건 올라왔어요(1분에 최대 {most}건). 너무 많아 수만 셌어요."
    ),
    "console.heard.top_post": "가장 중요한 글",
    "console.heard.open_case": "문의 건 열기",
    "console.heard.gone": "이 글은 보관 시간이 지났거나 지워졌어요.",
    "console.heard.unsummoned": "멘션 없는 언급: 작성자가 우리를 부르지 않았어요",
    "console.heard.why_no_reply": (
        "X는 계정을 부르지 않은 글에 API로 답글을 다는 것을 허용하지 않아, 여기에서는 답글을 보낼 수 없어요. "
        "답하려면 X에서 직접 답하거나, 우리 계정의 새 글로 알려 주세요."
    ),
    # Digests
    "section.heard": "멘션 없는 언급",
    "summary.heard": "멘션 없는 언급:",
    "heard.none": "우리를 부르지 않은 글은 찾지 못했습니다.",
    "heard.total": "{count}건({kinds}).",
    "heard.unread": "분류 대기 {count}",
    "heard.review": "분류가 확실하지 않음 {count}",
    "heard.used": "그중 {seen}건을 읽었고, {cases}건은 문의 건에 들어 있습니다.",
    "heard.apart": "날짜별로 하루 전체를 센 수이며, 위의 멘션 수에는 들어 있지 않습니다.",
    "csv.heard_seen": "읽음",
    "csv.heard_cases": "문의 건",
}
