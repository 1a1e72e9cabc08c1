"""What English-reading people read in digests of answers, and of what was read wrongly."""

PHRASES = {
    "section.answers": "Answers by department",
    "answers.waits": (
        "The first answers of this time took {half} in the median, and 90% of them at most {nine_in_ten}, "
        "in working time."
    ),
    "answers.none": "No answer went out in this time.",
    "answers.acknowledged": "Automatic replies that a matter has arrived: {count}. They count as no answer.",
    "answers.note": (
        "Answered to promised are of this time; waiting and overdue as of now. What is due goes by the first deadline, "
        "which handing over does not extend."
    ),
    "answers.answered": "Answered",
    "answers.by_hand": "By hand on X",
    "answers.moved": "To private",
    "answers.promised": "Promised",
    "answers.waiting": "Waiting",
    "answers.overdue": "Overdue",
    "answers.half": "First answer (median)",
    "answers.nine_in_ten": "First answer (90% within)",
    "answers.everybody": "Total",
    "answers.nobody": "none",
    "answers.settled": "Departments for which nobody waits are left out on a phone: {count}. The CSV has them all.",
    "answers.unsaid": "Replies that did not go out",
    "answers.chart": "Time to the first answer (median)",
    "chart.answers": "Bar chart: working time to the first answer by department",
    "span.hours_minutes": "{hours} h {minutes} min",
    "span.hours": "{hours} h",
    "span.minutes": "{minutes} min",
    "span.moment": "under 1 min",
    "summary.answers": "Answers: {count} (median time to the first {half}, 90% within {nine_in_ten})",
    "summary.answers_none": "Answers: 0",
    "section.misread": "Inquiries that were read wrongly",
    "misread.none": "Nobody put a reading right this week.",
    "misread.count": "Readings that colleagues put right this week: {count}.",
    "misread.hint": (
        "Nothing is learnt from posts by itself. To have such inquiries read rightly, write new examples in your own "
        "words under that department's examples in desk.yaml. Please do not copy what people wrote. "
        "Words whose urgency is often wrong can be pinned."
    ),
    "misread.pairs": "Read wrongly most often",
    "misread.newest": "Put right last",
    "misread.pair": "{was} → {right}",
    "misread.unknown": "not on record",
    "misread.case": "Case {case}",
    "misread.more": "And {count} more.",
    "csv.half": "first answer (median, minutes)",
    "csv.nine_in_ten": "first answer (90% within, minutes)",
    "csv.acknowledged": "Automatic replies that a matter has arrived",
}
