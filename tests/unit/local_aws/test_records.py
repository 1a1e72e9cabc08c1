from datetime import UTC, datetime, timedelta

from local.aws.mapping import stream_mapping
from local.aws.records import lambda_record

STREAM = "arn:aws:dynamodb:ap-northeast-2:000000000000:table/Mentions/stream/1"


def test_a_record_reaches_lambda_with_its_time_as_a_number_its_bytes_as_text_and_its_stream_named() -> None:
    moment = datetime(2026, 11, 24, 1, 0, 0, 250_000, tzinfo=UTC)
    body = {
        "ApproximateCreationDateTime": moment,
        "Keys": {"mention_id": {"S": "42"}},
        "NewImage": {"a": {"B": b"\x00\x01"}, "b": {"L": [{"M": {"c": {"BS": [b"x"]}}}]}},
        "SequenceNumber": "1",
    }

    record = lambda_record({"eventName": "INSERT", "dynamodb": body}, STREAM)

    assert record["eventSourceARN"] == STREAM
    assert record["dynamodb"]["ApproximateCreationDateTime"] == float(int(moment.timestamp()))
    assert record["dynamodb"]["Keys"] == {"mention_id": {"S": "42"}}
    assert record["dynamodb"]["NewImage"] == {"a": {"B": "AAE="}, "b": {"L": [{"M": {"c": {"BS": ["eA=="]}}}]}}


def test_a_mapping_has_the_properties_that_the_template_states() -> None:
    stated = {
        "FunctionArn": "arn:route",
        "EventSourceArn": STREAM,
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 50,
        "MaximumBatchingWindowInSeconds": 5,
        "FilterCriteria": {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": 5,
        "MaximumRecordAgeInSeconds": 3600,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:queue"}},
    }

    mapping = stream_mapping(stated)

    assert (mapping.batch_size, mapping.window, mapping.retries) == (50, timedelta(seconds=5), 5)
    assert mapping.maximum_age == timedelta(hours=1)
    assert (mapping.reports_failures, mapping.bisects, mapping.destination) == (True, True, "arn:queue")
    assert mapping.admits({"eventName": "INSERT"})
    assert not mapping.admits({"eventName": "MODIFY"})


def test_a_mapping_that_states_nothing_has_lambdas_own_defaults() -> None:
    mapping = stream_mapping({"FunctionName": "route", "EventSourceArn": STREAM})

    assert (mapping.batch_size, mapping.retries, mapping.maximum_age) == (100, -1, None)
    assert (mapping.reports_failures, mapping.bisects, mapping.destination) == (False, False, None)
    assert mapping.starts_at == "TRIM_HORIZON"
