from typing import Any

from local.aws.local_iam import also_granted, wants_tls

TOPICS = "arn:aws:sns:ap-northeast-2:000000000000:dorothy-dept-*"


def test_a_role_that_may_publish_may_publish_batches_to_the_same_topics() -> None:
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPICS}

    (more,) = also_granted(statement)

    assert (more["Action"], more["Resource"]) == ("sns:PublishBatch", TOPICS)


def test_who_may_make_schedules_of_a_group_may_make_them_where_the_local_aws_looks_for_them() -> None:
    group = "arn:aws:scheduler:r:1:schedule/dorothy-posts/*"
    statement = {"Sid": "Set", "Effect": "Allow", "Action": ["scheduler:CreateSchedule"], "Resource": group}

    (more,) = also_granted(statement)

    assert more["Resource"] == "arn:aws:scheduler:r:1:schedule/default/*"
    assert more["Action"] == ["scheduler:CreateSchedule"]


def test_nothing_else_is_widened() -> None:
    statement = {"Effect": "Allow", "Action": ["dynamodb:PutItem", "sqs:SendMessage"], "Resource": "arn:aws:x"}

    assert also_granted(statement) == []


def test_only_what_refuses_plain_http_and_nothing_else_is_taken_out_of_a_bucket_policy() -> None:
    plain: dict[str, Any] = {
        "Effect": "Deny",
        "Action": "s3:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }

    assert wants_tls(plain)
    assert not wants_tls({**plain, "Effect": "Allow"})
    assert not wants_tls({"Effect": "Deny", "Action": "s3:*"})
    assert not wants_tls({**plain, "Condition": {**plain["Condition"], "StringEquals": {"aws:SourceAccount": "1"}}})
