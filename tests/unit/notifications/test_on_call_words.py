"""What those on call read, and what their machines do."""

import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from desk.links import new_link_id
from desk.notifications.on_call import SMS_CHARACTERS, Call, on_call_message, spike_message
from desk.reading import Kind
from desk.text import utf16_units
from tests.brands import emerald, small_brand
from tests.unit.notifications.on_call_scene import API_URL, BRAND, MINUTE, NIGHT, SPIKE, Scene, urgent

CONTRACTS = Path(__file__).parents[3] / "docs" / "contracts"
LINK = f"{API_URL}/answer/{new_link_id()}"
CASE = urgent(asked_at=NIGHT)


def closed(schema: dict[str, Any], part: str = "case") -> dict[str, Any]:
    """The schema that refuses members which the published one does not describe."""
    shut = deepcopy(schema)
    shut["additionalProperties"] = shut["$defs"][part]["additionalProperties"] = False
    return shut


STRICT = Draft202012Validator(
    closed(json.loads((CONTRACTS / "on-call-v1.schema.json").read_text(encoding="utf-8"))),
    format_checker=Draft202012Validator.FORMAT_CHECKER,
)


def sms(*, after: timedelta = 25 * MINUTE, language: str = "ko", count: int = 1, link: str | None = LINK) -> str:
    calls = [Call(CASE, 1), *(Call(urgent(number), 1) for number in range(2, count + 1))]
    return on_call_message(calls, NIGHT + after, small_brand(language=language), link).sms


def test_a_text_message_has_kind_number_department_waiting_time_and_link() -> None:
    assert sms() == f"[긴급] 장애·불편 신고 {CASE.id} 네트워크 25분째 대기\n{LINK}"


def test_a_text_message_in_english() -> None:
    assert sms(language="en") == f"Urgent: Fault report {CASE.id} Network, 25 min\n{LINK}"


def test_several_cases_are_counted_and_the_oldest_is_named() -> None:
    assert sms(count=7) == f"[긴급] 7건 대기 중. 가장 오래된 건 {CASE.id}(네트워크) 25분째\n{LINK}"
    assert sms(count=7, language="en") == f"Urgent: 7 waiting, oldest {CASE.id} (Network) 25 min\n{LINK}"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (-MINUTE, "1분째"),
        (timedelta(), "1분째"),
        (59 * MINUTE, "59분째"),
        (60 * MINUTE, "1시간 0분째"),
        (23 * 60 * MINUTE + 59 * MINUTE, "23시간 59분째"),
        (timedelta(days=1), "1일째"),
        (timedelta(days=9), "9일째"),
    ],
)
def test_the_waiting_time_is_in_everyday_units(after: timedelta, said: str) -> None:
    assert sms(after=after, link=None).endswith(f" {said} 대기")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.FAULT, Kind.RUMOR])
@given(
    minutes=st.integers(0, 60 * 24 * 40),
    count=st.integers(1, 20),
    department=st.sampled_from(list(emerald().departments)),
)
def test_every_department_name_fits_into_a_text_message(
    language: str, kind: Kind, minutes: int, count: int, department: str
) -> None:
    case = CASE._replace(kind=kind, department=department)
    calls = [Call(case, 1), *(Call(urgent(number), 1) for number in range(2, count + 1))]
    brand = emerald()._replace(language=language)

    message = on_call_message(calls, NIGHT + minutes * MINUTE, brand, LINK)

    assert utf16_units(message.sms) <= SMS_CHARACTERS
    assert message.sms.endswith(f"\n{LINK}")
    assert case.id in message.sms


@pytest.mark.parametrize(
    ("count", "start", "end"),
    [
        (1, f"[긴급] 장애·불편 신고 {CASE.id} 네트워크", "… 25분째 대기"),
        (20, f"[긴급] 20건 대기 중. 가장 오래된 건 {CASE.id}(네트워크", "…) 25분째"),
    ],
)
def test_only_a_long_department_name_is_cut(count: int, start: str, end: str) -> None:
    brand = small_brand()
    named = brand.departments["network"]._replace(name_ko="네트워크" * 40)
    brand = brand._replace(departments=brand.departments | {"network": named})
    calls = [Call(CASE, 1), *(Call(urgent(number), 1) for number in range(2, count + 1))]

    message = on_call_message(calls, NIGHT + 25 * MINUTE, brand, LINK)

    assert utf16_units(message.sms) <= SMS_CHARACTERS
    assert message.sms.startswith(start)
    assert message.sms.endswith(f"{end}\n{LINK}")


