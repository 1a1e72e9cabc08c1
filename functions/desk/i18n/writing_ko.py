"""What Korean people read in the composer, in the calendar, and about pictures and feeds."""

PHRASES = {
    "console.section.write": "글쓰기",
    "console.section.calendar": "게시 일정",
}
