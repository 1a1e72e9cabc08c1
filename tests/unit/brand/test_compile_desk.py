"""What is compiled is what the functions load, the same every time."""

import ast
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from desk.brand import (
    Acknowledgement,
    Chase,
    CheckSettings,
    FeedbackMail,
    FeedSettings,
    ListenSettings,
    OnCall,
    ProductName,
    Purpose,
    SeedReply,
    Targets,
    TrendPlace,
    XBudget,
    brand_of,
    load_brand,
)
from desk.errors import SettingsError
from desk.posts.model import WRITTEN
from desk.reading import OPERATOR, Kind
from local.brand.compile import compile_desk, compile_file, compiled_text
from local.brand.load import load_desk
from local.brand.model import Console
from local.brand.schema import SCHEMA_FILE, schema_text
from tests.brands import OTHER_DESK, emerald, other_brand


class Watched(dict[str, object]):
    """A mapping that notes which of its keys were read."""

    def __init__(self, plain: dict[str, object]) -> None:
        super().__init__(plain)
        self.unread = set(plain)

    def __getitem__(self, key: str) -> object:
        self.unread.discard(key)
        return super().__getitem__(key)


def test_what_is_compiled_is_loaded_again_as_the_same_brand(tmp_path: Path) -> None:
    out = tmp_path / "new" / "brand.json"

    compile_file(out=out, year=2026)

    assert load_brand(out) == emerald()


def test_the_functions_read_everything_that_is_compiled() -> None:
    compiled = Watched(compile_desk(load_desk(), year=2026))

    brand_of(compiled)

    assert compiled.unread == set()


def test_roles_are_compiled_without_regard_to_case_and_a_user_pool_has_groups() -> None:
    console = Console(operators=("Jimin.Park@emerald.example",), departments={"billing": ("JIEUN@emerald.example",)})
    desk = load_desk().model_copy(update={"console": console, "answering": "sign_in"})

    brand = brand_of(compile_desk(desk, year=2026))

    assert brand.console.operators == {"jimin.park@emerald.example"}
    assert brand.console.members == {"billing": {"jieun@emerald.example"}}
    assert (brand.console.role_claim, brand.answering_needs_sign_in) == ("cognito:groups", True)


def test_kinds_that_a_second_person_approves_are_none_by_default() -> None:
    desk = load_desk()
    asked = desk.model_copy(update={"approval": ("outage", "announcement", "outage")})

    assert brand_of(compile_desk(desk, year=2026)).approval == frozenset()
    assert brand_of(compile_desk(asked, year=2026)).approval == {"announcement", "outage"} <= set(WRITTEN)


def test_with_an_issuer_a_claim_counts_only_if_it_is_named() -> None:
    console = Console(issuer="https://login.emerald.example", client_id="dorothy", operators=("a@emerald.example",))

    compiled = compile_desk(load_desk().model_copy(update={"console": console}), year=2026)

    assert brand_of(compiled).console.role_claim == ""


def test_compiling_twice_gives_the_same_bytes() -> None:
    assert compiled_text(load_desk(), year=2026) == compiled_text(load_desk(), year=2026)


def test_a_brand_that_was_not_compiled_says_how_to(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="dorothy compile"):
        load_brand(tmp_path / "brand.json")


def test_what_desk_yaml_says_reaches_the_functions() -> None:
    brand = emerald()

    assert brand.department_name("billing") == "요금·청구"
    assert brand.departments["network"].emails == ("network@emerald.example", "night-shift@emerald.example")
    assert brand.hours.days == dict.fromkeys(range(5), (540, 1080))
    assert {key for key, each in brand.departments.items() if each.answers_to_x} == {"billing", "network"}
    assert [brand.departments[key].signature for key in ("billing", "devices", "network")] == ["^요금팀", "^단말팀", ""]
    assert brand.targets.normal == brand.targets.of(Kind.INQUIRY).normal == timedelta(hours=9)
    assert brand.targets.of(Kind.FAULT) == Targets(high=timedelta(hours=1), normal=timedelta(hours=4))
    assert brand.chase == Chase(before=timedelta(hours=1), escalate=timedelta(hours=1))
    assert brand.on_call == OnCall(webhooks=("https://oncall.emerald.example/hook",))
    assert "확인 후 안내" in brand.holding
    assert brand.acknowledgements == {}
    assert brand.polling.overlap == timedelta(minutes=10)
    assert brand.x_budget == XBudget()
    assert brand.listen.is_on
    assert brand.trends == (TrendPlace("대한민국", 23_424_868),)
    assert (brand.mail.count, brand.mail.window) == (20, timedelta(minutes=10))
    assert brand.words_days == 30


