"""List prices of AWS in ap-northeast-2 (Seoul) in dollars, without free tiers, as of November 2026.

Sources: the pricing pages of each service, such as https://aws.amazon.com/dynamodb/pricing/on-demand/. What X bills is
in `desk.x.endpoints` and, written a second time, in `local.x.billing`.
"""

from collections.abc import Mapping

DAYS = 30
"""Days of a month."""

PER_UNIT: Mapping[str, tuple[str, float]] = {
    "writes": ("DynamoDB", 0.6778e-6),  # a write request unit: 1 KB, twice that in a transaction, and each index
    "reads": ("DynamoDB", 0.1355e-6),  # a read request unit: 4 KB read consistently, or 8 KB of an index
    "invocations": ("Lambda", 0.20e-6),
    "gb_seconds": ("Lambda", 13.3334e-6),  # arm64
    "runs": ("EventBridge Scheduler", 1.00e-6),  # of a schedule
    "requests": ("API Gateway", 1.23e-6),  # of the HTTP API
    "publishes": ("SNS", 0.50e-6),  # 64 KB each
    "mails": ("SNS", 2.00e-5),  # e-mail delivered to one address
    "sqs": ("SQS", 0.40e-6),  # standard queues
    "puts": ("S3", 4.5e-6),
    "gets": ("S3", 0.35e-6),
    "secret_reads": ("Secrets Manager", 5.0e-6),
    "log_bytes": ("CloudWatch", 0.76e-9),
}
"""The service, and the price of one of what is counted."""

METRIC, ALARM, DASHBOARD = 0.30, 0.10, 3.00
SECRET, KEY = 0.40, 1.00
"""A month each."""
STORED_GB, BACKED_UP_GB = 0.27075, 0.2166
"""DynamoDB: a gigabyte-month in tables and indexes, and of point-in-time recovery of the tables."""
