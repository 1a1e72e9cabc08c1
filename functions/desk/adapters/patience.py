"""How long AWS's own services are waited for by functions that talk to X."""

from botocore.config import Config

PATIENCE = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""A table that does not answer must not use up the time in which a lease runs."""
