"""What Korean people read about what the pre-send check found."""

PHRASES = {
    "check": "보내기 전 점검",
}
