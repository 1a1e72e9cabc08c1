"""The English catalogue of the X budget."""

PHRASES: dict[str, str] = {}
