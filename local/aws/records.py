"""Stream records, as `GetRecords` returns them and as a function receives them."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Record = dict[str, Any]


def lambda_record(record: Mapping[str, Any], stream_arn: str) -> Record:
    """The record in the shape of a Lambda event: time as seconds, binary as base64, its stream named."""
    body = dict(record["dynamodb"])
    body["ApproximateCreationDateTime"] = _seconds(body["ApproximateCreationDateTime"])
    for part in ("Keys", "NewImage", "OldImage"):
        if part in body:
            body[part] = {name: _attribute(value) for name, value in body[part].items()}
    return {**record, "dynamodb": body, "eventSourceARN": stream_arn}


def sequence_number(record: Mapping[str, Any]) -> str:
    """The record's place in its shard."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def created_at(record: Mapping[str, Any]) -> float:
    """When the record was made, in seconds since 1970, to the second."""
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def _seconds(moment: Any) -> float:
    return float(int(moment.timestamp())) if isinstance(moment, datetime) else float(moment)


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    return {kind: _plain(kind, inner) for kind, inner in value.items()}


def _plain(kind: str, inner: Any) -> Any:
    match kind:
        case "B":
            return base64.b64encode(inner).decode()
        case "BS":
            return [base64.b64encode(one).decode() for one in inner]
        case "L":
            return [_attribute(one) for one in inner]
        case "M":
            return {name: _attribute(one) for name, one in inner.items()}
        case _:
            return inner
