"""What people who use English read in the composer, in the calendar, and about pictures and feeds."""

PHRASES = {
    "console.section.write": "Write",
    "console.section.calendar": "Calendar",
}
