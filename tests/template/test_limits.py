"""What AWS takes at most, of the stack at its largest; and mistakes that the check must find."""

import re
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from desk.posts.submit import new_post_id
from local.brand.shapes import Slug
from tests.aws_rules.limits import (
    LIMITS,
    LONGEST_KEY,
    NAMES,
    NOT_IN_THE_TEMPLATE,
    ROLE_CHARACTERS_HERE,
    exceeded,
    inline_policies,
    largest_role,
    largest_stack,
    main,
    misnamed,
    most_departments,
)
from tests.aws_rules.stack import NAMED_BY, Place, Stack, stack
from tests.template.stack_template import Resources, of_type

NAME_PROPERTIES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
}
"""By which property a template would name what CloudFormation names here, and cuts to what AWS takes."""


@pytest.fixture(params=[False, True], ids=["with a user pool", "with an issuer"])
def largest(request: pytest.FixtureRequest) -> Stack:
    return largest_stack(with_issuer=request.param)


def test_the_largest_stack_stays_within_every_limit_of_aws(largest: Stack) -> None:
    assert exceeded(largest) == []


def test_aws_takes_every_name_of_the_largest_stack(largest: Stack) -> None:
    assert misnamed(largest) == []


def test_roles_leave_room_for_further_permissions(largest: Stack) -> None:
    assert {role: size for role, size in inline_policies(largest).items() if size > ROLE_CHARACTERS_HERE} == {}


def test_every_limit_is_one_of_something_in_the_template(largest: Stack) -> None:
    measured = {what for what, limit in LIMITS.items() if limit.sizes(largest)}

    assert measured == set(LIMITS) - NOT_IN_THE_TEMPLATE


def test_the_gate_prints_the_largest_role(capsys: pytest.CaptureFixture[str]) -> None:
    role, size = largest_role(largest_stack(with_issuer=False))

    assert main() == 0
    assert capsys.readouterr().out == f"largest role: {role}, {size:,} of 10,240 characters, at most 7,500 here\n"


def test_no_key_in_desk_yaml_is_longer_than_the_ones_of_the_largest_stack() -> None:
    slug: TypeAdapter[str] = TypeAdapter(Slug)

    assert {len(key) for key in most_departments()} == {len("operator"), LONGEST_KEY}
    slug.validate_python("k" * LONGEST_KEY)
    with pytest.raises(ValidationError):
        slug.validate_python("k" * (LONGEST_KEY + 1))


def test_what_the_template_does_not_name_is_named_by_cloudformation(resources: Resources) -> None:
    assert set(NAMES) == set(NAMED_BY)
    for kind, property_name in NAME_PROPERTIES.items():
        assert not [logical for logical, one in of_type(resources, kind).items() if property_name in one]


def test_a_one_time_schedule_can_be_called_as_its_post() -> None:
    assert re.fullmatch(NAMES["AWS::Scheduler::Schedule"].pattern, new_post_id())


@pytest.mark.parametrize(
    ("logical", "longest"), [("SweepRole", 64), ("Sweep", 64), ("PostsUndelivered", 80), ("ReportsBucket", 63)]
)
def test_a_name_that_cloudformation_makes_is_cut_to_what_the_type_takes(logical: str, longest: int) -> None:
    made = stack(("operator",), place=Place(f"dorothy-{'k' * 60}"))

    name = made.name(logical)

    assert len(name) == longest
    assert name.startswith("dorothy-k")
    assert (name == name.lower()) is (logical == "ReportsBucket")


def indexes(count: int, *, projecting: int) -> list[dict[str, Any]]:
    return [
        {"IndexName": f"i{at}", "Projection": {"NonKeyAttributes": [f"a{number}" for number in range(projecting)]}}
        for at in range(count)
    ]


@pytest.mark.parametrize(
    ("logical", "properties", "found"),
    [
        ("SweepRole", {"Policies": [{"PolicyDocument": "x" * 10_240}]}, "10,242 of 10,240 characters"),
        ("ReportsBucketPolicy", {"PolicyDocument": "x" * 20_480}, "20,482 of 20,480 bytes of a bucket's policy"),
        ("TopicsKey", {"KeyPolicy": "x" * 32_768}, "32,770 of 32,768 bytes of a key's policy"),
        ("Sweep", {"Environment": {"Variables": {"WORDS": "x" * 4_096}}}, "4,109 of 4,096 bytes of a function's env"),
        ("PostsTable", {"GlobalSecondaryIndexes": indexes(21, projecting=0)}, "21 of 20 indexes"),
        ("PostsTable", {"GlobalSecondaryIndexes": indexes(1, projecting=21)}, "21 of 20 attributes"),
        ("PostsTable", {"GlobalSecondaryIndexes": indexes(6, projecting=20)}, "120 of 100 attributes"),
        ("StreamLate", {"EvaluationPeriods": 1_441}, "86,460 of 86,400 seconds"),
    ],
)
def test_what_is_too_large_for_aws_is_found(logical: str, properties: dict[str, Any], found: str) -> None:
    as_it_is = largest_stack(with_issuer=False)
    resource = as_it_is.resources[logical]
    changed = {**resource, "Properties": {**resource["Properties"], **properties}}

    (fault,) = exceeded(replace(as_it_is, resources={**as_it_is.resources, logical: changed}))

    assert fault.startswith(f"{logical} has {found}")


def test_more_resources_than_a_stack_can_have_are_found() -> None:
    as_it_is = largest_stack(with_issuer=False)
    queues = {
        f"Queue{at}": {"Type": "AWS::SQS::Queue", "Properties": {}} for at in range(501 - len(as_it_is.resources))
    }

    assert [
        fault.partition(" (")[0] for fault in exceeded(replace(as_it_is, resources=as_it_is.resources | queues))
    ] == ["the stack has 501 of 500 resources"]


@pytest.mark.parametrize(
    ("stack_name", "prefix", "found"),
    [
        (f"dorothy-{'k' * 45}", "dorothy", "CheckSubscriptionsEveryQuarterHour"),
        ("dorothy-lawson", "dorothy-lawson", "SignInDomain"),
        ("dorothy", "d" * 64, "SignInDomain"),
    ],
)
def test_a_name_that_aws_refuses_is_found(stack_name: str, prefix: str, found: str) -> None:
    faults = misnamed(stack(("operator",), place=Place(stack_name), parameters={"SignInDomainPrefix": prefix}))

    assert found in {fault.partition(" ")[0] for fault in faults}
