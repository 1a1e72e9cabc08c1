"""The Korean catalogue of trends."""

PHRASES: dict[str, str] = {}
