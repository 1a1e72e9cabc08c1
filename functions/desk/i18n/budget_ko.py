"""The Korean catalogue of the X budget."""

PHRASES: dict[str, str] = {}
