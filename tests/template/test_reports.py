from desk.suggestions.store import PREFIX
from tests.template.stack_template import Resources, listed, target_of

DAYS = 90


def test_reports_are_nobodys_to_open_but_through_the_api(resources: Resources) -> None:
    bucket = resources["ReportsBucket"]["Properties"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "WebsiteConfiguration" not in bucket


def test_reports_are_encrypted_where_they_lie(resources: Resources) -> None:
    (rule,) = resources["ReportsBucket"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_reports_travel_encrypted_or_not_at_all(resources: Resources) -> None:
    policy = resources["ReportsBucketPolicy"]["Properties"]

    (statement,) = policy["PolicyDocument"]["Statement"]

    assert target_of(policy["Bucket"]) == "ReportsBucket"
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert listed(statement["Resource"]) == [
        {"Fn::GetAtt": ["ReportsBucket", "Arn"]},
        {"Fn::Sub": "${ReportsBucket.Arn}/*"},
    ]


def test_reports_last_as_long_as_their_links_and_leave_nothing_behind(resources: Resources) -> None:
    bucket = resources["ReportsBucket"]["Properties"]
    rules = bucket["LifecycleConfiguration"]["Rules"]

    assert {rule["Status"] for rule in rules} == {"Enabled"}
    ages = {rule.get("Prefix", ""): rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    assert ages == {"": DAYS, PREFIX: 7}
    assert {"DaysAfterInitiation": 1} in [rule.get("AbortIncompleteMultipartUpload") for rule in rules]
    assert "VersioningConfiguration" not in bucket  # an older version would outlive its deletion


def test_the_bucket_outlives_the_stack_which_could_not_delete_it_anyway(resources: Resources) -> None:
    bucket = resources["ReportsBucket"]

    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert "BucketName" not in bucket["Properties"]
