"""What Korean people read in the composer, in the calendar, and about pictures and feeds."""

PHRASES = {
    "console.section.write": "쓰기",
    "console.section.calendar": "일정",
    # The calendar
    "console.stop.calendar": "일정에서 시각 바꾸기",
    "console.calendar.title": "일정",
    "console.calendar.days": "기간",
    "console.calendar.today": "오늘",
    "console.calendar.day": "하루",
    "console.calendar.week": "한 주",
    "console.calendar.before.day": "전날",
    "console.calendar.after.day": "다음 날",
    "console.calendar.before.week": "이전 주",
    "console.calendar.after.week": "다음 주",
    "console.calendar.go": "이동",
    "console.calendar.date": "날짜",
    "console.calendar.of_week": "{first}~{last}",
    "console.calendar.holiday": "휴일",
    "console.calendar.empty": "글이 없습니다.",
    "console.calendar.keys": "j, k 글 고르기 · m 시각 바꾸기 · ←, → 앞뒤로 · t 오늘",
    "console.calendar.awaiting": "승인을 기다리는 글",
    "console.calendar.returned": "승인되지 않은 내 글",
    "console.calendar.returned_by": "{by:이/가} 승인하지 않았습니다",
    "console.calendar.to_decide": "보류되었거나 게시 여부를 확인해야 할 글이 {count}건 있습니다.",
    "console.calendar.planned_for": "예정 시각 {at}",
    "console.calendar.written_by": "작성",
    "console.calendar.approved_by": "승인",
    "console.calendar.price": "비용 ${usd}",
    "console.calendar.pictures": "사진 {count}장",
    "console.calendar.on_x": "X에서 보기",
    "console.calendar.overdue": "예정 시각이 지났습니다. 지금 올리거나 새 시각을 정해 주세요.",
    "console.calendar.until": "이때까지 승인하지 않으면 올라가지 않습니다:",
    "console.calendar.needs_another": "다른 분이 승인해야 합니다.",
    "console.calendar.approve": "승인",
    "console.calendar.approve_now": "승인하고 지금 올리기",
    "console.calendar.approve_at": "시각을 바꿔 승인",
    "console.calendar.refuse": "승인하지 않기",
    "console.calendar.why": "승인하지 않는 이유",
    "console.calendar.why.hint": "글을 쓴 분이 봅니다.",
    "console.calendar.move": "시각 바꾸기",
    "console.calendar.new_time": "올릴 날짜와 시각",
    "console.calendar.rewrite": "취소하고 고쳐 쓰기",
    "console.calendar.write_again": "고쳐 쓰기",
    "console.calendar.drop": "올리지 않기",
    "console.calendar.release": "지금 올리기",
    "console.calendar.done.move": "시각을 바꿨습니다. 새 예정 시각은 {at}입니다.",
    "console.calendar.done.approve": "승인했습니다. {at}에 올라갑니다.",
    "console.calendar.done.approve.now": "승인했습니다. 곧 X에 올라갑니다.",
    "console.calendar.done.refuse": "승인하지 않았습니다. 글을 쓴 분이 일정에서 이유를 봅니다.",
    "console.calendar.done.drop": "올리지 않기로 했습니다.",
    "console.calendar.done.release": "올리기로 했습니다. 곧 X에 올라갑니다.",
    "console.calendar.see": "그 글 보기",
    "console.calendar.own_post": "직접 쓴 글은 승인할 수 없습니다. 다른 분이 승인해야 합니다.",
    "console.calendar.time_passed": "예정 시각이 지났습니다. 지금 올리거나 새 시각을 정해 주세요.",
    "console.calendar.changed": "그사이 바뀌어 그대로 두었습니다. 지금은 ‘{state}’, 예정 시각은 {at}입니다.",
    "console.calendar.changed_by": (
        "{by:이/가} 먼저 바꿔 그대로 두었습니다. 지금은 ‘{state}’, 예정 시각은 {at}입니다."
    ),
    "console.calendar.no_reason": "이유를 적어 주세요. 글을 쓴 분이 고치는 데 필요합니다.",
    "console.calendar.problem.moment_unreadable": "올릴 날짜와 시각을 정해 주세요.",
    "console.calendar.problem.moment_skipped": "그 시각은 시계를 앞당기는 동안이라 없습니다. 다른 시각을 골라 주세요.",
    "console.calendar.problem.moment_ambiguous": (
        "그 시각은 시계를 늦추는 동안 두 번 나옵니다. 다른 시각을 골라 주세요."
    ),
    "console.calendar.problem.time_in_the_past": "이미 지난 시각입니다. 앞으로의 시각을 골라 주세요.",
    "console.calendar.problem.time_too_far": "{days}일 안의 시각을 골라 주세요.",
    "console.calendar.problem.same_text": "그 시각 앞뒤 하루 안에 같은 글이 이미 있습니다. 다른 날을 골라 주세요.",
    # The composer
    "console.write.title": "쓰기",
    "console.write.text": "올릴 글",
    "console.write.kind": "글의 종류",
    "console.write.operators_only": "글은 운영자만 쓸 수 있습니다.",
    "console.write.restored": "쓰시던 글을 다시 열었습니다.",
    "console.write.no_draft": "이 초안은 이미 올렸거나 버렸습니다.",
    "console.write.undone": "취소했습니다. 글은 그대로 있으니 고쳐서 다시 보내실 수 있습니다.",
    "console.write.too_late": "이미 X로 보내고 있어 취소하지 못했습니다.",
    "console.write.over": "X에 올릴 수 있는 길이를 넘습니다. 줄여 주세요.",
    "console.write.price": "게시 비용 ${usd}",
    "console.write.price.link": "게시 비용 ${usd} (링크가 있어 비쌉니다)",
    "console.write.preview": "X에서 보이는 모습",
    "console.write.preview.empty": "글을 쓰시면 여기에 보입니다.",
    "console.write.picture": "사진 {number}",
    "console.write.pictures": "사진 {count}장",
    "console.write.starts": "예문으로 시작하기",
    "console.write.starts.hint": "중괄호 자리를 채워야 보낼 수 있습니다.",
    "console.write.start.service": "서비스 소개",
    "console.write.start.service.text": (
        "{{서비스}} 서비스를 시작합니다. {{내용}}. 자세한 내용은 {{안내}}에서 보실 수 있습니다."
    ),
    "console.write.start.maintenance": "점검 예고",
    "console.write.start.maintenance.text": (
        "{{날짜}} {{시각}}부터 시스템 점검이 있습니다. 그동안 {{서비스}} 이용이 어렵습니다. 미리 양해 부탁드립니다."
    ),
    "console.write.start.correction": "사실과 다른 내용",
    "console.write.start.correction.text": "{{내용}}은 사실이 아닙니다. 확인된 사실을 알려 드립니다: {{사실}}",
    "console.write.start.thanks": "응원에 감사",
    "console.write.start.thanks.text": (
        "{{일}}에 보내 주신 응원에 감사드립니다. 더 편하게 쓰실 수 있도록 노력하겠습니다."
    ),
    "console.write.start.began": "장애 발생",
    "console.write.start.began.text": (
        "지금 {{지역}}에서 {{서비스}} 이용이 원활하지 않습니다. 원인을 확인하고 있으며 {{시각}}까지 다시 "
        "알려 드리겠습니다. 불편을 드려 죄송합니다."
    ),
    "console.write.start.going_on": "복구 중",
    "console.write.start.going_on.text": (
        "{{지역}} {{서비스}} 장애의 원인을 찾아 복구하고 있습니다. {{시각}}까지 다시 알려 드리겠습니다. "
        "불편을 드려 죄송합니다."
    ),
    "console.write.start.resolved": "복구됨",
    "console.write.start.resolved.text": (
        "{{지역}} {{서비스}} 장애가 {{시각}}에 복구되었습니다. 불편을 드려 죄송합니다. 계속 이용이 "
        "어려우시면 멘션으로 알려 주세요."
    ),
    "console.write.article": "제목과 링크로 쓰기",
    "console.write.article.title": "제목",
    "console.write.article.url": "링크",
    "console.write.article.hashtags": "해시태그",
    "console.write.article.hint": "제목이 길면 X에 맞게 줄여서 글에 넣습니다. 해시태그는 띄어 써 주세요.",
    "console.write.article.add": "글에 넣기",
    "console.write.when": "언제 올릴까요?",
    "console.write.when.now": "지금",
    "console.write.when.today": "오늘 저녁 · {at}",
    "console.write.when.tomorrow": "내일 아침 · {at}",
    "console.write.when.working_day": "다음 근무일 아침 · {at}",
    "console.write.when.other": "직접 정하기",
    "console.write.when.at": "올릴 날짜와 시각",
    "console.write.send": "올리기",
    "console.write.plan": "예약하기",
    "console.write.undo": "취소",
    "console.write.see_post": "그 글 보기",
    "console.write.to_calendar": "일정 보기",
    "console.write.drafts": "새 소식 초안",
    "console.write.draft.write": "쓰기",
    "console.write.draft.remove": "버리기",
    "console.write.draft.guessed": "문자 인코딩을 추정해서 읽었습니다. 글자가 깨진 곳이 없는지 살펴봐 주세요.",
    "console.write.done.undo": "{seconds}초 뒤에 올라갑니다.",
    "console.write.done.scheduled": "예약했습니다. {at}에 올라갑니다.",
    "console.write.done.published": "X에 올라갔습니다.",
    "console.write.done.awaiting_approval": "다른 운영자가 승인하면 올라갑니다.",
    "console.write.done.queued": "X에 올리는 중입니다.",
    "console.write.note.paused": (
        "지금은 게시가 중지되어 있습니다. 보내시면 보류되고, 게시를 재개한 뒤 직접 올려야 합니다."
    ),
    "console.write.note.paused_later": "지금은 게시가 중지되어 있습니다. 그 시각까지 재개하지 않으면 보류됩니다.",
    "console.write.note.approval": "이 종류의 글은 다른 운영자가 승인해야 올라갑니다.",
    "console.write.note.trial": "시범 운영 중이지만 여기서 쓰신 글은 X에 올라갑니다.",
    "console.write.note.past": "이미 지난 시각입니다.",
    "console.write.note.closed": "근무 시간이 아닐 때 올라갑니다. 문의가 와도 답할 사람이 없을 수 있습니다.",
    "console.write.note.places": "아직 채우지 않은 자리가 있습니다: {places}",
    "console.write.note.no_alt": "설명이 없는 사진이 {count}장 있습니다. 화면을 볼 수 없는 분을 위해 적어 주세요.",
    "console.write.problem.kind": "글의 종류를 골라 주세요.",
    "console.write.problem.pictures": "사진은 {most}장까지 올릴 수 있습니다.",
    "console.write.problem.picture_refused": "쓸 수 없는 사진이 있습니다. 빼고 다시 보내 주세요.",
    "console.write.problem.picture_waiting": "사진을 아직 준비하고 있습니다. 잠시 뒤에 다시 보내 주세요.",
    "console.write.problem.alt": "사진 설명은 {most}자까지 쓸 수 있습니다.",
    "console.write.problem.already_sent": (
        "이 화면에서 이미 다른 글을 보냈습니다. 한 번 더 누르면 지금 글을 새 글로 보냅니다."
    ),
    "console.write.problem.draft_sent": "이 초안은 이미 글로 보냈습니다. 한 번 더 누르면 지금 글을 따로 보냅니다.",
    "console.write.problem.was_cancelled": "이 화면에서 보낸 글은 취소되었습니다. 한 번 더 누르면 새 글로 보냅니다.",
    "console.write.problem.text_empty": "올릴 글을 써 주세요.",
    "console.write.problem.text_too_long": (
        "글이 깁니다. X가 세는 길이로 {count}이며 {limit}까지 올릴 수 있습니다. 줄여 주세요."
    ),
    "console.write.problem.bad_encoding": "읽을 수 없는 문자가 들어 있습니다. 지우고 다시 입력해 주세요.",
    "console.write.problem.forbidden_characters": "눈에 보이지 않는 문자({characters})가 들어 있습니다. 지워 주세요.",
    "console.write.problem.too_many_cashtags": "$로 시작하는 종목 표시가 {count}개입니다. X는 하나만 받습니다.",
    "console.write.problem.bad_link": "링크로 쓸 수 없는 주소입니다. https://로 시작하는 공개된 주소를 넣어 주세요.",
    "console.write.problem.bad_hashtag": (
        "‘{hashtag}’{hashtag:|은/는} 해시태그가 될 수 없습니다. 글자, 숫자, _만 써 주세요."
    ),
    "console.write.problem.title_does_not_fit": (
        "해시태그와 링크만으로 가득 차서 제목을 넣을 수 없습니다. 해시태그를 줄여 주세요."
    ),
    "console.write.problem.moment_unreadable": "올릴 날짜와 시각을 정해 주세요.",
    "console.write.problem.moment_skipped": "그 시각은 시계를 앞당기는 동안이라 없습니다. 다른 시각을 골라 주세요.",
    "console.write.problem.moment_ambiguous": (
        "그 시각은 시계를 늦추는 동안이라 두 번 있습니다. 다른 시각을 골라 주세요."
    ),
    "console.write.problem.time_in_the_past": "이미 지난 시각입니다. 앞으로의 시각을 골라 주세요.",
    "console.write.problem.time_too_far": "{days}일 안의 시각을 골라 주세요.",
    "console.write.problem.expires_too_early": "올리기 전에 때가 지나는 글입니다. 시각을 다시 골라 주세요.",
    "console.write.problem.article_left": (
        "제목과 링크가 아직 글에 들어가지 않았습니다. ‘글에 넣기’를 누르거나 지워 주세요."
    ),
    "console.write.problem.same_text": "하루 안에 같은 글이 이미 있습니다. 문구를 바꿔 주세요.",
    "console.write.problem.not_accepted": "이 글은 X에 올릴 수 없습니다. 내용을 고쳐 주세요.",
    # Feeds
    "console.feeds.title": "새 소식을 읽어 오는 곳",
    "console.feeds.automatic": "자동 게시",
    "console.feeds.read": "{at}에 읽었습니다.",
    "console.feeds.not_yet": "아직 읽지 않았습니다. 처음 읽을 때 있는 글은 초안으로 만들지 않습니다.",
    "console.feeds.since": "{at}부터",
    "console.feeds.read_before": "마지막으로 읽은 때 {at}",
    "console.feeds.left_out": (
        "{at}에 새 글이 한꺼번에 많이 올라와 {count}건은 초안으로 만들지 않았습니다. 블로그 주소나 글 번호가 "
        "바뀌었는지 확인해 주세요."
    ),
    "console.feeds.moved": "주소가 바뀌어 새 주소에서 읽고 있습니다. desk.yaml도 고쳐 주세요.",
    "feeds.failure.not_fetched": "읽어 오지 못했습니다: {why}",
    "feeds.failure.status": "읽어 오지 못했습니다: 서버 응답 {detail}",
    "feeds.failure.not_a_feed": "RSS, Atom, JSON Feed 형식이 아닙니다. 주소를 확인해 주세요.",
    "feeds.failure.empty": "서버가 빈 문서를 보냈습니다.",
    "feeds.failure.encoding": "문서의 문자 인코딩({detail})으로는 읽을 수 없습니다. UTF-8로 저장해 주세요.",
    "feeds.failure.document_type": "문서에 DOCTYPE 선언이 있어 안전을 위해 읽지 않았습니다. 그 선언을 빼 주세요.",
    "feeds.failure.damaged": "문서가 손상되어 읽을 수 없습니다. XML 형식을 확인해 주세요.",
    "feeds.failure.too_complex": (
        "문서가 지나치게 복잡해서 읽기를 멈췄습니다. 항목 수를 줄이거나 문서 구조를 확인해 주세요."
    ),
    "feeds.failure.defect": "문서를 처리하다 오류가 났습니다. 기술 로그에 원인이 있습니다.",
    # Pictures
    "console.pictures": "사진",
    "console.pictures.pick": "사진 고르기",
    "console.pictures.hint": (
        "JPEG, PNG, WebP. 한 장에 5MB까지, 4장까지 올릴 수 있습니다. 끌어다 놓아도 됩니다. "
        "설명은 화면을 볼 수 없는 분께 읽어 드립니다."
    ),
    "console.pictures.no_script": "사진을 올리려면 브라우저에서 자바스크립트를 켜 주세요.",
    "console.pictures.alt": "사진 설명",
    "console.pictures.before": "앞으로",
    "console.pictures.after": "뒤로",
    "console.pictures.remove": "빼기",
    "console.pictures.ready": "올릴 사진",
    "console.pictures.waiting": "준비하고 있습니다…",
    "picture.reason.not_a_picture": "사진 파일이 아니거나 손상되었습니다. JPEG, PNG, WebP만 쓸 수 있습니다.",
    "picture.reason.too_large": "사진이 너무 큽니다. 5MB, 2,500만 화소(WebP는 1,600만 화소)까지 쓸 수 있습니다.",
    "picture.reason.not_fetched": "그 주소에서 사진을 가져오지 못했습니다.",
    "picture.reason.not_uploaded": "사진이 올라오지 않았습니다. 빼고 다시 골라 주세요.",
    "picture.reason.refused_by_x": "X가 이 사진을 받지 않았습니다.",
    "console.script.picture_uploading": "올리고 있습니다…",
    "console.script.picture_ready": "사진이 준비되었습니다.",
    "console.script.picture_refused": "사진을 쓸 수 없습니다.",
    "console.script.picture_moved": "{place}번째로 옮겼습니다.",
    "console.script.picture_removed": "사진을 뺐습니다.",
    "console.script.picture_again": "다시 해 보기",
    "console.script.picture_type": "{name}: JPEG, PNG, WebP 사진만 올릴 수 있습니다.",
    "console.script.picture_size": "{name}: 5MB까지 올릴 수 있습니다.",
    "console.script.picture_most": "사진은 {most}장까지 올릴 수 있습니다.",
    "console.script.picture_failed": "올리지 못했습니다.",
    "console.script.picture_slow": "준비하는 데 오래 걸리고 있습니다.",
}
