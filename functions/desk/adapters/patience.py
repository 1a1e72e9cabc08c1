"""How long functions that nobody waits for wait for AWS's own services."""

from botocore.config import Config

PATIENCE = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""A table that does not answer must not use up the time in which a lease runs."""

UNCHECKED = PATIENCE.merge(Config(parameter_validation=False))
"""For a client whose calls carry many items made by our own code: botocore's look at each value of each item takes more
CPU than all else that it does with them. Tests make clients that look; what is wrong all the same, DynamoDB refuses."""

SNS_PATIENCE = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 1},
    tcp_keepalive=True,
)
"""For every client that publishes: one attempt, and time for its answer.

SNS delivers each attempt that reaches it, also one whose answer is lost, and knows no token by which it would tell a
repeated one. What may not have gone out stays in the table, and stream, schedule or sweep bring it again.
"""
