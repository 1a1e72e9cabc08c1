import pytest

from local.deployed.confirmation import Link, confirm, parse_link
from local.deployed.errors import DeployedError
from local.deployed.subscriptions import subscribe
from tests.unit.deployed.fake_sns import FakeSns
from tests.unit.deployed.scene import ALARMS, BILLING, DIGEST, desk, sns, stack

LINK = (
    "https://sns.ap-northeast-2.amazonaws.com/confirmation.html"
    f"?TopicArn={BILLING}&Token=2336412f37fb687f5d51e6e2425c464de257ea&Endpoint=bills@emerald.example"
)


def asked() -> FakeSns:
    fake = FakeSns()
    subscribe(sns(fake), desk(), stack())
    return fake


@pytest.mark.parametrize("link", [LINK, f" <{LINK}>\n", LINK.replace(".com/", ".com.cn/")])
def test_a_link_is_read_as_people_copy_it(link: str) -> None:
    read = parse_link(link)

    assert read == Link(BILLING, "2336412f37fb687f5d51e6e2425c464de257ea")


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("", "no confirmation link"),
        ("confirm me", "no confirmation link"),
        (LINK.replace("https", "http"), "no confirmation link"),
        (LINK.replace("amazonaws.com", "amazonaws.com.evil.example"), "no confirmation link"),
        ("https://[broken", "no link"),
        (LINK.split("&", maxsplit=1)[0], "lacks its Token"),
        (LINK.replace("TopicArn", "Topic"), "lacks its TopicArn"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(link: str, sentence: str) -> None:
    with pytest.raises(DeployedError, match=sentence):
        parse_link(link)


def test_confirming_makes_unsubscribing_a_matter_of_this_account() -> None:
    fake = asked()

    confirm(sns(fake), stack(), Link(BILLING, fake.subscriptions[0].token))

    assert fake.subscriptions[0].confirmed
    assert fake.subscriptions[0].authenticated


def test_confirming_puts_the_filter_of_a_department_right_and_leaves_digest_and_alarms_without_one() -> None:
    fake = asked()
    fake.subscriptions[0].attributes.clear()

    for one in list(fake.subscriptions):
        confirm(sns(fake), stack(), Link(one.topic, one.token))

    assert {one.topic: "FilterPolicy" in one.attributes for one in fake.subscriptions} == {
        BILLING: True,
        fake.subscriptions[1].topic: True,
        DIGEST: False,
        ALARMS: False,
    }


def test_a_link_of_another_stack_confirms_nothing() -> None:
    fake = asked()

    with pytest.raises(DeployedError, match="no topic of dorothy-emerald"):
        confirm(sns(fake), stack(), Link("arn:aws:sns:ap-northeast-2:123456789012:other", "token0"))

    assert not any(one.confirmed for one in fake.subscriptions)


def test_an_expired_token_is_an_error_with_advice() -> None:
    with pytest.raises(DeployedError, match="--resend"):
        confirm(sns(asked()), stack(), Link(BILLING, "expired"))
