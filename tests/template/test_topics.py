import re

import pytest

from desk.notifications.phone_news import PHONES
from local.brand.load import load_desk
from tests.template.stack_template import Resources, of_type, target_of, template, unrolled


def department_topics(departments: tuple[str, ...]) -> dict[str, dict[str, object]]:
    topics = of_type(unrolled(departments)["Resources"], "AWS::SNS::Topic")
    return {
        logical: topic
        for logical, topic in topics.items()
        if logical not in {"AlarmTopic", "DigestTopic", "OnCallTopic", "PhonesTopic"}
    }


def test_every_department_of_desk_yaml_has_a_topic_named_by_the_prefix_that_functions_know(
    resources: Resources,
) -> None:
    departments = tuple(load_desk().departments)
    prefix = resources["RouteInquiry"]["Properties"]["Environment"]["Variables"]["TOPIC_PREFIX"]["Fn::Sub"]

    names = [topic["TopicName"] for topic in department_topics(departments).values()]

    assert names == [{"Fn::Sub": f"{prefix.rsplit('}:', 1)[1]}{department}"} for department in departments]


def test_departments_with_hyphens_have_topics() -> None:
    assert set(department_topics(("network-kr", "operator"))) == {"Topicnetworkkr", "Topicoperator"}


def test_departments_that_differ_by_hyphens_only_are_refused() -> None:
    with pytest.raises(AssertionError, match="stands for two"):
        department_topics(("a-b", "ab"))


def test_every_topic_shows_a_sender_and_is_encrypted_with_the_one_key(resources: Resources) -> None:
    for topic in of_type(resources, "AWS::SNS::Topic").values():
        assert topic["DisplayName"]
        assert target_of(topic["KmsMasterKeyId"]) == "TopicsKey"
        assert not topic.get("FifoTopic", False)  # FIFO topics send no e-mail


@pytest.mark.parametrize(("topic", "ending"), [("DigestTopic", "digest"), ("OnCallTopic", "oncall")])
def test_digest_and_calls_have_topics_that_no_department_could_be_named_like(
    topic: str, ending: str, resources: Resources
) -> None:
    prefix = resources["RouteInquiry"]["Properties"]["Environment"]["Variables"]["TOPIC_PREFIX"]["Fn::Sub"]

    name = resources[topic]["Properties"]["TopicName"]["Fn::Sub"]

    assert name == f"${{AWS::StackName}}-{ending}"
    assert not name.startswith(prefix.rsplit("}:", 1)[1])


def test_news_for_devices_have_a_topic_that_no_department_is_named_like(resources: Resources) -> None:
    prefix = resources["RouteInquiry"]["Properties"]["Environment"]["Variables"]["TOPIC_PREFIX"]["Fn::Sub"]

    assert resources["PhonesTopic"]["Properties"]["TopicName"]["Fn::Sub"] == f"{prefix.rsplit('}:', 1)[1]}{PHONES}"
    assert not re.match("[a-z]", PHONES)  # with which every key begins


def test_for_each_is_expanded_before_sam_looks() -> None:
    assert template()["Transform"] == ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]
