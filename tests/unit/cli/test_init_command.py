"""`dorothy init`: a desk.yaml that `dorothy check` accepts, whatever a brand is called, and no file is lost."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from local.brand.load import load_desk
from local.brand.parameters import Drift, checked_parameters
from local.cli.main import app

ANSWERS = ["--name", "초록가게", "--handle", "@chorok_shop", "--language", "ko", "--email", "desk@chorok.example"]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def types(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(app, ["init", *words], input=answers)


@pytest.mark.parametrize(
    "departments", ["payments,delivery", "product, service ,shops,app,press", "결제·환불,warranty=보증"]
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_it_proposes_is_accepted_by_check(here: Path, departments: str, language: str) -> None:
    made = types(*ANSWERS, "--departments", departments, "--language", language)
    checked = CliRunner().invoke(app, ["check", "--desk", "desk.yaml"])

    desk = load_desk(here / "desk.yaml")
    assert (made.exit_code, checked.exit_code) == (0, 0), made.output + checked.output
    assert (desk.mode, desk.brand.handle, desk.brand.language) == ("trial", "chorok_shop", language)
    assert (desk.holidays.country, desk.brand.timezone) == {
        "ko": ("KR", "Asia/Seoul"),
        "en": ("US", "America/New_York"),
    }[language]
    assert len(desk.departments) == departments.count(",") + 2
    assert all(each.words and each.examples for key, each in desk.departments.items() if key != "operator")


def test_it_asks_for_what_the_options_leave_out(here: Path) -> None:
    made = types(answers='Green: "the" shop\n@green\nen\npayments\n\n')

    assert made.exit_code == 0, made.output
    desk = load_desk(here / "desk.yaml")
    assert (desk.brand.name.en, list(desk.departments)) == ('Green: "the" shop', ["payments", "operator"])
    assert desk.departments["operator"].emails == ("desk@green.example",)


@pytest.mark.parametrize("country", ["KR", "JP", "TW", "SG", "GB", "DE", "FR", "US"])
def test_holidays_of_several_countries_are_known(here: Path, country: str) -> None:
    assert types(*ANSWERS, "--departments", "payments", "--country", country.lower()).exit_code == 0
    assert load_desk(here / "desk.yaml").holidays.country == country


def test_a_desk_yaml_that_is_there_stays_unless_it_is_said(here: Path) -> None:
    (here / "desk.yaml").write_text("mine", encoding="utf-8")

    refused = types(*ANSWERS, "--departments", "payments")
    kept = (here / "desk.yaml").read_text(encoding="utf-8")
    forced = types(*ANSWERS, "--departments", "payments", "--force")

    assert (refused.exit_code, kept) == (1, "mine")
    assert (forced.exit_code, "in place of the earlier one" in forced.output) == (0, True)


WRONG = {
    "a language it does not speak": (["--language", "fr"], "ko or en"),
    "a department without a key": (["--departments", "보증"], "like warranty=보증"),
    "the name of an account": (["--handle", "not a name"], "brand.handle must be the X user name"),
    "a country without a time zone": (["--country", "BR"], "--timezone"),
    "a country without holidays": (["--country", "XX", "--timezone", "UTC"], "holidays.country"),
    "an address": (["--email", "nobody"], "must be one e-mail address"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_said_and_nothing_is_written(here: Path, words: list[str], said: str) -> None:
    result = types(*ANSWERS, "--departments", "payments", *words)

    assert (result.exit_code, list(here.iterdir())) == (2, [])
    assert said in result.stderr


def test_a_desk_without_the_accounts_number_says_so_and_is_not_deployed(here: Path) -> None:
    types(*ANSWERS, "--departments", "payments")

    checked = CliRunner().invoke(app, ["check", "--desk", "desk.yaml"])

    assert "`dorothy preview` prints the account's" in checked.output
    with pytest.raises(Drift, match="user_id is 1"):
        checked_parameters(load_desk(here / "desk.yaml"))
    types(*ANSWERS, "--departments", "payments", "--user-id", "1700000000000000009", "--force")
    assert checked_parameters(load_desk(here / "desk.yaml"))["Departments"] == "payments,operator"