def test_what_the_desk_says_by_itself_and_what_rings_reach_the_functions_as_desk_yaml_has_them(tmp_path: Path) -> None:
    told = tmp_path / "desk.yaml"
    more = """
targets: {high_minutes: 30, kinds: {fault: {normal_working_minutes: 60}}}
reminders: {before_minutes: 20, escalate_minutes: 0}
on_call: {phones: ["+821000000000"], alarm: every, safety_checks: mail, in_trial: call}
holding: [we will check]
saved_replies:
  - {title: Fares, text: "Fares are at {place}.", department: tickets, kind: inquiry,
     only_when: no_spike, texts: {ja: 運賃}}
  - {title: Hi, text: "By {time}.", promise: 30분}
acknowledgements: {fault: {texts: ["Case {case} is with us.", "We will answer by {due}."]}}
checks: {banned: [never], products: [{name: Sea Pass, wrong: [SeaPass]}], competitors: [Lake Lines]}
x_budget:
  day_usd: 3.5
  month_usd: 70
  stops_at_percent: {listening: 0, trends: 10}
  at_most_usd_a_day: {listening: null, favourites: 0.25}
listen: {terms: [harbor], hashtags: [harborday], without: {words: [boat], accounts: [quay]}, languages: [en]}
trends: [{name: New York, woeid: 2459115}]
feeds:
  - {name: Log, url: "https://log.harbor.example/feed", hashtags: [harbor], auto: true, expires_hours: 2}
  - {name: News, url: "https://news.harbor.example/"}
"""
    others = re.sub(r"targets:\n( .*\n)+", "", OTHER_DESK.read_text(encoding="utf-8"))
    told.write_text(others + more, encoding="utf-8")

    brand = brand_of(compile_desk(load_desk(told), year=2026))

    assert brand.targets.of(Kind.FAULT) == Targets(timedelta(minutes=30), timedelta(hours=1))
    assert brand.chase == Chase(timedelta(minutes=20), timedelta())
    assert brand.on_call == OnCall(phones=("+821000000000",), every=True, for_checks=False, in_trial=True)
    assert brand.holding == ("we will check",)
    assert brand.saved_replies == (
        SeedReply("Fares", "Fares are at {place}.", "tickets", "inquiry", "no_spike", {"ja": "運賃"}),
        SeedReply("Hi", "By {time}.", promise="30m"),
    )
    assert brand.checks == CheckSettings(("never",), (ProductName("Sea Pass", ("SeaPass",)),), ("Lake Lines",))
    assert (brand.x_budget.day, brand.x_budget.month) == (3_500_000, 70_000_000)
    assert brand.x_budget.stops_at == {**XBudget().stops_at, Purpose.LISTENING: 0, Purpose.TRENDS: 10}
    assert brand.x_budget.at_most == {Purpose.FAVOURITES: 250_000, Purpose.LOOK_UPS: 2_000_000}
    assert brand.listen == ListenSettings(("harbor",), ("harborday",), ("boat",), ("quay",), ("en",))
    assert brand.trends == (TrendPlace("New York", 2_459_115),)
    assert brand.feeds == (
        FeedSettings("Log", "https://log.harbor.example/feed", ("harbor",), auto=True, lasts=timedelta(hours=2)),
        FeedSettings("News", "https://news.harbor.example/"),
    )
    assert brand.acknowledgements == {
        Kind.FAULT: Acknowledgement(("Case {case} is with us.", "We will answer by {due}."), timedelta(hours=24))
    }


