"""The Korean catalogue of how the brand's own posts do."""

PHRASES: dict[str, str] = {}
