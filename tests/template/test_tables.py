import pytest

from desk.posts.model import Post
from tests.tables import INBOX_PROJECTS, Tables, definitions
from tests.template.stack_template import Resources, of_type

TABLES = ("MentionsTable", "CasesTable", "DeskTable", "PostsTable")


def keys(schema: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(one["AttributeName"], one["KeyType"]) for one in schema]


def indexes(resources: Resources, table: str) -> dict[str, tuple[list[str], str, set[str]]]:
    return {
        index["IndexName"]: (
            [name for name, _ in keys(index["KeySchema"])],
            index["Projection"]["ProjectionType"],
            set(index["Projection"].get("NonKeyAttributes", [])),
        )
        for index in resources[table]["Properties"].get("GlobalSecondaryIndexes", [])
    }


def test_these_are_all_tables(resources: Resources) -> None:
    assert set(of_type(resources, "AWS::DynamoDB::Table")) == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_outlives_mistakes(table: str, resources: Resources) -> None:
    properties = resources[table]["Properties"]

    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] is True
    assert (resources[table]["DeletionPolicy"], resources[table]["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert "TableName" not in properties  # a name would forbid CloudFormation to replace or restore it


@pytest.mark.parametrize("table", TABLES)
def test_a_table_takes_what_comes_and_is_encrypted(table: str, resources: Resources) -> None:
    properties = resources[table]["Properties"]

    assert properties["BillingMode"] == "PAY_PER_REQUEST"  # an index without capacity would fail its table's writes
    assert properties["SSESpecification"] == {"SSEEnabled": True}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_declares_exactly_the_attributes_of_its_keys(table: str, resources: Resources) -> None:
    properties = resources[table]["Properties"]
    schemas = [properties["KeySchema"]] + [one["KeySchema"] for one in properties.get("GlobalSecondaryIndexes", [])]

    declared = {one["AttributeName"] for one in properties["AttributeDefinitions"]}

    assert declared == {name for schema in schemas for name, _ in keys(schema)}
    assert all(one["AttributeType"] == "S" for one in properties["AttributeDefinitions"])


def test_mentions_are_found_by_what_they_wait_for_by_day_and_by_author(resources: Resources) -> None:
    counted = {
        *("kind", "need", "department", "urgency", "lang"),
        *("author_id", "read_at", "case_id", "received_at", "backlog", "terms", "review"),
        *("search_text", "handle"),
    }

    assert keys(resources["MentionsTable"]["Properties"]["KeySchema"]) == [("mention_id", "HASH")]
    assert indexes(resources, "MentionsTable") == {
        "waiting": (["waiting", "waiting_since"], "KEYS_ONLY", set()),
        "unseen": (["unseen", "created_at"], "INCLUDE", {"post", "kind", "department", "urgency", "review"}),
        "by_day": (["day_shard", "created_at"], "INCLUDE", counted),
        "by_author": (["author_id", "mention_id"], "KEYS_ONLY", set()),
    }


def test_cases_are_found_by_due_time_state_author_queue_and_urgency_and_events_by_day(resources: Resources) -> None:
    assert keys(resources["CasesTable"]["Properties"]["KeySchema"]) == [("case_id", "HASH"), ("what", "RANGE")]
    assert indexes(resources, "CasesTable") == {
        "open_by_due": (["open", "due_at"], "ALL", set()),
        "by_state": (["state", "opened_at"], "ALL", set()),
        "events_by_day": (["day", "at"], "ALL", set()),
        "by_author": (["author_id", "opened_at"], "INCLUDE", {"department", "kind", "state", "answered_at"}),
        "inbox": (["inbox", "inbox_order"], "INCLUDE", set(INBOX_PROJECTS)),
        "urgent": (["urgent", "inbox_order"], "INCLUDE", {*INBOX_PROJECTS, "inbox"}),
    }


@pytest.mark.parametrize("table", ["MentionsTable", "CasesTable", "PostsTable"])
def test_no_index_projects_more_attributes_than_dynamodb_takes(table: str, resources: Resources) -> None:
    for index in resources[table]["Properties"]["GlobalSecondaryIndexes"]:
        assert len(index["Projection"].get("NonKeyAttributes", [])) <= 20


def test_the_desks_own_items_expire(resources: Resources) -> None:
    desk = resources["DeskTable"]["Properties"]

    assert keys(desk["KeySchema"]) == [("item", "HASH"), ("part", "RANGE")]
    assert desk["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_posts_are_found_by_state_in_the_order_of_time(resources: Resources) -> None:
    assert keys(resources["PostsTable"]["Properties"]["KeySchema"]) == [("post_id", "HASH")]
    assert indexes(resources, "PostsTable") == {"by_state": (["state", "at"], "ALL", set())}


def test_unique_keys_of_posts_expire_by_an_attribute_that_posts_do_not_have(resources: Resources) -> None:
    ttl = resources["PostsTable"]["Properties"]["TimeToLiveSpecification"]

    assert ttl == {"AttributeName": "forget_at", "Enabled": True}
    assert "forget_at" not in Post._fields


@pytest.mark.parametrize("table", TABLES[:2])
def test_words_are_never_dropped_by_the_clock_alone(table: str, resources: Resources) -> None:
    assert "TimeToLiveSpecification" not in resources[table]["Properties"]


@pytest.mark.parametrize("table", TABLES)
def test_tables_that_other_tests_make_are_those_of_the_template(table: str, resources: Resources) -> None:
    made = dict(zip(TABLES, definitions(Tables(*TABLES)), strict=True))[table]
    deployed = resources[table]["Properties"]

    for name in ("KeySchema", "GlobalSecondaryIndexes"):
        assert made.get(name) == deployed.get(name)