def test_feedback_comes_weekly_unless_the_brand_or_the_department_wants_it_otherwise() -> None:
    desk = load_desk()
    departments = {**desk.departments, "home": desk.departments["home"].model_copy(update={"feedback": "daily"})}

    compiled = compile_desk(desk.model_copy(update={"feedback": "never", "departments": departments}), year=2026)
    often = {key: entry.feedback for key, entry in brand_of(compiled).departments.items()}

    assert {entry.feedback for entry in other_brand().departments.values()} == {FeedbackMail.WEEKLY}
    assert often.pop("home") is FeedbackMail.DAILY
    assert set(often.values()) == {FeedbackMail.NEVER}


def test_without_a_word_on_it_answers_go_to_the_operator_and_bear_no_signature() -> None:
    assert {(each.answers_to_x, each.signature) for each in other_brand().departments.values()} == {(False, "")}


def test_holidays_are_those_of_the_country_from_last_year_to_three_years_ahead() -> None:
    holidays = emerald().hours.holidays

    assert date(2026, 9, 25) in holidays  # Chuseok
    assert date(2026, 12, 31) in holidays  # the brand's own
    assert {day.year for day in holidays} == {2025, 2026, 2027, 2028, 2029}


def test_another_brand_needs_nothing_but_another_desk_yaml() -> None:
    brand = other_brand()

    assert brand.name() == "Harbor Lantern"
    assert brand.department_name("lost-property") == "Lost property"
    assert brand.hours.days[5] == (0, 24 * 60)
    assert date(2026, 11, 26) in brand.hours.holidays  # Thanksgiving
    assert date(2026, 11, 27) in brand.hours.holidays  # extra
    assert date(2026, 2, 12) in brand.hours.holidays  # Lincoln's birthday, in New York only
    assert date(2026, 11, 11) not in brand.hours.holidays  # worked on
    assert date(2026, 9, 25) not in brand.hours.holidays  # not Korea's


def test_the_code_knows_no_department_of_the_shipped_brand() -> None:
    keys = set(emerald().departments) - {OPERATOR}
    files = [path for folder in ("functions", "local/brand") for path in Path(folder).rglob("*.py")]
    trees = [ast.parse(path.read_bytes()) for path in files if path.parent.name != "i18n"]  # it spells any word
    whole = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}

    assert keys & whole == set()


def test_without_a_country_only_the_own_days_off_are_kept() -> None:
    desk = load_desk(OTHER_DESK)
    told = desk.holidays.model_copy(update={"country": None, "subdivision": None, "extra": (date(2031, 1, 2),)})

    compiled = compile_desk(desk.model_copy(update={"holidays": told}), year=2026)

    assert compiled["public_holidays"] == []
    assert brand_of(compiled).hours.holidays == {date(2031, 1, 2)}


def test_the_schema_for_editors_is_fresh() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run `dorothy schema --out docs/desk.schema.json`"


def test_the_schema_tells_what_every_key_is_for() -> None:
    sections = json.loads(schema_text())["$defs"]

    left_out = [
        f"{name}.{key}"
        for name, section in sections.items()
        for key, entry in section.get("properties", {}).items()
        if "description" not in entry and "$ref" not in entry and not key.endswith("day")
    ]
    assert left_out == []


@pytest.mark.parametrize(
    ("whole", "of_billing", "expected"),
    [
        ("live", None, (False, False, False, False)),
        ("trial", None, (True, True, True, True)),
        ("trial", "live", (True, False, True, True)),
        ("live", "trial", (False, True, False, True)),
    ],
)
def test_a_department_is_in_trial_as_the_desk_is_unless_it_says_otherwise(
    whole: str, of_billing: str | None, expected: tuple[bool, ...]
) -> None:
    desk = load_desk()
    billing = desk.departments["billing"].model_copy(update={"mode": of_billing})
    changed = {"mode": whole, "departments": {**desk.departments, "billing": billing}}

    brand = brand_of(compile_desk(desk.model_copy(update=changed), year=2026))

    assert (brand.is_in_trial, brand.in_trial("billing"), brand.in_trial("network"), brand.has_trial) == expected
    assert brand.in_trial("a department of yesterday") is brand.is_in_trial
