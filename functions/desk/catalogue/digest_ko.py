"""What Korean people read in digests."""

PHRASES: dict[str, str] = {}
