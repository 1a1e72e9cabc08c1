"""`dorothy settings` on a deployed desk: what is shown, what is changed, and what is refused in a sentence."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner, Result

from desk.live_settings.store import LiveSettingItems, seed_missing
from local.brand.live import live_values
from local.brand.load import DESK_FILE, load_desk
from local.cli.main import app
from local.deployed.live_settings import DeskSettings
from local.deployed.stack import Stack
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEEDS = live_values(load_desk())
BILLING = "departments.billing.emails"


@pytest.fixture
def store(deployed_tables: Dynamo) -> LiveSettingItems:
    """The settings of a deployed desk, as its first deployment has seeded them."""
    made = LiveSettingItems(deployed_tables.client, deployed_tables.tables.desk)
    seed_missing(made, SEEDS, NOON)
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["settings", *words])


def sets(key: str, value: str, *words: str) -> Result:
    return run("set", key, value, "--who", "jimin", *words)


def _stack(outputs: dict[str, str]) -> Callable[[object, str], Stack]:
    return lambda _client, name: Stack(name, "UPDATE_COMPLETE", {}, outputs, {})


def value_of(store: LiveSettingItems, key: str) -> object:
    return store.all()[key].value


def test_all_settings_are_shown_with_version_who_and_value(store: LiveSettingItems) -> None:
    lines = run("show").stdout.splitlines()

    assert [line.split("\t")[0] for line in lines] == list(SEEDS)
    assert f'{BILLING}\t1\tdesk.yaml\t2026-11-24 12:00\t["billing@emerald.example"]' in lines


@pytest.mark.usefixtures("deployed_tables")
def test_a_setting_that_is_not_stored_is_shown_as_desk_yaml_has_it_and_can_be_changed() -> None:
    before, changed, after = run("show", BILLING), sets(BILLING, "[]"), run("show", BILLING)

    assert before.stdout == f'{BILLING}\t0\tdesk.yaml\tnot stored yet\t["billing@emerald.example"]\n'
    assert changed.exit_code == 0
    assert after.stdout.startswith(f"{BILLING}\t1\tjimin\t")


def test_a_change_is_stored_with_who_made_it_and_stays_in_the_history(store: LiveSettingItems) -> None:
    changed = sets(BILLING, "[a@emerald.example, b@emerald.example]")
    shown = run("show", BILLING)

    setting = store.all()[BILLING]
    assert (setting.value, setting.version, setting.by) == (["a@emerald.example", "b@emerald.example"], 2, "jimin")
    assert setting.before == ["billing@emerald.example"]
    assert [line.split("\t")[1:3] for line in shown.stdout.splitlines()] == [["2", "jimin"], ["1", "desk.yaml"]]
    assert "dorothy subscribe --prune" in changed.stdout


def test_what_a_section_leaves_out_has_its_default(store: LiveSettingItems) -> None:
    assert sets("listen", "{terms: [에메랄드]}").exit_code == 0

    assert value_of(store, "listen") == {
        "terms": ["에메랄드"],
        "hashtags": [],
        "without": {"words": [], "accounts": []},
        "languages": [],
    }


REFUSED = {
    "an address that is none": (BILLING, "[nobody]", f"{BILLING}[0] must be one e-mail address"),
    "a fallback without an address": ("departments.operator.emails", "[]", "needs an e-mail address"),
    "a date that is none": ("holidays.extra", "[2026-02-30]", "holidays.extra[0] must be a date"),
    "a day off that is worked on": (
        "holidays.working_on",
        "[2026-12-31]",
        "2026-12-31 is listed in extra as a day off",
    ),
    "words that X finds nothing with": ("listen", "{terms: [a b], without: {words: [b]}}", "would find nothing"),
    "a phone that is none": ("on_call", "{phones: ['010']}", "must be a number with its country code"),
    "a greeting that calls somebody": (
        "greeting_today",
        "{day: 2026-12-24, text: 'hi @a'}",
        "is none that can be posted",
    ),
    "a greeting without its day": ("greeting_today", "{text: hi}", "greeting_today.day is missing"),
    "another type": ("listen", "7", "listen must be a section"),
    "no YAML": (BILLING, "[a", f"{BILLING} is not YAML"),
    "more than one value": (BILLING, "[]\nother: 1", "must be one value on one line"),
    "a misspelt key": ("department.billing.emails", "[]", f"did you mean {BILLING}?"),
    "what is deployed": ("departments.billing.words", "[]", "is no live setting"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_value_that_desk_yaml_would_not_take_is_refused_in_a_sentence(store: LiveSettingItems, name: str) -> None:
    key, value, sentence = REFUSED[name]
    before = store.all()

    refused = sets(key, value)

    assert refused.exit_code in {1, 2}
    assert sentence in refused.stderr
    assert len(refused.stderr.removeprefix("On AWS: the stack dorothy-emerald.\n").splitlines()) == 1
    assert refused.stdout == ""
    assert store.all() == before


def test_a_change_that_somebody_has_overtaken_is_refused(
    store: LiveSettingItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets(BILLING, "[first@emerald.example]")
    seen = sets(BILLING, "[second@emerald.example]", "--version", "1")
    stale = store.all()[BILLING]
    sets(BILLING, "[third@emerald.example]")
    monkeypatch.setattr(DeskSettings, "all", lambda _: {BILLING: stale})
    raced = sets(BILLING, "[fourth@emerald.example]")

    assert (seen.exit_code, raced.exit_code) == (1, 1)
    assert f"{BILLING} has version 2, changed by jimin: nothing was changed." in seen.stderr
    assert f"Somebody else has changed {BILLING} just now" in raced.stderr
    assert value_of(store, BILLING) == ["third@emerald.example"]


def test_the_same_value_again_changes_nothing(store: LiveSettingItems) -> None:
    sets(BILLING, "[a@emerald.example]")
    again = sets(BILLING, "['a@emerald.example']")

    assert (again.exit_code, again.stdout) == (0, "Nothing was changed: the settings are so already.\n")
    assert store.all()[BILLING].version == 2


def test_what_was_exported_and_edited_is_imported_and_nothing_else_changes(
    store: LiveSettingItems, tmp_path: Path
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(run("export").stdout.replace("billing@emerald.example", "요금@emerald.example"), encoding="utf-8")
    refused = run("import", str(file), "--who", "jimin")
    file.write_text(run("export").stdout.replace("billing@emerald.example", "bills@emerald.example"), encoding="utf-8")
    done = run("import", str(file), "--who", "jimin")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "must be one e-mail address" in refused.stderr
    assert value_of(store, BILLING) == ["bills@emerald.example"]
    assert {key: setting.version for key, setting in store.all().items()} == dict.fromkeys(SEEDS, 1) | {BILLING: 2}


def test_an_import_that_somebody_overtakes_changes_no_setting_at_all(
    store: LiveSettingItems, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = store.all()
    file = tmp_path / "settings.yaml"
    file.write_text(
        "departments: {billing: {emails: [a@emerald.example]}}\nlisten: {terms: [에메랄드]}\n", encoding="utf-8"
    )
    sets(BILLING, "[b@emerald.example]")
    before = store.all()
    monkeypatch.setattr(DeskSettings, "all", lambda _: seen)
    raced = run("import", str(file), "--who", "sujin")
    monkeypatch.undo()

    assert (raced.exit_code, raced.stdout) == (1, "")
    assert f"Somebody else has changed {BILLING} just now, so nothing was changed" in raced.stderr
    assert store.all() == before


def test_importing_desk_yaml_takes_over_what_it_has(store: LiveSettingItems) -> None:
    sets(BILLING, "[a@emerald.example]")

    done = run("import", str(DESK_FILE), "--who", "jimin")

    assert done.exit_code == 0
    assert value_of(store, BILLING) == SEEDS[BILLING]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("retention: {words_days: 3}", "retention.words_days is no live setting"),
        ("lisen: {terms: [a]}", "lisen.terms is no live setting"),
        ("departments: {nobody: {emails: [a@emerald.example]}}", "departments.nobody.emails is no live setting"),
        ("holidays: 7", "holidays is no live setting"),
        ("7", "The whole is no live setting"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_file_with_anything_else_is_refused(
    store: LiveSettingItems, tmp_path: Path, written: str, sentence: str
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(written, encoding="utf-8")

    refused = run("import", str(file), "--who", "jimin")

    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert {setting.version for setting in store.all().values()} == {1}


def test_a_file_that_is_not_there_is_told_in_a_sentence() -> None:
    refused = run("import", "no/such/file.yaml", "--who", "jimin")

    assert (refused.exit_code, refused.stderr) == (1, "no/such/file.yaml: No such file or directory\n")


def test_a_value_that_was_broken_before_does_not_stop_a_change_of_something_else(store: LiveSettingItems) -> None:
    store.save([store.all()["on_call"].changed({"phones": ["010"]}, "by hand", NOON)])

    assert sets(BILLING, "[a@emerald.example]").exit_code == 0
    assert sets("on_call", "{phones: ['+821000000000']}").exit_code == 0


def test_a_deployment_seeds_what_is_missing_and_changes_nothing_else(
    store: LiveSettingItems, deployed_outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sets(BILLING, "[a@emerald.example]")
    desk_table = deployed_outputs["DeskTable"]
    boto3.client("dynamodb").delete_item(
        TableName=desk_table, Key={"item": {"S": "live_setting"}, "part": {"S": "greeting_today"}}
    )
    monkeypatch.setattr("local.cli.deploy.deployed_stack", _stack(deployed_outputs))

    first, second = (CliRunner().invoke(app, ["deploy-settings"]) for _ in range(2))

    assert first.stdout == "greeting_today is now a live setting, as in desk.yaml.\n"
    assert (second.exit_code, second.stdout) == (0, "")
    assert value_of(store, BILLING) == ["a@emerald.example"]


def test_subscribing_follows_the_settings(
    store: LiveSettingItems, deployed_outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sns = boto3.client("sns")
    for key in load_desk().departments:
        sns.create_topic(Name=f"dorothy-emerald-dept-{key}")
    topics = {name: sns.create_topic(Name=name)["TopicArn"] for name in ("DigestTopic", "AlarmTopic", "OnCallTopic")}
    billing = sns.create_topic(Name="dorothy-emerald-dept-billing")["TopicArn"]
    deployed_outputs |= topics | {"TopicPrefix": billing.removesuffix("billing")}
    monkeypatch.setattr("local.cli.subscribe.deployed_stack", _stack(deployed_outputs))
    sets(BILLING, "[changed@emerald.example]")

    done = CliRunner().invoke(app, ["subscribe"])

    assert done.exit_code == 0, done.stderr
    listed = sns.list_subscriptions_by_topic(TopicArn=billing)["Subscriptions"]
    assert [one["Endpoint"] for one in listed] == ["changed@emerald.example"]
    assert value_of(store, BILLING) == ["changed@emerald.example"]
