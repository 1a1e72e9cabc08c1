"""What Korean people read during a trial."""

PHRASES = {
    "console.section.trial": "시범 운영",
}
