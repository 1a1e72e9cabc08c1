"""What people who use English read during a trial."""

PHRASES = {
    "console.section.trial": "Trial",
}
