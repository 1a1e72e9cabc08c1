"""What Korean people read in digests of answers, and of what was read wrongly."""

PHRASES = {
    "section.answers": "부서별 답변",
    "answers.waits": (
        "이 기간에 첫 답변까지 걸린 시간은 중간값이 {half}, 90%가 {nine_in_ten} 이내입니다(근무 시간 기준)."
    ),
    "answers.none": "이 기간에 올라간 답변이 없습니다.",
    "answers.acknowledged": "접수를 알리는 자동 답글은 {count}건이고, 답변으로 세지 않았습니다.",
    "answers.note": (
        "답변함부터 중간 안내까지는 이 기간의 수이고, 답변 대기와 기한 지남은 지금의 수입니다. "
        "기한은 처음 정해진 때로 세며, 다른 부서로 이관해도 늘어나지 않습니다."
    ),
    "answers.answered": "답변함",
    "answers.by_hand": "X에서 직접",
    "answers.moved": "비공개로 안내",
    "answers.promised": "중간 안내",
    "answers.waiting": "답변 대기",
    "answers.overdue": "기한 지남",
    "answers.half": "첫 답변(중간값)",
    "answers.nine_in_ten": "첫 답변(90% 이내)",
    "answers.everybody": "합계",
    "answers.nobody": "없음",
    "answers.settled": "기다리는 문의가 없는 부서 {count}곳은 휴대전화 화면에서 줄였습니다. CSV에 모두 있습니다.",
    "answers.unsaid": "올라가지 않은 답글",
    "answers.chart": "첫 답변까지 걸린 시간(중간값)",
    "chart.answers": "부서별로 첫 답변까지 걸린 근무 시간(중간값) 막대그림",
    "span.hours_minutes": "{hours}시간 {minutes}분",
    "span.hours": "{hours}시간",
    "span.minutes": "{minutes}분",
    "span.moment": "1분 미만",
    "summary.answers": "답변: {count}건(첫 답변까지 중간값 {half}, 90%는 {nine_in_ten} 이내)",
    "summary.answers_none": "답변: 0건",
    "section.misread": "분류가 틀렸던 문의",
    "misread.none": "이번 주에 분류를 고친 문의가 없습니다.",
    "misread.count": "이번 주에 동료들이 분류를 고친 문의는 {count}건입니다.",
    "misread.hint": (
        "X의 글에서 저절로 배우는 것은 없습니다. 비슷한 문의를 제대로 분류하려면, 여러분의 말로 새로 쓴 예문을 "
        "desk.yaml의 그 부서 examples에 더해 주세요. 고객의 글을 옮겨 적지는 말아 주세요. "
        "긴급 여부가 자주 틀리는 말은 pins에 정해 두실 수 있습니다."
    ),
    "misread.pairs": "자주 틀린 분류",
    "misread.newest": "최근에 고친 문의",
    "misread.pair": "{was} → {right}",
    "misread.unknown": "기록 없음",
    "misread.case": "문의 번호 {case}",
    "misread.more": "이 밖에 {count}건이 더 있습니다.",
    "csv.half": "첫 답변(중간값, 분)",
    "csv.nine_in_ten": "첫 답변(90% 이내, 분)",
    "csv.acknowledged": "접수를 알리는 자동 답글",
}
