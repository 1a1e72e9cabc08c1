"""What English-reading people read in digests."""

PHRASES: dict[str, str] = {}
