"""What Korean people read of posts."""

PHRASES = {
    "post.reason.rate_limited": "X가 잠시 호출을 제한해 기다리고 있습니다",
    "post.reason.credits_depleted": "X 이용 크레딧이 떨어졌습니다",
    "post.reason.not_authorised": "X 인증이 거절되었습니다",
    "post.reason.not_reached": "X에 연결하지 못했습니다",
    "post.reason.answer_lost": "X의 응답을 받지 못해 올라갔는지 알 수 없습니다",
    "post.reason.duplicate": "같은 글이 X에 이미 있습니다",
    "post.reason.not_summoned": "우리를 부르지 않은 글에는 X가 답글을 허용하지 않습니다",
    "post.reason.gone": "답글을 달 글이 지워졌거나 볼 수 없습니다",
    "post.reason.not_accepted": "X가 글을 받지 않았습니다",
    "post.reason.paused": "잠시 멈춤 상태라 보류했습니다",
    "post.reason.too_late": "게시할 시각이 지나 올리지 않았습니다",
    "post.reason.dropped": "사람이 게시하지 않기로 했습니다",
}
