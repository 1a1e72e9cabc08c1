"""The Korean catalogue of spikes of faults."""

PHRASES: dict[str, str] = {
    "spike.usual": "{number}건",
    "spike.usual_less": "{number}건 미만",
    "spike.rate": "{minutes}분에 {faults}건 (평소 {usual})",
    "spike_mail.subject": "[{brand}] {department} 장애 신고 급증: {rate}",
    "spike_mail.subject.ended": "[{brand}] {department} 장애 신고 급증 끝남: 답변을 기다리는 문의 {waiting}건",
    "spike_mail.subject.ended_unknown": "[{brand}] {department} 장애 신고 급증 끝남",
    "spike_mail.look": "이 메일에는 회신하지 말아 주세요.",
    "spike_mail.intro": (
        "{department} 관련 장애·불편 신고가 갑자기 늘었습니다. {minutes}분 동안 {faults}건이 올라왔습니다. "
        "이 시간대에는 보통 {minutes}분에 {usual}입니다."
    ),
    "spike_mail.since": "시작: {time}",
    "spike_mail.words": "많이 나온 말: {words}",
    "spike_mail.word": "{word}({count})",
    "spike_mail.first": "■ 먼저 올라온 글",
    "spike_mail.report": "{number}. {time}",
    "spike_mail.report_case": "{number}. {time}, 문의 번호 {case}",
    "spike_mail.next": "■ 지금부터",
    "spike_mail.next.joins": (
        "- 급증이 끝날 때까지, 새로 들어오는 {department} 장애 신고는 한 건씩 메일이나 전화로 알리지 않고 모아 둡니다."
    ),
    "spike_mail.next.danger": "- 사람이 위험할 수 있는 글과 다른 문의는 평소처럼 바로 알려 드립니다.",
    "spike_mail.next.end": "- 급증이 끝나면 아직 답변을 기다리는 문의를 메일 한 통에 모아 보내 드립니다.",
    "spike_mail.trial": "{department:은/는} 시범 운영 중이라 이 메일은 운영자에게만 보냅니다.",
    "spike_mail.page": "신고 모아 보기(운영 화면): {url}",
    "spike_mail.notice": "장애 공지 쓰기(운영 화면): {url}",
    "spike_mail.tell": "원인이나 복구 예정 시각을 알게 되시면 운영자{address}에게 알려 주세요. 공지는 운영자가 씁니다.",
    "spike_mail.ended": (
        "{since}부터 {until}까지 {department} 관련 장애·불편 신고가 {faults}건 올라왔습니다. "
        "이제 평소 수준으로 돌아왔습니다."
    ),
    "spike_mail.ended.none": "이 가운데 답변을 기다리는 문의는 없습니다.",
    "spike_mail.ended.waiting": "이 가운데 {waiting}건이 아직 답변을 기다립니다. 답변 기한이 이른 것부터 적었습니다.",
    "spike_mail.ended.unknown": "답변을 기다리는 문의는 운영 화면에서 확인해 주세요.",
    "spike_mail.ended.more": "이 밖에 {count}건은 운영 화면에서 볼 수 있습니다.",
    "spike_mail.ended.again": "지금부터 새로 들어오는 장애 신고는 평소처럼 한 건씩 알려 드립니다.",
    "console.spikes.title": "장애 신고 급증",
    "console.spikes.hint": "최근 {days}일 동안의 기록입니다.",
    "console.spikes.none": "신고가 급증한 일이 없습니다.",
    "console.spike.title": "{department} 장애 신고 급증",
    "console.spike.since": "{since}부터",
    "console.spike.so_far": "{since}부터 {count}건",
    "console.spike.span": "{since} ~ {until}",
    "console.spike.count": "신고 {count}건",
    "console.spike.open": "신고 모아 보기",
    "console.spike.is_open": "진행 중",
    "console.spike.is_over": "끝남",
    "console.spike.found": "{at} 알아챔: {rate}",
    "console.spike.mailed": "메일 {at}",
    "console.spike.not_mailed": "메일을 아직 보내지 못했습니다",
    "console.spike.called": "전화 {at}",
    "console.spike.words": "많이 나온 말:",
    "console.spike.joins": (
        "새로 들어오는 같은 부서의 장애 신고는 한 건씩 알리지 않고 여기에 모입니다. "
        "사람이 위험할 수 있는 글은 따로 바로 알립니다."
    ),
    "console.spike.chart": "{minutes}분마다 올라온 신고",
    "console.spike.chart.label": "{minutes}분마다 올라온 신고의 막대그래프. 가장 많을 때 {most}건, 평소 {usual}.",
    "console.spike.most": "최대 {count}건",
    "console.spike.usual": "평소 {usual}",
    "console.spike.table": "표로 보기",
    "console.spike.column.time": "시각",
    "console.spike.column.faults": "신고",
    "console.spike.notices": "이미 쓴 공지",
    "console.spike.no_notice": "아직 장애 공지가 없습니다.",
    "console.spike.on_x": "X에서 보기",
    "console.spike.write": "장애 공지 쓰기:",
    "console.spike.write.hint": "예문이 들어 있는 글쓰기 화면이 열립니다. 중괄호 자리를 채워야 보낼 수 있습니다.",
    "console.spike.cases": "문의",
    "console.spike.counted": "최근 {count}건의 상태입니다.",
    "console.spike.newest": "최근 {count}건을 보여 드립니다.",
    "console.spike.bulk": "받은 글에서 여러 건을 한꺼번에 처리하기",
    "console.spike.no_case": "아직 문의가 없습니다.",
    "on_call.spike": "[긴급] {department} 장애 신고 급증: {minutes}분에 {faults}건(평소 {usual})",
}
