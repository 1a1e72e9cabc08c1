"""What Korean people read during a trial."""

PHRASES = {
    "console.section.trial": "시범 운영",
    "case.event.released": "{by:이/가} 시범 운영에서 {department:으로/로} 보냈어요.",
    "case.event.withheld": "시범 운영이 시작되어 {department}에 알리지 않았어요.",
    "answer.done.released": "담당 부서로 보냈어요. 답변 기한은 지금부터예요.",
    "mail.trial": "시범 운영 중이라 {department}에는 알리지 않았습니다. 운영자가 바로 확인해 주세요.",
    "mail.why.released": "시범 운영 중에 운영자가 확인하고 보낸 문의입니다.",
    "console.row.trial": "시범 운영: 부서에 알리지 않음",
    "console.trial.hint": (
        "시범 운영 중인 부서의 문의는 부서에 알리지 않고 여기서 기다려요. 담당 부서가 맞는지 보고 보내 주세요."
    ),
    "console.trial.over": "시범 운영이 끝났어요. 새 문의는 담당 부서로 바로 가요.",
    "console.trial.waiting": "기다리는 문의",
    "console.trial.empty": "지금 기다리는 문의가 없어요.",
    "console.trial.keys": (
        "j, k 이동 · Enter 그대로 보내기 · d 부서 고치기 · e 답변 없이 종료 · x 선택 · ? 키보드 사용법"
    ),
    "console.trial.why": "이 부서로 본 이유:",
    "console.trial.proposed": "담당 부서 제안",
    "console.trial.release": "그대로 보내기",
    "console.trial.release_to": "{department:으로/로} 보내기",
    "console.trial.correct": "부서 고치기",
    "console.trial.close": "답변 없이 종료",
    "console.trial.reason": "이유",
    "console.trial.reason.usual": "답변이 필요 없음",
    "console.trial.reason.ended": "시범 운영 종료",
    "console.trial.at_risk": "운영자에게는 바로 알렸습니다. 담당 부서에는 아직 알리지 않았습니다.",
    "console.trial.withheld": "시범 운영 중이라 {department}에 아직 알리지 않았어요.",
    "console.trial.release_ticked": "선택한 문의 보내기",
    "console.trial.tick_hint": "여러 건을 고르면 부서마다 메일 한 통으로 보내요.",
    "console.trial.more": "기다리는 문의가 더 있어요.",
    "console.trial.next": "다음 문의 보기",
    "console.trial.ended": (
        "시범 운영이 끝난 부서의 문의 {count}건이 기다려요. "
        "지금 보낼지 종료할지 정해 주세요. 저절로 나가는 것은 없어요."
    ),
    "console.trial.release_all": "모두 보내기",
    "console.trial.close_all": "모두 종료",
    "console.trial.close_all.hint": "담당 부서에 알리지 않고 모두 종료해요.",
    "console.trial.done.release": "{count}건을 담당 부서로 보냈어요.",
    "console.trial.done.hand": "{count}건의 부서를 고쳐 보냈어요.",
    "console.trial.done.close": "{count}건을 종료했어요.",
    "console.trial.report": "부서별 결과",
    "console.trial.report.hint": (
        "일치율은 사람이 정한 문의 가운데 제안한 부서로 그대로 보낸 비율이에요. "
        "예상 메일은 시범 운영이 아니었다면 부서가 받았을 메일이에요."
    ),
    "console.trial.no_figures": "아직 결과가 없어요.",
    "console.trial.column.department": "부서",
    "console.trial.column.proposed": "제안",
    "console.trial.column.released": "그대로 보냄",
    "console.trial.column.corrected": "고침 (보낸 곳)",
    "console.trial.column.closed": "답변 없이 종료",
    "console.trial.column.agreement": "일치율",
    "console.trial.column.mails": "하루 예상 메일",
    "console.trial.column.danger": "위험·안전 확인 필요",
    "console.trial.column.oldest": "가장 오래 기다림",
    "console.trial.mails": "{average}통 (최대 {most})",
    "console.trial.oldest": "{span}째",
    "console.script.trial.arrived": "새 문의 {count}건이 기다려요.",
    "console.script.trial.show": "보기",
    "console.script.trial.release": "그대로 보내기",
    "console.script.trial.correct": "부서 고치기, 이어서 숫자",
    "console.script.trial.close": "답변 없이 종료",
    "trial.digest.waiting": "기다리는 문의 {count}건을 운영 화면의 시범 운영에서 정해 주세요.",
    "trial.digest.decided": "제안 {proposed} · 그대로 보냄 {released} · 고침 {corrected} · 답변 없이 종료 {closed}",
    "trial.digest.agreement": "일치율 {share}%",
    "trial.digest.mails": "하루 예상 메일 {average}통 (최대 {most}통)",
    "trial.digest.danger": "위험·안전 확인 필요 {count}",
    "trial.digest.oldest": "기다리는 문의 {count}, 가장 오래된 것은 {moment}",
    "trial.digest.to": "고쳐 보낸 곳:",
}
