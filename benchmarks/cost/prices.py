"""List prices of AWS in ap-northeast-2 (Seoul) in dollars, without free tiers.

Confirmed: what readers of AWS's public price list (https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/) published
for Seoul between March 2025 and October 2026 says the same. Not confirmed for Seoul: the figures below that say so.
What X bills is in `desk.x.endpoints` and, written a second time, in `local.x.billing`.
"""

from collections.abc import Mapping

DAYS = 30
"""Days of a month."""

PER_UNIT: Mapping[str, tuple[str, float]] = {
    # https://aws.amazon.com/dynamodb/pricing/on-demand/
    "writes": ("DynamoDB", 0.68e-6),  # a write request unit: 1 KB, twice that in a transaction, and each index
    "reads": ("DynamoDB", 0.1355e-6),  # a read request unit: 4 KB read consistently, or 8 KB of an index
    # https://aws.amazon.com/lambda/pricing/
    "invocations": ("Lambda", 0.20e-6),
    "gb_seconds": ("Lambda", 13.3334e-6),  # arm64, starts included
    # https://aws.amazon.com/eventbridge/pricing/
    "runs": ("EventBridge Scheduler", 1.00e-6),  # of a schedule; not confirmed: us-east-1's price
    # https://aws.amazon.com/api-gateway/pricing/
    "requests": ("API Gateway", 1.23e-6),  # of the HTTP API
    # https://aws.amazon.com/sns/pricing/
    "publishes": ("SNS", 0.50e-6),  # 64 KB each
    "mails": ("SNS", 2.00e-5),  # e-mail delivered to one address; not confirmed: the price of four other regions
    # https://aws.amazon.com/sqs/pricing/
    "sqs": ("SQS", 0.40e-6),  # standard queues
    # https://aws.amazon.com/s3/pricing/
    "puts": ("S3", 4.5e-6),
    "gets": ("S3", 0.35e-6),
    # https://aws.amazon.com/secrets-manager/pricing/
    "secret_reads": ("Secrets Manager", 5.0e-6),
    # https://aws.amazon.com/cloudwatch/pricing/
    "log_bytes": ("CloudWatch", 0.76e-9),  # taken in
    "kept_log_bytes": ("CloudWatch", 0.0314e-9),  # kept for a month
}
"""The service, and the price of one of what is counted."""

METRIC, ALARM, DASHBOARD = 0.30, 0.10, 3.00
SECRET, KEY = 0.40, 1.00
"""A month each. A dashboard costs the same in all regions; KEY: https://aws.amazon.com/kms/pricing/"""
STORED_GB, BACKED_UP_GB = 0.27075, 0.2166
"""DynamoDB: a gigabyte-month in tables and indexes, and of point-in-time recovery of the tables."""
