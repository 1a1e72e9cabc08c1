from local.aws.local_iam import also_granted

TOPICS = "arn:aws:sns:ap-northeast-2:000000000000:dorothy-dept-*"


def test_who_may_publish_may_publish_batches_to_the_same_topics() -> None:
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPICS}

    (more,) = also_granted(statement)

    assert (more["Action"], more["Resource"]) == ("sns:PublishBatch", TOPICS)


def test_nothing_else_is_widened() -> None:
    statement = {"Effect": "Allow", "Action": ["dynamodb:PutItem", "sqs:SendMessage"], "Resource": "arn:aws:x"}

    assert also_granted(statement) == []
