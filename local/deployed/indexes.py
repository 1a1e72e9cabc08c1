"""Whether a deployment changes the indexes of a table as DynamoDB allows: one at a time, and never what one is."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.brand.parameters import TEMPLATE, template_resources
from local.deployed.errors import DeployedError
from local.deployed.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READY = "ACTIVE"


def refuse_index_changes(dynamodb: "DynamoDBClient", stack: Stack | None, template: Path = TEMPLATE) -> None:
    """Raise DeployedError if CloudFormation would fail at the indexes of a table that is deployed."""
    if stack is None:
        return
    faults: list[str] = []
    for logical, properties in template_resources(template.read_text(encoding="utf-8"), "AWS::DynamoDB::Table").items():
        if logical in stack.outputs:
            deployed = dynamodb.describe_table(TableName=stack.outputs[logical])["Table"]
            there: Any = deployed.get("GlobalSecondaryIndexes", [])
            faults += _faults(logical, there, properties.get("GlobalSecondaryIndexes", []))
    if faults:
        raise DeployedError("\n".join(faults))


def _faults(table: str, there: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before = {each["IndexName"]: each for each in there}
    after = {each["IndexName"]: each for each in wanted}
    new, gone = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    if len(new) + len(gone) > 1:
        steps = [*(f"add {name}" for name in new), *(f"remove {name}" for name in gone)]
        yield f"{table} can change one index per deployment, and this one would {', '.join(steps)}."
    for name in sorted(before.keys() & after.keys()):
        if _meaning(before[name]) != _meaning(after[name]):
            yield (
                f"The index {name} of {table} has other keys or attributes than the deployed one, which never change: "
                "add it under a new name, and remove the old one with the next deployment."
            )
    if new or gone:
        busy = sorted(name for name, each in before.items() if each["IndexStatus"] != _READY)
        if busy:
            yield f"{table} is still working on {', '.join(busy)}: deploy once it is {_READY}."


def _meaning(index: Mapping[str, Any]) -> tuple[Any, ...]:
    keys = tuple((each["AttributeName"], each["KeyType"]) for each in index["KeySchema"])
    projection = index["Projection"]
    return keys, projection["ProjectionType"], frozenset(projection.get("NonKeyAttributes", ()))
