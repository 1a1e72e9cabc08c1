"""The English catalogue of trends."""

PHRASES: dict[str, str] = {}
