from datetime import timedelta

from desk.pictures.model import KEPT
from desk.pictures.store import PREPARED, QUARANTINE
from tests.template.stack_template import Resources, target_of


def test_pictures_are_nobodys_to_open_and_are_encrypted_where_they_lie(resources: Resources) -> None:
    bucket = resources["PicturesBucket"]["Properties"]
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_pictures_travel_encrypted_or_not_at_all(resources: Resources) -> None:
    policy = resources["PicturesBucketPolicy"]["Properties"]
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert target_of(policy["Bucket"]) == "PicturesBucket"
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_quarantine_is_emptied_daily_and_prepared_pictures_last_as_long_as_what_is_known_of_them(
    resources: Resources,
) -> None:
    rules = resources["PicturesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    ages = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}

    assert {rule["Status"] for rule in rules} == {"Enabled"}
    assert ages == {QUARANTINE: 1, PREPARED: KEPT // timedelta(days=1)}


def test_pages_of_the_consoles_own_address_alone_may_send_pictures_and_read_the_answer(resources: Resources) -> None:
    (rule,) = resources["PicturesBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]

    assert rule["AllowedMethods"] == ["POST"]
    assert "AllowedHeaders" not in rule
    assert "'*'" not in str(rule["AllowedOrigins"])


def test_one_picture_is_in_memory_at_a_time(resources: Resources) -> None:
    mapping = resources["PreparePictureQueue"]["Properties"]
    function, queue = (resources[name]["Properties"] for name in ("PreparePicture", "PicturesQueue"))

    assert mapping["BatchSize"] == 1
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
