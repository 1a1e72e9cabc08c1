"""Changes of indexes, compared with the tables that are deployed."""

from pathlib import Path
from typing import Any

import pytest

from local.deployed.errors import DeployedError
from local.deployed.indexes import refuse_index_changes
from tests.tables import Dynamo, dynamodb
from tests.unit.deployed.scene import stack


def index(name: str, key: str = "state", *, status: str = "ACTIVE", also: tuple[str, ...] = ()) -> dict[str, Any]:
    projection: dict[str, Any] = (
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(also)} if also else {"ProjectionType": "ALL"}
    )
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "Projection": projection,
        "IndexStatus": status,
    }


class Deployed:
    """A DynamoDB with one table, which has these indexes."""

    def __init__(self, *indexes: dict[str, Any]) -> None:
        self._indexes = list(indexes)

    def describe_table(self, *, TableName: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        assert TableName == "posts-1"
        return {"Table": {"GlobalSecondaryIndexes": self._indexes} if self._indexes else {}}


def check(folder: Path, deployed: Deployed, *wanted: dict[str, Any]) -> None:
    written = "".join(f"        - {{{_flow(each)}}}\n" for each in wanted)
    template = folder / "template.yaml"
    template.write_text(
        "Resources:\n  PostsTable:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      GlobalSecondaryIndexes:\n"
        f"{written or '        []'}\n"
        "  NewTable:\n    Type: AWS::DynamoDB::Table\n    Properties: {}\n",
        encoding="utf-8",
    )
    refuse_index_changes(deployed, stack(outputs={"PostsTable": "posts-1"}), template)  # type: ignore[arg-type]


def _flow(each: dict[str, Any]) -> str:
    keys = ", ".join(
        f"{{AttributeName: {key['AttributeName']}, KeyType: {key['KeyType']}}}" for key in each["KeySchema"]
    )
    projection = ", ".join(
        f"{name}: [{', '.join(value)}]" if isinstance(value, list) else f"{name}: {value}"
        for name, value in each["Projection"].items()
    )
    return f"IndexName: {each['IndexName']}, KeySchema: [{keys}], Projection: {{{projection}}}"


def test_the_same_indexes_and_one_more_or_one_less_are_let_through(tmp_path: Path) -> None:
    one, two = index("by_state", also=("b", "a")), index("by_day", "day")

    check(tmp_path, Deployed(one), index("by_state", also=("a", "b")))
    check(tmp_path, Deployed(one), one, two)
    check(tmp_path, Deployed(one, two), one)
    check(tmp_path, Deployed(one))
    refuse_index_changes(Deployed(), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], ["a", "b"], "add a, add b"),
        (["a", "b"], [], "remove a, remove b"),
        (["a"], ["b"], "add b, remove a"),
    ],
)
def test_two_changes_at_once_are_refused_and_named(
    tmp_path: Path, before: list[str], after: list[str], said: str
) -> None:
    with pytest.raises(DeployedError, match=f"PostsTable can change one index per deployment.*{said}"):
        check(tmp_path, Deployed(*map(index, before)), *map(index, after))


@pytest.mark.parametrize("changed", [index("a", "day"), index("a", also=("text",))])
def test_other_keys_or_attributes_under_the_same_name_are_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(DeployedError, match="The index a of PostsTable has other keys or attributes"):
        check(tmp_path, Deployed(index("a")), changed)


def test_the_next_change_waits_until_the_last_one_is_done(tmp_path: Path) -> None:
    busy = Deployed(index("a", status="CREATING"))

    check(tmp_path, busy, index("a"))
    with pytest.raises(DeployedError, match="still working on a"):
        check(tmp_path, busy, index("a"), index("b"))


def test_the_template_itself_changes_nothing_of_tables_that_were_made_from_it() -> None:
    with dynamodb() as on:
        refuse_index_changes(on.client, stack(outputs=_outputs(on)))


def _outputs(on: Dynamo) -> dict[str, str]:
    names = on.tables
    return {
        "MentionsTable": names.mentions,
        "CasesTable": names.cases,
        "PostsTable": names.posts,
        "DeskTable": names.desk,
    }
