"""What people who use English read about what the pre-send check found."""

PHRASES = {
    "check": "Pre-send check",
}
