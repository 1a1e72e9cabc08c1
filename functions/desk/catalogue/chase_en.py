"""What English-speaking people read of answers that are due or late."""

PHRASES = {
    "chase.subject.one": "{urgent}{department}: reminder to answer{case}{words}",
    "chase.subject.many": "{urgent}{department}: reminder to answer ({count})",
    "chase.subject.escalated": "{urgent}For the operator: late answers ({count})",
    "chase.no_reply": "Please do not reply to this mail.",
    "chase.intro.reminder": "Somebody still waits for an answer from you (cases: {count}).",
    "chase.intro.escalated": (
        "Departments have not answered in time (cases: {count}). Please ask them, or answer yourself."
    ),
    "chase.heading.escalated": "■ Late: {count}",
    "chase.heading.due": "■ Due now: {count}",
    "chase.heading.reminded": "■ Due soon: {count}",
    "chase.entry": "{number}. {urgent}{kind}, case {case}",
    "chase.whose": "Department: {department}",
    "chase.silent": "Nobody gets the mails of {department} at the moment, so this one comes to the operator.",
    "chase.lost": "The desk no longer has the department {department}, so this comes to the operator.",
    "chase.due": "Answer due: {time}{late}",
    "chase.promised": "A holding reply promised an answer by {time}{late}",
    "chase.late": " ({span} of working time ago)",
    "chase.late_high": " ({span} ago)",
    "chase.hours": "{hours} h",
    "chase.minutes": "{minutes} min",
    "chase.hours_minutes": "{hours} h {minutes} min",
    "chase.holder": "Taken on by: {by}",
    "chase.nobody": "Taken on by: nobody yet",
    "chase.draft": "{by} wrote an answer. It goes to X once you have looked at it and sent it.",
    "chase.draft_again": "An answer that was written does not stand on X yet. Please look at it and send it again.",
    "chase.no_link": "No link could be made now. Please press [Answer here] in the mail that you got first.",
    "chase.gone": "(The post was deleted or cannot be seen.)",
    "chase.more": "Further cases, told of in the next mail: {count}",
}
