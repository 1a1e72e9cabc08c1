"""What Korean people read during a trial."""

PHRASES = {
    "console.section.trial": "시범 운영",
    "case.event.released": "{by:이/가} 시범 운영에서 {department:으로/로} 보냈습니다.",
    "case.event.withheld": "시범 운영이 시작되어 {department}에 알리지 않았습니다.",
    "answer.done.released": "담당 부서로 보냈습니다. 답변 기한은 지금부터 셉니다.",
    "mail.trial": "시범 운영 중이라 {department}에는 알리지 않았습니다. 운영자가 바로 확인해 주세요.",
    "mail.why.released": "시범 운영 중에 운영자가 확인하고 보낸 문의입니다.",
}
