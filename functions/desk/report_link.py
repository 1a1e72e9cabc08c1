"""The link to a report."""

from datetime import timedelta

LASTS = timedelta(days=90)
"""How long a link opens its report."""

TABLE_HREF = "table-of-this-report"
"""What a stored page has as its table's address: it lies there without any id, and whoever opens it knows one."""
