"""The link to a case."""

from datetime import timedelta

LASTS = timedelta(days=45)
"""How long a link opens its case."""