def test_no_message_quotes_the_author_and_only_the_text_message_has_a_link() -> None:
    scene = Scene()
    scene.open(urgent())

    scene.run()

    (message,) = scene.topic.got
    assert "창고" not in "".join(message)
    assert (f"{API_URL}/answer/" in message.sms, "answer" in message.machine, "answer" in message.plain) == (
        True,
        False,
        False,
    )


def test_the_link_opens_the_case_that_waits_the_longest_for_its_department() -> None:
    scene = Scene()
    scene.open(urgent(2))
    oldest = scene.open(urgent(1))

    scene.run()

    link = scene.links.find(scene.topic.got[0].sms.rsplit("/", 1)[1])
    assert link is not None
    assert (link.case_id, link.department) == (oldest.id, "network")


def test_the_json_has_every_case_and_is_valid() -> None:
    calls = [Call(CASE, 3), Call(urgent(2, wakes=False), 1)]

    told = json.loads(on_call_message(calls, NIGHT + 25 * MINUTE, BRAND, LINK).machine)

    STRICT.validate(told)
    assert told["called_at"] == "2026-11-24T17:25:00.000Z"
    assert told["cases"][0] == {
        "id": CASE.id,
        "kind": "fault",
        "review": False,
        "department": "network",
        "likely": True,
        "asked_at": "2026-11-24T17:00:00.000Z",
        "due_at": CASE.due_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "call": 3,
    }
    assert (told["cases"][1]["likely"], told["cases"][1]["call"]) == (False, 1)


def test_the_documented_example_is_valid() -> None:
    STRICT.validate(json.loads((CONTRACTS / "on-call-v1.example.json").read_text(encoding="utf-8")))


# Spikes


SPIKE_SCHEMA = Draft202012Validator(
    closed(json.loads((CONTRACTS / "spike-v1.schema.json").read_text(encoding="utf-8")), "spike"),
    format_checker=Draft202012Validator.FORMAT_CHECKER,
)


def with_console(language: str = "ko") -> Any:
    return emerald()._replace(language=language, console_url=f"{API_URL}/console")


def test_the_text_message_about_a_spike_says_how_many_faults_there_are_and_how_many_are_usual() -> None:
    korean, english = (spike_message(SPIKE, NIGHT, with_console(language)) for language in ("ko", "en"))

    assert korean.plain == "[긴급] 네트워크 장애 신고 급증: 3분에 14건(평소 0.3건)"
    assert english.plain == "Urgent: Network, 14 fault reports in 3 min (usually 0.3)"
    assert korean.sms == f"{korean.plain}\n{API_URL}/console/spikes"
    assert spike_message(SPIKE, NIGHT, BRAND).sms == korean.plain


@pytest.mark.parametrize("language", ["ko", "en"])
@given(
    minutes=st.sampled_from([3, 5, 8, 12, 30]),
    faults=st.integers(5, 9_999),
    expected=st.floats(0, 5_000),
    department=st.sampled_from([*emerald().departments, "a-department-of-a-former-desk-yaml"]),
)
def test_every_spike_fits_into_a_text_message(
    language: str, minutes: int, faults: int, expected: float, department: str
) -> None:
    spike = SPIKE._replace(minutes=minutes, faults=faults, expected=expected, department=department)

    message = spike_message(spike, NIGHT, with_console(language))

    assert utf16_units(message.sms) <= SMS_CHARACTERS
    assert message.sms.endswith(f"\n{API_URL}/console/spikes")
    assert str(faults) in message.sms


def test_the_json_about_a_spike_is_valid_and_as_documented() -> None:
    told = json.loads(spike_message(SPIKE, NIGHT + 2 * MINUTE, BRAND).machine)

    SPIKE_SCHEMA.validate(told)
    assert told == json.loads((CONTRACTS / "spike-v1.example.json").read_text(encoding="utf-8"))
