"""desk.yaml alone decides the template's parameters; whatever else tries to is refused."""

from pathlib import Path

import pytest

from local.brand.load import load_desk
from local.brand.model import Api, Digest
from local.brand.parameters import Drift, checked_parameters, drift, parameters_of, stack_name
from tests.brands import OTHER_DESK

TEMPLATE = """\
Parameters:
  Departments: {Type: CommaDelimitedList}
  DeskTimezone: {Type: String}
  LogRetentionDays: {Type: Number, AllowedValues: [7, 30]}
  GreetingAt: {Type: String}
  MorningDigestAt: {Type: String}
  EveningDigestAt: {Type: String}
  FeedbackMailsAt: {Type: String}
  ApiDomain: {Type: String}
  ApiCertificateArn: {Type: String}
  SignInIssuer: {Type: String}
  SignInClientId: {Type: String}
  SignInDomainPrefix: {Type: String}
  Tracing: {Type: String}
  XApiUrl: {Type: String, Default: https://api.x.com}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "${AWS::StackName}-x"}}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


@pytest.fixture
def samconfig(tmp_path: Path) -> Path:
    return tmp_path / "samconfig.toml"


def test_the_projects_own_template_and_samconfig_fit_desk_yaml() -> None:
    parameters = checked_parameters(load_desk())

    assert parameters["Departments"].split(",")[-1] == "operator"
    assert parameters["DeskTimezone"] == "Asia/Seoul"
    assert parameters["LogRetentionDays"] == "30"


def test_another_brand_has_its_own_parameters_and_stack() -> None:
    desk = load_desk(OTHER_DESK)

    assert stack_name(desk) == "dorothy-harbor-lantern"
    assert checked_parameters(desk) == {
        "Departments": "tickets,lost-property,operator",
        "DeskTimezone": "America/New_York",
        "LogRetentionDays": "7",
        "GreetingAt": "50 6",
        "MorningDigestAt": "30 7",
        "EveningDigestAt": "45 23",
        "FeedbackMailsAt": "30 7-10",
        "ApiDomain": "",
        "ApiCertificateArn": "",
        "SignInIssuer": "",
        "SignInClientId": "",
        "SignInDomainPrefix": "dorothy-harbor-lantern",
        "Tracing": "Disabled",
    }


def test_feedback_is_never_mailed_on_the_day_after_a_late_digest() -> None:
    desk = load_desk().model_copy(update={"digest": Digest(morning="22:05", evening="23:30")})

    assert parameters_of(desk)["FeedbackMailsAt"] == "5 22-23"


def test_an_own_domain_comes_with_its_certificate() -> None:
    certificate = "arn:aws:acm:ap-northeast-2:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    desk = load_desk().model_copy(update={"api": Api(domain="desk.emerald.example", certificate=certificate)})

    parameters = checked_parameters(desk)

    assert (parameters["ApiDomain"], parameters["ApiCertificateArn"]) == ("desk.emerald.example", certificate)


def test_a_template_that_fits_is_taken(template: Path, samconfig: Path) -> None:
    assert checked_parameters(load_desk(), template, samconfig) == parameters_of(load_desk())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  DeskTimezone:", "  Zone:", "does not declare DeskTimezone, which desk.yaml decides"),
        ("[7, 30]", "[7]", "does not allow LogRetentionDays to be '30'"),
        (", Default: https://api.x.com", "", "requires XApiUrl, which desk.yaml does not decide"),
    ],
)
def test_a_template_that_does_not_fit_is_refused(
    template: Path, samconfig: Path, old: str, new: str, sentence: str
) -> None:
    template.write_text(TEMPLATE.replace(old, new), encoding="utf-8")

    with pytest.raises(Drift, match=sentence):
        checked_parameters(load_desk(), template, samconfig)


@pytest.mark.parametrize(
    "overrides",
    [
        '"DeskTimezone=UTC XApiUrl=http://x"',
        '["DeskTimezone=UTC"]',
        '"ParameterKey=DeskTimezone,ParameterValue=UTC"',
        '"DeskTimezone=\\"UTC\\""',
    ],
)
def test_a_samconfig_that_sets_what_desk_yaml_decides_is_refused(
    template: Path, samconfig: Path, overrides: str
) -> None:
    samconfig.write_text(f"[prod.deploy.parameters]\nparameter_overrides = {overrides}\n", encoding="utf-8")

    with pytest.raises(Drift, match=r"samconfig\.toml sets DeskTimezone in prod\.deploy\.parameters"):
        checked_parameters(load_desk(), template, samconfig)


def test_a_samconfig_that_sets_only_its_own_is_taken(template: Path, samconfig: Path) -> None:
    samconfig.write_text('[default.deploy.parameters]\nparameter_overrides = "XApiUrl=http://x"\n', encoding="utf-8")

    assert checked_parameters(load_desk(), template, samconfig)


def test_a_samconfig_that_is_not_toml_is_an_error(template: Path, samconfig: Path) -> None:
    samconfig.write_text("parameters = [", encoding="utf-8")

    with pytest.raises(Drift, match=r"samconfig\.toml is not TOML"):
        checked_parameters(load_desk(), template, samconfig)


def test_drift_names_each_parameter_that_a_stack_has_differently() -> None:
    derived = {"DeskTimezone": "Asia/Seoul", "LogRetentionDays": "30", "Departments": "operator"}

    found = drift(derived, {"DeskTimezone": "UTC", "LogRetentionDays": "30"}, "The stack")

    assert found == [
        "The stack has DeskTimezone 'UTC', desk.yaml says 'Asia/Seoul'.",
        "The stack has Departments None, desk.yaml says 'operator'.",
    ]
