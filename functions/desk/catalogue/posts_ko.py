"""What Korean people read of posts."""

PHRASES = {
    "post.reason.rate_limited": "X가 잠시 호출을 제한해 기다리고 있습니다",
    "post.reason.credits_depleted": "X 이용 크레딧이 떨어졌습니다",
    "post.reason.not_authorised": "X 인증이 거절되었습니다",
    "post.reason.not_reached": "X에 연결하지 못했습니다",
    "post.reason.earlier_looked_for": "앞선 글이 X에 올라갔는지 확인하는 동안 기다립니다",
    "post.reason.answer_lost": "X의 응답을 받지 못해 올라갔는지 알 수 없습니다",
    "post.reason.duplicate": "같은 글이 X에 이미 있습니다",
    "post.reason.not_summoned": "우리를 부르지 않은 글에는 X가 답글을 허용하지 않습니다",
    "post.reason.gone": "답글을 달 글이 지워졌거나 볼 수 없습니다",
    "post.reason.not_accepted": "X가 글을 받지 않았습니다",
    "post.reason.paused": "게시 중지 중이라 보류했습니다",
    "post.reason.too_late": "게시할 시각이 지나 올리지 않았습니다",
    "post.reason.dropped": "사람이 게시하지 않기로 했습니다",
    "post.reason.in_danger": "사람이 위험할 수 있는 문의여서 자동 답글을 올리지 않았습니다",
    "post.reason.not_stored": "게시 대기열에 들어가지 못했습니다",
    "post.reason.rest": "답글의 앞부분만 X에 올라갔습니다. 뒷부분은 올라가지 않았습니다",
    "post.reason.rest.duplicate": "답글의 앞부분만 X에 올라갔습니다. 뒷부분은 같은 글이 X에 이미 있습니다",
    "post.reason.rest.not_summoned": "답글의 앞부분만 X에 올라갔습니다. 뒷부분은 X가 답글을 허용하지 않았습니다",
    "post.reason.rest.gone": "답글의 앞부분이 X에서 지워졌거나 볼 수 없어 뒷부분을 올리지 못했습니다",
    "post.reason.rest.not_accepted": "답글의 앞부분만 X에 올라갔습니다. 뒷부분은 X가 받지 않았습니다",
    "post.reason.rest.too_late": "답글의 앞부분만 X에 올라갔습니다. 뒷부분은 게시할 시각이 지나 올리지 않았습니다",
    "post.reason.rest.dropped": "답글의 앞부분만 X에 올라갔습니다. 뒷부분은 사람이 게시하지 않기로 했습니다",
    "post.kind.announcement": "공지",
    "post.kind.greeting": "인사",
    "post.kind.reply": "답글",
    "post.state.scheduled": "예약됨",
    "post.state.queued": "게시 대기",
    "post.state.publishing": "게시 중",
    "post.state.looking": "게시 여부 확인 중",
    "post.state.held": "보류됨",
    "post.state.published": "게시됨",
    "post.state.uncertain": "게시 여부 확인 필요",
    "post.state.refused": "거절됨",
    "post.state.expired": "때가 지나 올리지 않음",
    "post.state.cancelled": "취소됨",
    # The operator's mail
    "post_news.subject": "[{name}] 확인이 필요한 게시물 {count}건",
    "post_news.intro": (
        "이 메일에는 회신하지 마세요. {handle} 계정에 올리려던 글 {count}건에 확인이 필요해 알려 드립니다."
    ),
    "post_news.heading": "■ {number}. {state} ({kind})",
    "post_news.id": "게시 번호: {id}",
    "post_news.due": "예정: {time} (요청: {by})",
    "post_news.reply_to": "답글을 달 글: {url}",
    "post_news.case": "문의 번호: {case} (올리지 못한 답은 문의에 초안으로 남습니다)",
    "post_news.text": "내용:",
    "post_news.why": "이유: {reason}.",
    "post_news.do.case": (
        "할 일: 이 문의의 메일에서 [답변하기]를 열어 답을 고쳐 다시 보내 주세요. "
        "답할 수 없게 됐으면 [답변 불필요]로 끝내 주세요."
    ),
    "post_news.do.uncertain": (
        "할 일: {url} 에서 이 글이 올라가 있는지 보신 뒤, 게시 번호와 함께 시스템 담당자에게 알려 주세요. "
        "올라가 있으면 그 글의 주소를, 올라가 있지 않으면 다시 올릴지 그만둘지를 알려 주시면 됩니다. "
        "그때까지 이 글을 다시 올리지는 않습니다."
    ),
    "post_news.do.held": (
        "할 일: 게시가 재개되어도 이 글은 저절로 올라가지 않습니다. 올릴지 그만둘지를 {time}까지 게시 번호와 함께 "
        "시스템 담당자에게 알려 주세요. 알려 주지 않으시면 올리지 않습니다."
    ),
    "post_news.do.expired": "할 일: 지금도 올려야 하는 글이면 시각을 고쳐 새로 요청해 주세요.",
    "post_news.do.refused": "할 일: 내용을 고쳐 새로 요청해 주세요.",
    "post_news.do.duplicate": (
        "할 일: 같은 글이 {url} 에 이미 있으면 그대로 두시고, 또 올려야 하면 문구를 바꿔 새로 요청해 주세요."
    ),
    "post_news.do.not_summoned": ("할 일: 이 글에는 답글 대신 우리 계정의 새 글로 알리거나, X에서 직접 답해 주세요."),
    "post_news.do.gone": "할 일: 답글을 달 글이 없어졌으니 따로 하실 일은 없습니다.",
    "post_news.more": "이 밖에 {count}건은 다음 메일로 알려 드립니다.",
}
