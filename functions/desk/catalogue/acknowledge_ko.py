"""What Korean people read of authors who want no replies, and of automatic ones."""

PHRASES = {
    "answer.refusal.opted_out": (
        "작성자가 답글을 달지 말아 달라고 해서 보낼 수 없습니다. 작성자가 우리를 다시 부르면 답변할 수 있습니다. "
        "더 하실 일이 없으면 [답변 불필요]로 끝내 주세요."
    ),
    "answer.refusal.in_danger": (
        "사람이 위험할 수 있는 문의에는 자동으로 답하지 않습니다. 답하는 분의 이름을 함께 보내 주세요."
    ),
    "answer.refusal.automatic_twice": "자동 답글은 한 번만 보냅니다. 이미 답글이 있어 보내지 않았습니다.",
}
