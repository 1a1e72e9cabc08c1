"""Brands for tests: a small one made by hand, and the shipped one compiled from desk.yaml."""

from copy import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from desk.brand import Brand, Department, MailLimit, Polling, Targets, TrendPlace, WorkingHours, brand_of
from local.brand.compile import compile_desk
from local.brand.load import load_desk

YEAR = 2026
"""The year for which tests compile, whatever year it is."""

OTHER_DESK = Path(__file__).parent / "data" / "other_desk.yaml"
"""Another brand, abroad, in English."""

_WEEKDAYS = dict.fromkeys(range(5), (9 * 60, 18 * 60))
_SMALL = Brand(
    key="jade",
    name_ko="제이드",
    name_en="Jade",
    handle="jade",
    user_id="1700000000000000009",
    language="ko",
    timezone="Asia/Seoul",
    departments={
        "billing": Department(
            key="billing",
            name_ko="요금·청구",
            name_en="Billing",
            words=("청구서", "환불", "bill"),
            examples=("이번 달 청구서가 이상해요",),
            emails=("billing@jade.example",),
        ),
        "network": Department(
            key="network",
            name_ko="네트워크",
            name_en="Network",
            words=("안테나", "먹통", "signal"),
            examples=("지하철에서 전화가 자꾸 끊겨요",),
            emails=("network@jade.example",),
        ),
        "operator": Department(
            key="operator",
            name_ko="운영자",
            name_en="Operator",
            words=(),
            examples=(),
            emails=("desk@jade.example",),
        ),
    },
    hours=WorkingHours(days=_WEEKDAYS, holidays=frozenset()),
    greetings=("좋은 아침이에요.",),
    targets=Targets(high=timedelta(hours=1), normal=timedelta(hours=9)),
    polling=Polling(overlap=timedelta(minutes=10), first_look_back=timedelta(hours=24), gap_pages=3),
    mail=MailLimit(count=20, window=timedelta(minutes=10)),
    words_days=30,
    trends=(TrendPlace("대한민국", 23_424_868),),
)


def small_brand(**changes: Any) -> Brand:
    """A brand in Seoul, Monday to Friday 9 to 18, with billing, network and operator; `changes` replace fields."""
    return replace(_SMALL, **changes)


@cache
def emerald() -> Brand:
    """The brand that desk.yaml describes."""
    return brand_of(compile_desk(load_desk(), year=YEAR))


@cache
def other_brand() -> Brand:
    """The brand that tests/data/other_desk.yaml describes: English, in New York."""
    return brand_of(compile_desk(load_desk(OTHER_DESK), year=YEAR))
