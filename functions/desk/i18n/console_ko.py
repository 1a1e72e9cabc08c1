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
    # Private messages, pictures, look-ups
    # Stop, held posts, posts in doubt
    # Practice
}
