"""The Korean catalogue of how the brand's own posts do."""

PHRASES: dict[str, str] = {
    "performance.metrics": "♥ {likes} · 답글 {replies} · 재게시 {reposts} · 인용 {quotes}",
    "performance.impressions": "노출 {impressions}",
    "performance.after.hours": "{hours}시간 뒤",
    "performance.after.half_hours": "{hours}시간 30분 뒤",
    "performance.after.days": "{days}일 뒤",
    "performance.usual": "보통 수준",
    "performance.usual.times": "보통의 {times}배",
    "performance.usual.percent": "보통의 {percent}%",
    "performance.usual.hint": (
        "‘보통’은 글을 올리기 전 90일 동안 같은 종류의 글이 올린 지 같은 시간 뒤에 받은 반응"
        "(♥, 답글, 재게시, 인용)의 중앙값이에요."
    ),
    "performance.numbers": "반응",
    "performance.earlier": "이전에 센 반응",
    "performance.gone": "X에서 삭제되었거나 볼 수 없는 글이에요. {at}에 확인했어요.",
    "performance.digest.title": "올린 글의 반응",
    "performance.digest.best": "반응이 가장 많은 글",
    "performance.digest.weakest": "반응이 가장 적은 글",
    "performance.digest.by": "올리고 하루 뒤를 기준으로 합니다.",
    "performance.digest.by_people": "X에서 직접 올린 글",
    "performance.digest.all": "모두 보기",
    "performance.digest.unmeasured": "아직 반응을 세지 않은 글이 {count}건 있습니다.",
    "performance.mark.hour": "한 시간 뒤",
    "performance.mark.day": "하루 뒤",
    "performance.mark.week": "일주일 뒤",
    "performance.csv.at": "센 시각",
    "performance.csv.reactions": "반응 합계",
    "performance.csv.likes": "♥",
    "performance.csv.replies": "답글",
    "performance.csv.reposts": "재게시",
    "performance.csv.quotes": "인용",
    "performance.csv.impressions": "노출",
}
