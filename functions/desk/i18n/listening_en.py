"""The English catalogue of posts that were found by listening."""

PHRASES: dict[str, str] = {}
