"""What Korean people read on the page on which they answer a case."""

PHRASES = {
    "answer.title": "{kind} {case}",
    # What the case is
    "answer.state": "상태",
    "answer.department": "부서",
    "answer.holder": "담당자",
    "answer.nobody": "미배정",
    "answer.due": "답변 기한",
    "answer.promised": "답변 약속",
    "answer.late": "(지났어요)",
    "answer.urgent": "긴급 문의라 밤과 휴일에도 답변이 필요해요.",
    "case.state.open": "답변 대기",
    "case.state.drafted": "운영자 검토 대기",
    "case.state.unsent": "다시 보내기 대기",
    "case.state.queued": "게시 대기",
    "case.state.promised": "답변 약속",
    "case.state.answered": "답변함",
    "case.state.no_reply": "답글 금지",
    "case.state.moved": "DM으로 안내",
    "case.state.closed": "종료",
    # What was written to us
    "answer.mentions": "고객 글",
    "answer.edited": "수정된 글",
    "answer.author_unknown": "이름 확인 중",
    "answer.no_words": "(글 없이 계정만 불렀어요)",
    "answer.parent": "답글을 단 글: {who}",
    "answer.parent.brand": "우리 계정({handle})",
    "answer.parent.same": "같은 작성자",
    "answer.parent.other": "다른 분",
    "answer.parent_gone": "답글을 단 글은 지워졌거나 비공개여서 볼 수 없어요.",
    "answer.renamed": "작성자가 계정 이름을 바꿨어요. 앞선 이름: {before}",
    "answer.cut": "너무 길어 여기까지만 실었어요. 전체 글은 X에서 볼 수 있어요.",
    "answer.no_mentions": "글이 지워졌거나 보관 기간이 지나 볼 수 없어요.",
    "answer.on_x": "X에서 보기",
    "case.media.photo": "사진 {number}",
    "case.media.video": "동영상 {number}",
    "case.media.animated_gif": "움직이는 사진 {number}",
    "case.media.other": "첨부물 {number}",
    "case.media.described": "{name}: {text}",
    "answer.why": "이렇게 분류했어요",
    "answer.earlier": "앞선 글 {count}개 보기",
    "answer.earlier_left_out": "더 앞선 글 {count}개는 여기에서 생략했어요. X에서 볼 수 있어요.",
    "answer.beside": "같은 분의 다른 문의 건이에요. 여기에서는 볼 수만 있어요.",
    "answer.beside_back": "보던 문의 건으로 돌아가기",
    "answer.presence.typing": "{by:이/가} 작성 중",
    "answer.presence.opened": "{by:이/가} 보는 중",
    "answer.presence.unnamed": "{department} 담당자",
    # What happened so far
    "answer.history": "처리 이력",
    "answer.earlier_events": "이력 {count}건은 여기에서 생략했어요.",
    "case.by.person": "{name} 님",
    "case.by.desk": "시스템",
    "case.event.opened": "문의가 들어왔어요.",
    "case.event.asked_again": "작성자가 다시 문의했어요. 이때부터 답변을 다시 기다려요.",
    "case.event.taken": "{by:이/가} 담당자가 되었어요.",
    "case.event.drafted": "{by:이/가} 답변을 써서 운영자에게 보냈어요.",
    "case.event.queued": "{by:이/가} 답글을 보냈어요. X에 올라가기를 기다려요.",
    "case.event.answered": "답변이 X에 올라갔어요.",
    "case.event.assignee": " 담당자: {by}",
    "case.event.promised": "답변 약속이 X에 올라갔어요. 답변은 아직 남아 있어요.",
    "case.event.answered_by_hand": "X에서 직접 답변했어요.",
    "case.event.promised_by_hand": "X에서 직접 답변을 약속했어요. 답변은 아직 남아 있어요.",
    "case.event.not_said": "답글이 X에 올라가지 않았어요.",
    "case.event.undone": "{by:이/가} 게시 전에 답글을 취소했어요. 쓴 글은 남아 있어요.",
    "case.event.noted": "{by:이/가} 메모를 남겼어요.",
    "case.event.assigned": "{by:이/가} 담당자를 지정했어요: {assignee}.",
    "case.event.labelled": "{by:이/가} 라벨을 바꿨어요: {labels}.",
    "case.labels.none": "없음",
    "case.event.snoozed": "{by:이/가} 나중으로 미뤘어요: {until}까지.",
    "case.event.woken": "{by:이/가} 나중에 볼 문의를 다시 꺼냈어요.",
    "case.event.woken_by_itself": "미뤄 둔 때가 되었어요.",
    "case.event.returned": "{by:이/가} 답변 초안을 {department:으로/로} 돌려보냈어요.",
    "case.event.reminded_by_person": "{by:이/가} {department}에 다시 알렸어요.",
    "case.event.reopened": "{by:이/가} 다시 열었어요. 이때부터 답변을 다시 기다려요.",
    "case.event.taking_down": "{by:이/가} X에 올라간 답글의 삭제를 요청했어요.",
    "case.event.taken_down": "답글이 X에서 삭제되었어요.",
    "case.event.not_taken_down": "답글을 X에서 삭제하지 못했어요.",
    "case.event.handed": "{by:이/가} {department:으로/로} 넘겼어요.",
    "case.event.taken_back": "{by:이/가} 넘긴 것을 취소해 {department:으로/로} 되돌렸어요.",
    "case.event.restored": "{by:이/가} 바로 앞의 처리를 취소했어요.",
    "case.event.misread": "{by:이/가} 분류를 '{kind}'{kind:|으로/로} 고쳐 {department:으로/로} 넘겼어요.",
    "case.event.misread_closed": "{by:이/가} 분류를 '{kind}'{kind:|으로/로} 고치고 답변 없이 종료했어요.",
    "case.event.raised": "{by:이/가} 긴급으로 바꿨어요.",
    "case.event.lowered": "{by:이/가} 긴급을 해제했어요.",
    "case.event.cleared": "{by:이/가} 안전 확인을 마쳤습니다.",
    "case.event.unseen": "아무도 열어 보지 않아 운영자에게 알렸어요.",
    "case.event.moved": "DM으로 안내하는 답글이 X에 올라갔어요.",
    "case.event.wrote_privately": "작성자가 DM을 보냈어요.",
    "case.event.unmasked": "{by:이/가} 가려진 번호를 봤어요.",
    "case.event.acknowledged": "접수를 알리는 자동 답글을 보냈어요.",
    "case.event.reminded": "기한이 다가와 다시 알렸어요: {department}.",
    "case.event.due": "기한이 되어 다시 알렸어요: {department}.",
    "case.event.escalated": "기한이 지나 운영자에게 알렸어요.",
    "case.event.called": "당직자에게 알렸어요.",
    "case.event.closed": "{by:이/가} 종료했어요.",
    # How it stands
    "answer.stand": "지금 할 일",
    "answer.stand.drafted_by": "{by:이/가} 쓴 답변({time})이 운영자의 검토를 기다리고 있어요.",
    "answer.stand.returned": "운영자가 이 답변을 돌려보냈어요. 의견을 보고 고쳐서 다시 보내 주세요.",
    "answer.stand.draft_here": "{by:이/가} 쓴 답변({time})이 아래에 있어요. 검토하시고 보내 주세요.",
    "answer.stand.queued": "답글이 X에 올라가기를 기다리고 있어요. 결과가 나올 때까지 하실 일은 없어요.",
    "answer.stand.answered": "답변이 X에 올라갔어요. 더 하실 일은 없어요.",
    "answer.stand.moved": ("DM으로 안내하는 답글이 X에 올라갔어요. DM 대화가 끝나면 아래에서 종료해 주세요."),
    "answer.stand.closed": "종료된 문의 건이에요. 작성자가 다시 문의하면 새로 알려 드려요.",
    "answer.elsewhere": "이 문의 건은 이제 {department:이/가} 담당해요. 여기에서는 볼 수만 있어요.",
    "answer.take": "제가 맡을게요",
    "answer.name": "이름 (처리 이력에 남아요)",
    "answer.signed_in": "{by} 님으로 로그인했어요. 이 이름이 처리 이력에 남아요.",
    # The answer
    "answer.no_reply": "답글을 달지 마세요",
    "answer.write": "답변 쓰기",
    "answer.write_again": "한 번 더 답변하기",
    "answer.text": "X에 올릴 답글",
    "answer.left": "한글 {left}자 남음",
    "answer.excess": "한글 {excess}자 넘침",
    "answer.over": "글 두 개로 나누어도 넘쳐요. 줄여 주세요.",
    "answer.two": "글 2개로 나뉘어요. 문장이 끝나는 곳에서 나누어 올려요.",
    "answer.signature": "글 끝에 자동으로 붙는 서명:",
    "answer.limit": (
        "한글로 {most}자까지 쓸 수 있어요. 영문과 숫자는 두 자를 한글 한 자로, 링크는 한글 12자로 쳐요. 조금 "
        "넘으면 문장이 끝나는 곳에서 글 두 개로 나눠요."
    ),
    "answer.holding_legend": "답변에 시간이 더 필요하면",
    "answer.holding": "답변 약속",
    "answer.holding_hint": "표시하면 이 글이 올라간 뒤에도 문의 건이 답변 대기로 남아요.",
    "answer.promised_until": "언제까지",
    "answer.again": "이미 답변했지만 한 번 더 답변하기",
    "answer.to_x": "올라갈 모습을 다음 화면에서 확인하고 보내요.",
    "answer.to_operator": "운영자가 검토한 뒤 X에 올려요.",
    "answer.send_to_x": "올라갈 모습 보기",
    "answer.send_to_operator": "운영자에게 보내기",
    "answer.not_here": "이 문의 건에는 여기에서 답변을 쓸 수 없어요. 운영자에게 알려 주세요.",
    "answer.confirm.title": "이대로 보낼까요?",
    "answer.confirm.text": "아래 글이 {handle} 계정의 답글로 X에 올라가요. 누구나 볼 수 있어요.",
    "answer.confirm.parts": (
        "글 하나에 다 들어가지 않아 글 두 개로 나누었어요. 첫째 글이 올라가면 둘째 글이 그 아래에 바로 이어져요."
    ),
    "answer.confirm.part": "글 {number}, {usd}달러",
    "answer.confirm.button": "비공개 메시지 보내기",
    "answer.confirm.private": (
        "글 아래에 우리 계정으로 DM을 보내는 버튼이 붙어요. "
        "DM 대화는 이 화면에 보이지 않으니, 끝나면 여기에서 종료해 주세요."
    ),
    "answer.confirm.cost": "X 이용료(예상): {usd}달러",
    "answer.confirm.holding": "답변 약속: {until}까지. 올라간 뒤에도 문의 건은 답변 대기로 남아요.",
    "answer.confirm.again": "이미 답변한 글에 한 번 더 답변해요.",
    "answer.confirm.send": "보내기",
    "answer.confirm.edit": "고치기",
    "answer.to_field": "고칠 곳으로 가기",
    "answer.to_form": "답변 쓰기로 가기",
    "answer.unsent": "쓰시던 글 (보내지 않음)",
    "answer.write_again_do": "한 번 더 답변 쓰기",
    # Inviting to a DM
    "answer.into_private": "DM으로 안내",
    "answer.into_private.hint": (
        "개인정보가 필요한 문의이면 DM으로 이어 가요. 답글 아래에 메시지를 보내는 버튼이 붙어요."
    ),
    "answer.into_private.danger": "사람의 안전에 관한 글일 수 있어 정해진 문장을 넣어 두지 않았습니다.",
    "answer.into_private.text": (
        "안녕하세요. 자세히 확인해 드리겠습니다. 개인정보는 여기에 적지 마시고, 아래 버튼을 눌러 DM으로 알려 주세요."
    ),
    # Instead of an answer
    "answer.otherwise": "답변 대신",
    "answer.otherwise_no_reply": "문의 끝내기",
    "answer.more": "더 보기",
    "answer.choose": "골라 주세요",
    "answer.hand": "부서에 넘기기",
    "answer.hand_to": "넘길 부서",
    "answer.note": "메모 (안 쓰셔도 돼요)",
    "answer.fact_check": "사실 확인 요청하기",
    "answer.fact_check_hint": "사실인지 먼저 확인해야 하는 글이면 사실 확인을 담당하는 부서에 넘겨요.",
    "answer.fact_check_note": "확인할 내용 (안 쓰셔도 돼요)",
    "answer.close": "답변 없이 종료",
    "answer.close_hint": "답변하지 않고 종료해요. 이유는 기록에 남고 X에는 올라가지 않아요.",
    "answer.close_reason": "답변이 필요 없는 이유",
    "answer.close_do": "답변 없이 종료",
    "answer.finish": "종료",
    "answer.finish_hint": "어떻게 끝났는지는 기록에 남고 X에는 올라가지 않아요.",
    "answer.finish_reason": "어떻게 끝났는지",
    "answer.finish_do": "종료",
    "answer.raise": "긴급으로 바꾸기",
    "answer.raise_hint": (
        "답변 기한이 문의를 받은 때부터 다시 계산되고, 밤과 휴일에도 흘러요. 당직자가 있으면 당직자에게도 알려요. "
        "직접 맡으시려면 바꾼 뒤에 [제가 맡을게요]를 눌러 주세요."
    ),
    "answer.raise_do": "긴급으로 바꾸기",
    "answer.raise_check": "위험으로 바꾸기",
    "answer.clear": "안전 확인 마치기",
    "answer.check_hint": (
        "위험으로 바꾸면 긴급이 되고 당직자에게도 알립니다. 안전 확인을 마치면 다른 문의처럼 처리합니다."
    ),
    "answer.lower": "긴급 해제하기",
    "answer.lower_hint": (
        "답변 기한이 문의를 받은 때부터 다시 계산되고, 근무 시간에만 흘러요. 당직자에게는 더 알리지 않아요."
    ),
    "answer.lower_do": "긴급 해제하기",
    "answer.misread": "분류 고치기",
    "answer.misread_hint": (
        "맞는 분류와 부서를 고르면 그 부서에 넘겨요. 답변이 필요 없는 분류(의견, 인사\u2060·\u2060수다, "
        "광고\u2060·\u2060무관)를 고르면 종료돼요."
    ),
    "answer.misread_kind": "맞는 분류",
    "answer.misread_department": "맞는 부서",
    "answer.misread_do": "분류 고치기",
    # What is masked
    "answer.unmask": "가려진 번호 보기",
    "answer.unmask.hint": "글에 가려진 번호가 있어요. 누가 보았는지 기록에 남아요.",
    "answer.unmasked": "가려진 번호를 이 화면에서만 보여 드려요. 보신 분의 이름이 기록에 남았어요.",
    "answer.private": (
        "이 화면은 회사 안에서만 봐 주세요. 링크를 가진 사람은 누구나 답변할 수 있으니 밖으로 전달하지 말아 주세요."
    ),
    # What a form led to
    "answer.done.taken": "맡으신 것으로 표시했어요. 다른 분들에게도 보여요.",
    "answer.done.drafted": "답변을 운영자에게 보냈어요. 운영자가 검토한 뒤 X에 올려요.",
    "answer.done.queued": "답글을 보냈어요. 곧 X에 올라가요.",
    "answer.done.unsure": "답글을 저장했지만 보내졌는지는 아직 알 수 없어요. 몇 분 뒤에 이 화면에서 확인해 주세요.",
    "answer.done.handed": "다른 부서에 넘겼어요.",
    "answer.done.taken_back": "넘긴 것을 취소했어요. 그 부서에는 이미 알림이 갔으니, 필요하면 따로 전해 주세요.",
    "answer.done.taken_back_not_notified": (
        "넘긴 것을 취소했어요. 그 부서에는 알림이 가지 않았고, 앞으로도 가지 않아요."
    ),
    "answer.done.restored": "취소했어요. 문의가 그 전과 같아요.",
    "answer.done.fact_check": "사실 확인을 요청했어요.",
    "answer.done.misread": "분류를 고쳤어요.",
    "answer.done.misread_closed": "분류를 고치고 답변 없이 종료했어요.",
    "answer.done.raised": "긴급으로 바꿨어요. 답변 기한을 확인해 주세요.",
    "answer.done.lowered": "긴급을 해제했어요. 답변 기한을 확인해 주세요.",
    "answer.done.cleared": "안전 확인을 마쳤습니다. 이제 다른 문의처럼 처리합니다.",
    "answer.done.closed": "종료했어요.",
    "answer.done.noted": "메모를 남겼어요.",
    "answer.done.assigned": "담당자를 지정했어요.",
    "answer.done.labelled": "라벨을 바꿨어요.",
    "answer.done.snoozed": "나중에 볼 글로 옮겼어요. 답변 기한은 그대로예요.",
    "answer.done.woken": "다시 꺼냈어요.",
    "answer.done.returned": "부서에 의견과 함께 돌려보냈어요.",
    "answer.done.reminded_by_person": "부서에 다시 알렸어요.",
    "answer.done.reopened": "다시 열었어요. 답변 기한을 확인해 주세요.",
    "answer.done.undone": "게시를 취소했어요. 쓰신 글은 그대로 있어요.",
    "answer.done.taking_down": "X에서 답글을 삭제하고 있어요. 결과는 처리 이력에 남아요.",
    "answer.done.not_notified": (
        "저장했지만 알림 메일이 아직 나가지 못했어요. 곧 다시 보내니, 급하면 직접 알려 주세요."
    ),
    # Why an answer can't be sent
    "answer.refusal.closed": "종료된 문의 건이라 답변할 수 없습니다. 작성자가 다시 문의하면 새로 알려 드립니다.",
    "answer.refusal.underway": "다른 답글이 X에 올라가는 중입니다. 결과를 보고 나서 보내 주세요.",
    "answer.refusal.not_of_this_case": "이 문의 건의 글이 아니어서 여기에서 답변할 수 없습니다.",
    "answer.refusal.not_summoned": (
        "우리 계정을 부르지 않은 글에는 이 화면에서 답글을 달 수 없습니다(X의 규칙입니다). "
        "답변하시려면 X에서 직접 해 주세요."
    ),
    "answer.refusal.answered_already": (
        "이미 답변한 글입니다. 그래도 답변하시려면 아래 '한 번 더 답변하기'에 표시해 주세요."
    ),
    "answer.refusal.paused": (
        "X 게시 중지 중이라 지금은 보낼 수 없습니다. 쓰신 글은 아래에 그대로 있으니, 게시가 재개되면 다시 보내 주세요."
    ),
    "answer.refusal.gone": (
        "답변할 글이 지워졌거나 보관 기간이 지나 볼 수 없습니다. 더 하실 일이 없으면 [답변 없이 종료]로 끝내 주세요."
    ),
    # Why nothing was done
    "answer.moved": "그사이 바뀐 것이 있어 처리하지 않았어요: {what} 확인하고 다시 눌러 주세요.",
    "answer.moved.mention": "작성자가 글을 더 썼어요.",
    "answer.problem.stale": "화면이 오래되어 처리하지 않았습니다. 지금 상태를 확인하고 다시 눌러 주세요.",
    "answer.problem.danger_alone": "사람의 안전에 관한 글일 수 있어 그대로 두었습니다. 열어서 따로 처리해 주세요.",
    "answer.problem.take_back_changed": "그사이 문의 건이 바뀌어 취소할 수 없습니다. 필요하면 다시 처리해 주세요.",
    "answer.problem.remind_elsewhere": "부서의 답변을 기다리는 문의 건이 아니어서 다시 알릴 수 없습니다.",
    "answer.problem.remind_gone": "글이 지워진 문의 건이라 다시 알릴 수 없습니다.",
    "answer.problem.remind_again": (
        "{by} 님이 {minutes}분 전에 다시 알렸습니다. 문의 건 하나는 한 시간에 한 번만 다시 알립니다."
    ),
    "answer.problem.take_back_lost": (
        "초안이 있었거나 시범 운영 중이던 문의는 처리를 취소할 수 없습니다. 필요하면 다시 처리해 주세요."
    ),
    "answer.problem.not_now": "지금 상태에서는 할 수 없는 일입니다.",
    "answer.problem.busy": "지금은 저장하지 못했습니다. 잠시 뒤에 다시 눌러 주세요.",
    # What is to be mended
    "answer.problem.name": "이름을 적어 주세요.",
    "answer.problem.text": "답글을 써 주세요.",
    "answer.problem.too_long": "{count}자라서 {most}자를 넘습니다. 줄여 주세요.",
    "answer.problem.post_too_long": "한글 {excess}자가 넘칩니다. 줄여 주세요.",
    "answer.problem.too_long_uncut": (
        "한글 {excess}자가 넘치고, 문장이 끝나는 곳에서 글 두 개로 나눌 수도 없습니다. 줄여 주세요."
    ),
    "answer.problem.bad_encoding": (
        "깨진 글자(U+FFFD)가 들어 있습니다. UTF-8이 아닌 인코딩으로 바뀐 글자이니 다시 입력해 주세요."
    ),
    "answer.problem.forbidden_characters": "눈에 보이지 않는 문자({characters})가 들어 있습니다. 지워 주세요.",
    "answer.problem.too_many_cashtags": "$로 시작하는 종목 표시가 {count}개입니다. X는 하나만 받습니다.",
    "answer.problem.same_text": "하루 안에 같은 글을 이미 보냈습니다. 문구를 바꿔 주세요.",
    "answer.problem.not_accepted": "이 글은 X에 올릴 수 없습니다. 내용을 고쳐 주세요.",
    "answer.problem.unfilled": "아직 채우지 않은 자리가 있습니다: {places}. 내용을 넣거나 지운 뒤 보내 주세요.",
    "answer.problem.private": "{kinds:이/가} 들어 있어 보낼 수 없습니다. X에서는 누구나 볼 수 있으니 빼 주세요.",
    "answer.problem.pictures": "사진은 {most}장까지 올릴 수 있습니다.",
    "answer.problem.pictures_private": (
        "DM으로 안내하는 답글에는 사진을 붙일 수 없습니다. 사진을 빼거나 DM 안내를 해제해 주세요."
    ),
    "answer.problem.pictures_draft": "초안에는 사진을 붙일 수 없습니다. 사진을 빼고 다시 보내 주세요.",
    "answer.problem.picture_refused": "쓸 수 없는 사진이 있습니다. 빼고 다시 보내 주세요.",
    "answer.problem.picture_waiting": "사진을 아직 준비하고 있습니다. 잠시 뒤에 다시 보내 주세요.",
    "answer.problem.alt": "사진 설명은 {most}자까지 쓸 수 있습니다.",
    "answer.problem.until": "언제까지 답변하실지 적어 주세요.",
    "answer.problem.until_past": "이미 지난 시각입니다. 앞으로의 시각을 적어 주세요.",
    "answer.problem.until_far": "너무 먼 시각입니다. {days}일 안의 시각을 적어 주세요.",
    "answer.problem.promise_undecided": "‘{words}’ 약속이 있습니다. 답변 약속을 켜거나 끄고 다시 보내 주세요.",
    "answer.problem.department": "넘길 부서를 골라 주세요. 지금 담당하는 부서에는 넘길 수 없습니다.",
    "answer.problem.kind": "맞는 분류를 골라 주세요.",
    "answer.problem.reason": "답변이 필요 없는 이유를 적어 주세요.",
    "answer.problem.end": "어떻게 끝났는지 적어 주세요.",
    "answer.problem.same": "지금과 같은 분류와 부서입니다. 맞는 것을 골라 주세요.",
    "answer.problem.note": "메모를 적어 주세요.",
    "answer.problem.comment": "무엇을 고치면 되는지 적어 주세요.",
    "answer.problem.holder": "담당자 이름을 적어 주세요.",
    "answer.problem.same_holder": "이미 담당자입니다.",
    "answer.problem.labels": "고를 수 없는 라벨이 있습니다. 새로고침하고 다시 골라 주세요.",
    "answer.problem.same_labels": "라벨이 그대로입니다.",
    "answer.problem.sure": "삭제하려면 확인란을 눌러 주세요.",
    "answer.problem.snooze": "언제 다시 볼지 골라 주세요.",
    "answer.problem.snooze_past": "이미 지난 시각입니다. 앞으로의 시각을 골라 주세요.",
    "answer.problem.snooze_urgent": "긴급하거나 기한이 지났거나 사람의 안전에 관한 문의는 나중으로 미룰 수 없습니다.",
    "private_number.phone": "전화번호",
    "private_number.resident": "주민등록번호",
    "private_number.card": "카드 번호",
    "private_number.account": "계좌 번호",
    "private_number.order": "주문 번호",
    # Instead of the page
    "answer.not_yours.title": "이 문의를 열 권한이 없어요",
    "answer.not_yours.text": "로그인한 계정이 이 부서에 속해 있지 않아요. 운영자에게 권한을 요청해 주세요.",
    "answer.unsent.title": "아직 보내지 않았어요",
    "answer.unsent.text": "로그인이 끝났어요. 새 탭에서 로그인한 뒤 다시 보내 주세요. 쓰신 글은 그대로 있어요.",
    "answer.unsent.written": "쓰신 글",
    "answer.unsent.sign_in": "새 탭에서 로그인",
    "answer.unsent.send": "다시 보내기",
    "answer.closed_link.title": "열 수 없는 링크예요",
    "answer.closed_link.text": (
        "문의 건이 다른 부서로 넘어갔거나, 링크의 기간(45일)이 지났거나, 주소가 잘못되었어요. "
        "필요하시면 운영자에게 새 링크를 부탁해 주세요."
    ),
    "answer.unavailable.title": "지금은 열 수 없어요",
    "answer.unavailable.text": "잠시 뒤에 같은 링크를 다시 열어 주세요. 문의 건은 그대로 있어요.",
    "answer.unreadable.title": "받지 못했어요",
    "answer.unreadable.text": (
        "보내신 내용이 너무 길거나 읽을 수 없어 아무것도 처리하지 않았어요. "
        "뒤로 가서 내용을 줄이거나, 링크를 다시 열어 주세요."
    ),
    "answer.handed.title": "다른 부서에 넘겼어요",
    "answer.handed.text": (
        "그 부서에 새 링크를 메일로 알렸어요. 이 링크로는 더 볼 수 없으니 창을 닫으셔도 돼요. 고마워요."
    ),
    "answer.handed_not_notified.title": "다른 부서에 넘겼지만 메일이 아직 나가지 못했어요",
    "answer.handed_not_notified.text": (
        "문의 건은 넘어갔지만 그 부서는 아직 몰라요. 메일을 곧 다시 보내니, 급하면 직접 알려 주세요. "
        "이 링크로는 더 볼 수 없어요."
    ),
}
