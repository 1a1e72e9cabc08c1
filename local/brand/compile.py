"""desk.yaml into the brand.json that the functions load: no YAML, no validation and no calendar in a Lambda."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import holidays as calendar

from desk.brand import COMPILED
from local.brand.live import live_values
from local.brand.load import DESK_FILE, load_desk
from local.brand.model import (
    AllTargets,
    Always,
    Console,
    Department,
    Desk,
    Holidays,
    Pin,
    SavedReply,
    XBudget,
)
from local.brand.pin_rules import CONDITIONS
from local.brand.rules import opening_minutes

_YEARS_BACK = 1
_YEARS_AHEAD = 3
_MICRO = 1_000_000
GROUPS_OF_COGNITO = "cognito:groups"
"""The claim with the groups of a person in a user pool of Cognito."""


def compile_file(path: Path = DESK_FILE, out: Path = COMPILED, *, year: int | None = None) -> Desk:
    """Write the compiled brand to `out` and return the desk it came from; raises DeskFileError, or OSError on `out`."""
    desk = load_desk(path)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(compiled_text(desk, year=year or this_year()), encoding="utf-8")
    return desk


def this_year() -> int:
    """The year by this machine's calendar; three years of holidays ahead outlive any zone's difference."""
    return datetime.now(UTC).year


def compiled_text(desk: Desk, *, year: int) -> str:
    """The compiled brand as JSON, byte for byte the same for the same desk, year and release of `holidays`."""
    return json.dumps(compile_desk(desk, year=year), ensure_ascii=False, indent=1) + "\n"


def compile_desk(desk: Desk, *, year: int) -> dict[str, Any]:
    """Exactly what `desk.brand.brand_of` reads; holidays from the year before `year` to three years after it."""
    about = desk.brand
    return {
        "key": about.key,
        "name_ko": about.name.ko,
        "name_en": about.name.en,
        "handle": about.handle,
        "user_id": about.user_id,
        "language": about.language,
        "timezone": about.timezone,
        "departments": {key: _department(entry, desk) for key, entry in desk.departments.items()},
        "fact_checkers": desk.fact_checkers,
        "hours": {
            str(weekday): list(opening_minutes(hours))
            for weekday, hours in enumerate(desk.hours.model_dump().values())
            if hours is not None
        },
        "public_holidays": _public_holidays(desk.holidays, range(year - _YEARS_BACK, year + _YEARS_AHEAD + 1)),
        "live": live_values(desk),
        "greetings": list(desk.greetings),
        "greeting_time": desk.greeting_time,
        "greeting_draft_minutes": desk.greeting_draft_minutes,
        "greeting_words": list(desk.greeting_words),
        "milestone_pictures": {str(days): entry.model_dump() for days, entry in desk.milestone_pictures.items()},
        "targets": _targets(desk.targets),
        "polling": desk.polling.model_dump(),
        "mail": desk.mail.model_dump(),
        "x_budget": _x_budget(desk.x_budget),
        "trends": [entry.model_dump() for entry in desk.trends],
        "retention": {"words_days": desk.retention.words_days},
        "holding": list(desk.holding),
        "chase": desk.reminders.model_dump(),
        "acknowledgements": {kind: entry.model_dump(mode="json") for kind, entry in desk.acknowledgements.items()},
        "saved_replies": [_saved_reply(entry) for entry in desk.saved_replies],
        "feeds": [entry.model_dump(mode="json") for entry in desk.feeds],
        "console": _console(desk.console),
        "labels": {key: names.model_dump() for key, names in desk.labels.items()},
        "approval": sorted(set(desk.approval)),
        "checks": desk.checks.model_dump(mode="json"),
        "answering_needs_sign_in": desk.answering == "sign_in",
        "is_in_trial": desk.mode == "trial",
        "pins": [_pin(entry, desk.fact_checkers) for entry in desk.pins],
    }


def _x_budget(section: XBudget) -> dict[str, Any]:
    at_most = section.at_most_usd_a_day.model_dump(exclude_none=True)
    return {
        "day": round(section.day_usd * _MICRO),
        "month": round(section.month_usd * _MICRO),
        "stops_at": section.stops_at_percent.model_dump(),
        "at_most": {purpose: round(usd * _MICRO) for purpose, usd in at_most.items()},
    }


def _console(section: Console) -> dict[str, Any]:
    return {
        "role_claim": section.role_claim or ("" if section.issuer else GROUPS_OF_COGNITO),
        "role_prefix": section.role_prefix,
        "operators": _plain_addresses(section.operators),
        "viewers": _plain_addresses(section.viewers),
        "members": {key: _plain_addresses(addresses) for key, addresses in section.departments.items()},
        "undo_seconds": section.undo_seconds,
    }


def _plain_addresses(addresses: Collection[str]) -> list[str]:
    return sorted(address.lower() for address in addresses)


def _targets(section: AllTargets) -> dict[str, Any]:
    """The targets, those of each kind filled up with what holds for all."""
    general = section.model_dump(exclude={"kinds"})
    kinds = {kind: general | entry.model_dump(exclude_none=True) for kind, entry in section.kinds.items()}
    return general | {"kinds": kinds}


def _department(entry: Department, desk: Desk) -> dict[str, Any]:
    return {
        "name_ko": entry.name.ko,
        "name_en": entry.name.en,
        "words": list(entry.words),
        "examples": list(entry.examples),
        "answers_to_x": entry.answers == "to_x",
        "signature": entry.signature or "",
        "feedback": entry.feedback or desk.feedback,
        "is_in_trial": (entry.mode or desk.mode) == "trial",
    }


def _saved_reply(entry: SavedReply) -> dict[str, Any]:
    return {name: "" if value is None else value for name, value in entry.model_dump().items()}


def _pin(entry: Pin, fact_checkers: str) -> dict[str, Any]:
    always, given = entry.always or Always(), entry.model_dump(include=set(CONDITIONS), exclude_none=True)
    ((condition, value),) = given.items()
    return {
        "condition": condition,
        "value": value,
        **always.model_dump(),
        "department": always.department or (fact_checkers if always.kind == "rumor" else None),
        "never": entry.never.department if entry.never else None,
    }


def _public_holidays(section: Holidays, years: range) -> list[str]:
    if section.country is None:
        return []
    days = calendar.country_holidays(section.country, subdiv=section.subdivision, years=years)
    return [day.isoformat() for day in sorted(days) if day.year in years]
