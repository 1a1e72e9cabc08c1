"""An event source mapping's properties, as the template states them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local.aws.patterns import matches

FOREVER = -1
"""Lambda's word for retries and ages without a limit."""


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """How a stream is brought to a function. The defaults are Lambda's own.

    `destination` is the ARN of the queue for what was given up; None drops it silently, as Lambda does.
    """

    function: str
    stream_arn: str
    batch_size: int = 100
    window: timedelta = timedelta(0)
    filters: tuple[Mapping[str, Any], ...] = ()
    reports_failures: bool = False
    bisects: bool = False
    retries: int = FOREVER
    maximum_age: timedelta | None = None
    starts_at: str = "TRIM_HORIZON"
    destination: str | None = None

    def admits(self, record: Mapping[str, Any]) -> bool:
        """Whether one of the filters lets the record through; without filters everything passes."""
        return not self.filters or any(matches(pattern, record) for pattern in self.filters)


def stream_mapping(properties: Mapping[str, Any]) -> StreamMapping:
    """The mapping that `properties` of an AWS::Lambda::EventSourceMapping, or its description by Lambda, tell of."""
    age = properties.get("MaximumRecordAgeInSeconds", FOREVER)
    filters = (properties.get("FilterCriteria") or {}).get("Filters", [])
    on_failure = (properties.get("DestinationConfig") or {}).get("OnFailure") or {}
    return StreamMapping(
        function=properties.get("FunctionName") or properties["FunctionArn"],
        stream_arn=properties["EventSourceArn"],
        batch_size=int(properties.get("BatchSize", 100)),
        window=timedelta(seconds=int(properties.get("MaximumBatchingWindowInSeconds", 0))),
        filters=tuple(json.loads(one["Pattern"]) for one in filters),
        reports_failures="ReportBatchItemFailures" in (properties.get("FunctionResponseTypes") or []),
        bisects=bool(properties.get("BisectBatchOnFunctionError", False)),
        retries=int(properties.get("MaximumRetryAttempts", FOREVER)),
        maximum_age=None if age in (FOREVER, None) else timedelta(seconds=int(age)),
        starts_at=properties.get("StartingPosition", "TRIM_HORIZON"),
        destination=on_failure.get("Destination"),
    )
