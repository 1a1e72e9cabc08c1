"""Takes from a desk on the local AWS everything that a test left on it."""

from typing import Any

from local.stage import Stage

_TABLES = ("MentionsTable", "CasesTable", "PostsTable", "DeskTable")
_QUEUES = ("PostsUndelivered", "LookUpsUndelivered", "PicturesUndelivered")
_QUEUES_OF_THE_DESK = ("UndeliveredSchedules", "FailedInvocations", "LostRecords")
_BATCH = 25
"""How many items BatchWriteItem takes at most."""


def empty(stage: Stage) -> None:
    """Delete every item, one-time schedule and undelivered message. The stream then holds what tells of it."""
    aws, resources = stage.deployed.aws, stage.deployed.resources
    for table in _TABLES:
        empty_table(aws.client("dynamodb"), resources[table])
    scheduler = aws.client("scheduler")
    for one in scheduler.list_schedules()["Schedules"]:
        if one["GroupName"] != "default":
            scheduler.delete_schedule(GroupName=one["GroupName"], Name=one["Name"])
    for queue in (*_QUEUES, *_QUEUES_OF_THE_DESK):
        aws.client("sqs").purge_queue(QueueUrl=resources[queue])


def empty_table(dynamodb: Any, table: str) -> None:
    """Delete every item of the table."""
    schema = dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]
    names = {f"#{number}": key["AttributeName"] for number, key in enumerate(schema)}
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table, ProjectionExpression=", ".join(names), ExpressionAttributeNames=names
    )
    keys = [item for page in pages for item in page["Items"]]
    for start in range(0, len(keys), _BATCH):
        deletions = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + _BATCH]]
        unprocessed = dynamodb.batch_write_item(RequestItems={table: deletions})["UnprocessedItems"]
        assert not unprocessed
