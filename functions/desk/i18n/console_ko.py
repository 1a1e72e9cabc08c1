"""What Korean people read in the console."""

PHRASES = {
    "console.title": "운영 화면",
    "console.skip": "본문으로 건너뛰기",
    "console.queues": "받은 글",
    "console.problem": "잠시 문제가 있습니다",
    "console.back": "운영 화면으로 돌아가기",
    # Problems
    "console.problem.unreadable": "보내신 내용을 읽을 수 없습니다. 화면을 새로 고친 뒤 다시 보내 주세요.",
    "console.problem.busy": "저장소가 응답하지 않습니다. 입력하신 글은 남아 있으니 잠시 뒤 다시 시도해 주세요.",
    "console.problem.defect": "화면을 만드는 중에 문제가 생겼습니다. 다시 시도해 주세요.",
    "console.problem.no_page": "이 주소에는 화면이 없습니다.",
    "console.problem.forged": "이 요청은 이 화면에서 보낸 것이 아니어서 받지 않았습니다. 화면을 새로 고쳐 주세요.",
    "console.problem.not_allowed": "이 일을 할 권한이 없습니다.",
    "console.problem.no_item": "이 글은 없거나, 볼 수 있는 분이 아닙니다.",
    # Sign-in
    # Queues, search, to read
    # A case and its context
    "console.case.unread": "분류 대기",
    "console.case.choose": "왼쪽에서 글을 골라 주세요.",
    "console.case.conversation": "대화",
    "console.case.context": "문의 정보",
    "console.case.facts": "문의 정보",
    "console.case.parent": "답글을 단 글: {who}",
    "console.case.video": "X에서 재생",
    "console.case.folded": "앞선 글 {count}개 보기",
    "console.case.earlier": "더 앞선 글 {count}개 불러오기",
    "console.case.draft": "부서가 쓴 답변",
    "console.case.back": "문의로 돌아가기",
    # Actions on a case, sending, undo
    # Keys, settings, arrivals
    # Suggestions and saved replies
    "console.suggestions": "답변 제안",
    "console.suggestions.back": "문의 건으로 돌아가기",
    "console.replies": "자주 쓰는 답변",
    "console.replies.hint": (
        "{{이름}}, {{문의 번호}}, {{기한}}, {{부서}}는 문의 건에서 채워집니다. "
        "다른 자리는 사람이 채워야 게시할 수 있습니다."
    ),
    "console.replies.find": "자주 쓰는 답변 찾기",
    "console.replies.find.go": "찾기",
    "console.replies.none": "아직 자주 쓰는 답변이 없습니다.",
    "console.replies.none_fits": "이 문의에 맞는 답변이 없습니다. 찾기로 전체에서 찾아보세요.",
    "console.replies.not_found": "‘{words:|이/가}’ 들어 있는 답변이 없습니다.",
    "console.replies.more": "그 밖에 {count}개가 더 있습니다. 낱말로 좁혀 보세요.",
    "console.replies.all": "자주 쓰는 답변 관리",
    "console.replies.ended": "기간이 끝난 답변",
    "console.reply.new": "새 답변 만들기",
    "console.reply.edit": "답변 고치기",
    "console.reply.title": "제목",
    "console.reply.text": "답변",
    "console.reply.text.hint": (
        "{{이름}}, {{문의 번호}}, {{기한}}, {{부서}}는 저절로 채워집니다. {{지역}}처럼 다른 자리도 둘 수 있습니다."
    ),
    "console.reply.department": "어느 부서 문의에 맞나요?",
    "console.reply.any_department": "모든 부서",
    "console.reply.kind": "어떤 문의에 맞나요?",
    "console.reply.any_kind": "모든 분류",
    "console.reply.last_day": "언제까지 쓰나요?",
    "console.reply.last_day.hint": "비워 두면 계속 씁니다. 이날이 지나면 제안하지 않고, 목록에는 남습니다.",
    "console.reply.save": "저장",
    "console.reply.back": "저장하지 않고 돌아가기",
    "console.reply.delete": "이 답변 삭제",
    "console.reply.delete.hint": "다시 되돌릴 수 없습니다. 이미 보낸 답글은 그대로 있습니다.",
    "console.reply.delete.sure": "삭제합니다",
    "console.reply.until": "{day}까지",
    "console.reply.changed": "{by:이/가} {time}에 고침",
    "console.reply.seed": "처음 설정",
    "console.reply.title_missing": "제목을 적어 주세요.",
    "console.reply.bad_day": "날짜를 다시 골라 주세요.",
    "console.reply.stale": "화면이 오래되어 저장하지 않았습니다. 다시 저장해 주세요.",
    "console.reply.too_many": "답변이 {most}개를 넘습니다. 쓰지 않는 답변을 먼저 지워 주세요.",
    "console.reply.moved": (
        "그 사이 {by:이/가} 이 답변을 고쳤습니다. 지금은 이렇습니다: “{text}”. 다시 저장하면 이 화면의 글로 바뀝니다."
    ),
    "console.reply.gone": "이 답변은 이미 삭제되었습니다.",
    # Private messages, pictures, look-ups
    # Stop, held posts, posts in doubt
    # Practice
}
