"""docs/deployer-policy.json lets whoever has it deploy the template and run the commands, and fits into one policy."""

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.template.stack_template import ROOT, Resources, listed

WRITTEN = (ROOT / "docs" / "deployer-policy.json").read_text(encoding="utf-8")
STATEMENTS: list[dict[str, Any]] = json.loads(WRITTEN)["Statement"]
HERE, ROLE = "ap-northeast-2:123456789012", "arn:aws:iam::123456789012:role/dorothy-emerald-GreetRole-1"
POOL = "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/ap-northeast-2_1"
MANAGED_POLICY_LIMIT = 6_144  # characters, white space left out
MAKES = {  # by type: what CloudFormation does first, and to what, as AWS names it where the template does not
    "AWS::ApiGatewayV2::Api": ("apigateway:POST", "arn:aws:apigateway:ap-northeast-2::/apis"),
    "AWS::ApiGatewayV2::ApiMapping": (
        "apigateway:POST",
        "arn:aws:apigateway:ap-northeast-2::/domainnames/x/apimappings",
    ),
    "AWS::ApiGatewayV2::DomainName": ("apigateway:POST", "arn:aws:apigateway:ap-northeast-2::/domainnames"),
    "AWS::ApiGatewayV2::Stage": ("apigateway:POST", "arn:aws:apigateway:ap-northeast-2::/apis/1/stages"),
    "AWS::CloudWatch::Alarm": ("cloudwatch:PutMetricAlarm", f"arn:aws:cloudwatch:{HERE}:alarm:dorothy-emerald-X-1"),
    "AWS::CloudWatch::Dashboard": (
        "cloudwatch:PutDashboard",
        "arn:aws:cloudwatch::123456789012:dashboard/dorothy-emerald",
    ),
    "AWS::Cognito::ManagedLoginBranding": ("cognito-idp:CreateManagedLoginBranding", POOL),
    "AWS::Cognito::UserPool": ("cognito-idp:CreateUserPool", "*"),
    "AWS::Cognito::UserPoolClient": ("cognito-idp:CreateUserPoolClient", POOL),
    "AWS::Cognito::UserPoolDomain": ("cognito-idp:CreateUserPoolDomain", POOL),
    "AWS::DynamoDB::Table": ("dynamodb:CreateTable", f"arn:aws:dynamodb:{HERE}:table/dorothy-emerald-DeskTable-1"),
    "AWS::IAM::ManagedPolicy": ("iam:CreatePolicy", "arn:aws:iam::123456789012:policy/dorothy-emerald-RolesBoundary-1"),
    "AWS::IAM::Role": ("iam:CreateRole", ROLE),
    "AWS::KMS::Alias": ("kms:CreateAlias", f"arn:aws:kms:{HERE}:alias/dorothy-emerald-topics"),
    "AWS::KMS::Key": ("kms:CreateKey", "*"),
    "AWS::Lambda::EventInvokeConfig": (
        "lambda:PutFunctionEventInvokeConfig",
        f"arn:aws:lambda:{HERE}:function:dorothy-emerald-Greet-1",
    ),
    "AWS::Lambda::EventSourceMapping": ("lambda:CreateEventSourceMapping", "*"),
    "AWS::Lambda::Function": ("lambda:CreateFunction", f"arn:aws:lambda:{HERE}:function:dorothy-emerald-Greet-1"),
    "AWS::Lambda::Permission": ("lambda:AddPermission", f"arn:aws:lambda:{HERE}:function:dorothy-emerald-Greet-1"),
    "AWS::Logs::LogGroup": (
        "logs:CreateLogGroup",
        f"arn:aws:logs:{HERE}:log-group:/aws/lambda/dorothy-emerald/greet:*",
    ),
    "AWS::S3::Bucket": ("s3:CreateBucket", "arn:aws:s3:::dorothy-emerald-reportsbucket-1"),
    "AWS::S3::BucketPolicy": ("s3:PutBucketPolicy", "arn:aws:s3:::dorothy-emerald-reportsbucket-1"),
    "AWS::SNS::Subscription": ("sns:Subscribe", f"arn:aws:sns:{HERE}:dorothy-emerald-dept-_phones"),
    "AWS::SNS::Topic": ("sns:CreateTopic", f"arn:aws:sns:{HERE}:dorothy-emerald-dept-billing"),
    "AWS::SQS::Queue": ("sqs:CreateQueue", f"arn:aws:sqs:{HERE}:dorothy-emerald-PostsQueue-1"),
    "AWS::Scheduler::Schedule": (
        "scheduler:CreateSchedule",
        f"arn:aws:scheduler:{HERE}:schedule/default/dorothy-emerald-sweep",
    ),
    "AWS::Scheduler::ScheduleGroup": (
        "scheduler:CreateScheduleGroup",
        f"arn:aws:scheduler:{HERE}:schedule-group/dorothy-emerald-posts",
    ),
    "AWS::SSM::Parameter": ("ssm:PutParameter", f"arn:aws:ssm:{HERE}:parameter/dorothy-emerald/sign-in"),
    "AWS::SecretsManager::Secret": ("secretsmanager:CreateSecret", f"arn:aws:secretsmanager:{HERE}:secret:XSecret-1"),
}
POLICY_NAMES = {"apigatewayv2": "apigateway", "dynamodbstreams": "dynamodb"}
ALWAYS_ALLOWED = {"sts"}


