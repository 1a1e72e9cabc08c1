"""How long functions that nobody waits for wait for AWS's own services."""

from botocore.config import Config

PATIENCE = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""A table that does not answer must not use up the time in which a lease runs."""
