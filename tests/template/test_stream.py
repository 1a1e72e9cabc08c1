import json

from tests.template.stack_template import Resources, of_type, target_of


def test_the_router_follows_the_mentions_and_misses_none_at_its_start(resources: Resources) -> None:
    mapping = resources["RouteInquiryStream"]["Properties"]

    assert set(of_type(resources, "AWS::Lambda::EventSourceMapping")) == {
        *("RouteInquiryStream", "PublishPostQueue", "LookUpQueue", "PreparePictureQueue"),
    }
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["MentionsTable", "StreamArn"]}
    assert target_of(mapping["FunctionName"]) == "RouteInquiry"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping.get("Enabled", True) is True


def test_the_stream_only_points_at_mentions(resources: Resources) -> None:
    assert resources["MentionsTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}


def test_only_new_mentions_wake_the_router_so_that_its_own_writes_do_not(resources: Resources) -> None:
    patterns = resources["RouteInquiryStream"]["Properties"]["FilterCriteria"]["Filters"]

    assert [json.loads(one["Pattern"]) for one in patterns] == [{"eventName": ["INSERT"]}]


def test_a_bad_record_neither_blocks_nor_drops_its_neighbours(resources: Resources) -> None:
    mapping = resources["RouteInquiryStream"]["Properties"]

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] <= 10
    assert 60 <= mapping["MaximumRecordAgeInSeconds"] < 24 * 3600  # well before the stream itself forgets


def test_mentions_come_in_batches_in_order_and_soon(resources: Resources) -> None:
    mapping = resources["RouteInquiryStream"]["Properties"]

    assert (mapping["BatchSize"], mapping["ParallelizationFactor"]) == (100, 1)
    assert mapping["MaximumBatchingWindowInSeconds"] == 5