def is_allowed(action: str, resource: str) -> bool:
    return any(
        any(fnmatchcase(action, pattern) for pattern in listed(one["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in listed(one["Resource"]))
        for one in STATEMENTS
    )


def test_every_type_of_resource_in_the_template_may_be_created(resources: Resources) -> None:
    types = {one["Type"] for one in resources.values()}

    assert types == set(MAKES)
    assert [kind for kind, (action, resource) in sorted(MAKES.items()) if not is_allowed(action, resource)] == []


def test_every_secret_of_the_template_may_be_created(resources: Resources) -> None:
    action, example = MAKES["AWS::SecretsManager::Secret"]
    secrets = [logical for logical, one in resources.items() if one["Type"] == "AWS::SecretsManager::Secret"]

    assert [one for one in secrets if not is_allowed(action, example.replace("XSecret", one))] == []


def test_roles_are_made_with_a_boundary_of_the_stack_only_and_never_lose_it() -> None:
    (making,) = (one for one in STATEMENTS if "iam:CreateRole" in one["Action"])

    assert set(making["Action"]) == {"iam:CreateRole", "iam:PutRolePermissionsBoundary"}
    assert making["Condition"] == {
        "StringLike": {"iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/dorothy-*"}
    }
    assert not is_allowed("iam:DeleteRolePermissionsBoundary", ROLE)


@pytest.mark.parametrize("transform", ["LanguageExtensions", "Serverless-2016-10-31"])
def test_the_templates_transforms_may_run(transform: str) -> None:
    assert is_allowed(
        "cloudformation:CreateChangeSet", f"arn:aws:cloudformation:ap-northeast-2:aws:transform/{transform}"
    )


def test_the_stack_may_be_protected_and_deleted() -> None:
    stack = f"arn:aws:cloudformation:{HERE}:stack/dorothy-emerald/1"

    assert is_allowed("cloudformation:UpdateTerminationProtection", stack)
    assert is_allowed("cloudformation:DeleteStack", stack)


def test_what_outlives_the_stack_may_be_deleted_in_the_end() -> None:
    secret = f"arn:aws:secretsmanager:{HERE}:secret:XSecret-1"

    assert is_allowed("cognito-idp:UpdateUserPool", POOL)  # which switches its deletion protection off
    assert is_allowed("cognito-idp:DeleteUserPool", POOL)
    assert is_allowed("secretsmanager:DeleteSecret", secret)


def test_the_policies_of_aws_that_roles_get_may_be_attached(resources: Resources) -> None:
    attached = {
        str(arn)
        for one in resources.values()
        if one["Type"] == "AWS::IAM::Role"
        for arn in one["Properties"].get("ManagedPolicyArns", [])
    }
    (attaching,) = (one for one in STATEMENTS if "iam:AttachRolePolicy" in one["Action"])

    assert attached
    assert attached <= set(attaching["Condition"]["ArnLike"]["iam:PolicyARN"])


def test_no_other_stacks_resources_are_reached() -> None:
    for action, resource in MAKES.values():
        if "dorothy-emerald" in resource:
            assert not is_allowed(action, resource.replace("dorothy-emerald", "payroll"))


def test_the_commands_services_are_all_there() -> None:
    sources = [*(ROOT / "local" / "deployed").glob("*.py"), *(ROOT / "local" / "cli").glob("*.py")]
    used = {name for file in sources for name in re.findall(r'client\("([\w-]+)"', file.read_text(encoding="utf-8"))}
    named = {action.split(":")[0] for one in STATEMENTS for action in listed(one["Action"])}

    assert {POLICY_NAMES.get(name, name) for name in used - ALWAYS_ALLOWED} <= named


@mock_aws
def test_it_is_one_policy_that_iam_takes() -> None:
    assert len(re.sub(r"\s", "", WRITTEN)) <= MANAGED_POLICY_LIMIT

    iam = boto3.client("iam", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    made = iam.create_policy(PolicyName="DorothyDeployer", PolicyDocument=WRITTEN)

    assert made["Policy"]["PolicyName"] == "DorothyDeployer"
