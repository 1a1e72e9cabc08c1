"""The brand: desk.yaml, compiled so that a Lambda needs no YAML parser and no validation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from desk.errors import SettingsError
from desk.links import X_SITE
from desk.reading import OPERATOR, Kind, Need, Urgency

COMPILED = Path(__file__).with_name("brand.json")
"""The compiled desk.yaml, which the build puts here."""


class FeedbackMail(StrEnum):
    """How often a department gets its feedback by mail."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Department(NamedTuple):
    """Who inside can answer. `words` and `examples` teach the reader; `emails` get the mail.

    `answers_to_x`: its answers go to X without the operator; `signature` ends its replies there.
    """

    key: str
    name_ko: str
    name_en: str
    words: tuple[str, ...]
    examples: tuple[str, ...]
    emails: tuple[str, ...]
    answers_to_x: bool = False
    signature: str = ""
    feedback: FeedbackMail = FeedbackMail.WEEKLY
    is_in_trial: bool = False
    """Whether its cases wait for a person to release them."""


class MilestonePicture(NamedTuple):
    """A picture for people who have replied to the greeting on so many mornings in a row."""

    url: str
    alt: str


class DayGreeting(NamedTuple):
    """The greeting of one day, instead of the next one in turn."""

    day: date
    text: str


class WorkingHours(NamedTuple):
    """Opening hours by weekday (Monday is 0), in minutes after local midnight; a day off is absent."""

    days: dict[int, tuple[int, int]]
    holidays: frozenset[date]


class Targets(NamedTuple):
    """Within how long an answer is due: `high` on the wall clock, `normal` in working time.

    `kinds` have targets of their own.
    """

    high: timedelta
    normal: timedelta
    kinds: Mapping[Kind, "Targets"] = MappingProxyType({})

    def of(self, kind: Kind) -> "Targets":
        """The targets for this kind."""
        return self.kinds.get(kind, self)


class Polling(NamedTuple):
    """Settings of polling X."""

    overlap: timedelta
    first_look_back: timedelta
    gap_pages: int
    """The most pages of a poll that fill gaps."""


@dataclass(frozen=True, slots=True)
class MailLimit:
    """At most `count` mails in `window` to one department; after that, one summary lists the cases that wait."""

    count: int
    window: timedelta


class Pin(NamedTuple):
    """A rule that overrides the reader where `condition` finds `value`; `never` is an excluded department."""

    condition: str
    value: str
    kind: Kind | None = None
    need: Need | None = None
    department: str | None = None
    urgency: Urgency | None = None
    never: str | None = None


class Chase(NamedTuple):
    """When a department is reminded before the due time, and the operator after it, in working time."""

    before: timedelta = timedelta(hours=1)
    escalate: timedelta = timedelta(hours=1)


class OnCall(NamedTuple):
    """People who are notified of emergencies at any hour: of `every` urgent case, or only of likely emergencies.

    `for_checks`: they are also called outside working time about safety checks that nobody has looked at. `in_trial`:
    they are called about departments in trial as well; otherwise the operator's mail is all that is sent about these.
    """

    phones: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()
    every: bool = False
    for_checks: bool = True
    in_trial: bool = False


class Acknowledgement(NamedTuple):
    """What the desk says by itself where an answer will take time, in turn; `{due}` and `{case}` are filled in.

    It takes long when the desk does not work, or when an answer is due later than `long_wait` after it was asked for.
    """

    texts: tuple[str, ...]
    long_wait: timedelta


class SeedReply(NamedTuple):
    """A saved reply with which the desk begins; `department` and `kind` are what it fits, "" for any.

    `only_when` is a value of `desk.staff.saved_replies.OnlyWhen`, or "". `texts` has those in other languages than the
    desk's. `promise` is the term of what it promises, or "": see `desk.promises.terms`.
    """

    title: str
    text: str
    department: str = ""
    kind: str = ""
    only_when: str = ""
    texts: Mapping[str, str] = {}
    promise: str = ""


class ProductName(NamedTuple):
    """How a product is called, and wrong ways to call it."""

    name: str
    wrong: tuple[str, ...] = ()


class CheckSettings(NamedTuple):
    """What the pre-send check looks for, besides the trends of the brand's places."""

    banned: tuple[str, ...] = ()
    products: tuple[ProductName, ...] = ()
    competitors: tuple[str, ...] = ()


class Purpose(StrEnum):
    """What calls of X are for, in the order in which they stop when the budget runs out. Publishing never stops."""

    LISTENING = "listening"
    FAVOURITES = "favourites"
    PERFORMANCE = "performance"
    """How the brand's own posts do."""
    TRENDS = "trends"
    LOOK_UPS = "look_ups"
    """What people look up in the console, and private messages."""
    MENTIONS = "mentions"
    PUBLISHING = "publishing"


class XBudget(NamedTuple):
    """What the desk may spend on X in a day and in a month of its own time zone, in micro-dollars by X's list prices.

    A purpose in `stops_at` stops at that percentage of either; mentions stop at all of it. `at_most` is what single
    purposes may spend in a day.
    """

    day: int = 50_000_000
    month: int = 1_400_000_000
    stops_at: Mapping[Purpose, int] = MappingProxyType(
        {
            Purpose.LISTENING: 50,
            Purpose.FAVOURITES: 60,
            Purpose.PERFORMANCE: 70,
            Purpose.TRENDS: 80,
            Purpose.LOOK_UPS: 90,
        }
    )
    at_most: Mapping[Purpose, int] = MappingProxyType({Purpose.LISTENING: 5_000_000, Purpose.LOOK_UPS: 2_000_000})


class ListenSettings(NamedTuple):
    """What posts that do not mention the account are searched for; nothing without terms and hashtags.

    `terms` are words, phrases and product names. Posts with one of `without_words`, or by one of `without_accounts`
    (names without @), are left out, and those in other languages than `languages`, where any are given.
    """

    terms: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    without_words: tuple[str, ...] = ()
    without_accounts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.terms or self.hashtags)


class TrendPlace(NamedTuple):
    """A place whose trends are read, by X's number of it (WOEID)."""

    name: str
    woeid: int


class FeedSettings(NamedTuple):
    """A feed of the brand, whose new entries become drafts of announcements, or posts with `auto`.

    `lasts` is within how long such a post must be published.
    """

    name: str
    url: str
    hashtags: tuple[str, ...] = ()
    auto: bool = False
    lasts: timedelta = timedelta(days=1)


class ConsoleSettings(NamedTuple):
    """Who may do what in the console. Addresses are in lower case.

    A person has a role by an address, or by a value of the claim `role_claim` ("" for none), which is `role_prefix` and
    then `operator`, `viewer` or a department's key. `members` are those of departments.
    """

    role_claim: str = ""
    role_prefix: str = ""
    operators: frozenset[str] = frozenset()
    viewers: frozenset[str] = frozenset()
    members: Mapping[str, frozenset[str]] = MappingProxyType({})
    undo: timedelta = timedelta(seconds=10)
    """For how long a reply can be taken back before it is posted, unless a person has set it otherwise."""

    @property
    def has_addresses(self) -> bool:
        """Whether anybody has a role by an address."""
        return bool(self.operators or self.viewers or self.members)


class Brand(NamedTuple):
    """The brand's settings. `language` is that of the people at the desk: `ko` or `en`; see also `in_language`."""

    key: str
    name_ko: str
    name_en: str
    handle: str
    user_id: str
    language: str
    timezone: str
    departments: dict[str, Department]
    hours: WorkingHours
    greetings: tuple[str, ...]
    targets: Targets
    polling: Polling
    mail: MailLimit
    words_days: int
    """Days for which texts are kept after their case was closed."""
    fact_checkers: str = OPERATOR
    """The department that checks facts about the brand and gets rumours; the operator, where no department does."""
    x_budget: XBudget = XBudget()
    listen: ListenSettings = ListenSettings()
    greeting_today: DayGreeting | None = None
    greeting_time: time = time(9)
    """When the greeting goes out on working days, by the desk's clock."""
    greeting_lead: timedelta = timedelta(minutes=15)
    """For how long before that people can change or skip it."""
    greeting_words: tuple[str, ...] = ()
    """Words by which a post that people wrote on X itself is recognised as the morning's greeting."""
    milestone_pictures: Mapping[int, MilestonePicture] = MappingProxyType({})
    """By the number of mornings in a row: 30, or a hundred or more."""
    trends: tuple[TrendPlace, ...] = ()
    """The places whose trends are read, the most important one first."""
    pins: tuple[Pin, ...] = ()
    """Rules that override the reader, in their order."""
    holding: tuple[str, ...] = ()
    """Phrases of replies on X itself that only promise an answer."""
    chase: Chase = Chase()
    on_call: OnCall = OnCall()
    acknowledgements: Mapping[Kind, Acknowledgement] = MappingProxyType({})
    """By kind; other kinds are not acknowledged."""
    saved_replies: tuple[SeedReply, ...] = ()
    """Those with which the desk begins; people change them in the console."""
    feeds: tuple[FeedSettings, ...] = ()
    console: ConsoleSettings = ConsoleSettings()
    labels: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    """The names of the team's labels of cases by key, each by language."""
    approval: frozenset[str] = frozenset()
    """The kinds of posts on the timeline that a second person must approve (`desk.posts.model.WRITTEN`)."""
    checks: CheckSettings = CheckSettings()
    answering_needs_sign_in: bool = False
    """Whether a department's answer page opens only for people who are signed in."""
    is_in_trial: bool = False
    """Whether the whole desk is in trial: then it posts nothing by itself, either."""
    x_site: str = X_SITE
    """The website that shows posts: a setting of the deployment, not of desk.yaml."""
    console_url: str = ""
    """The address of the operator's console, which links in mails begin with; also a setting. "" if it is unknown."""
    desk_language: str = ""
    """The desk's language, if `language` is that of one person's pages."""

    def in_language(self, language: str) -> "Brand":
        """The brand for the pages of a person who reads this language."""
        return self._replace(language=language, desk_language=self.posts_language)

    @property
    def posts_language(self) -> str:
        """The language of what customers read."""
        return self.desk_language or self.language

    def name(self) -> str:
        """The brand's name in the desk's language."""
        return self.name_ko if self.language == "ko" else self.name_en

    @property
    def has_trial(self) -> bool:
        """Whether the desk or any department is in trial."""
        return self.is_in_trial or any(department.is_in_trial for department in self.departments.values())

    def in_trial(self, department: str) -> bool:
        """Whether nothing may be sent by itself for this department's cases: they wait for a person to release them.

        A department that desk.yaml no longer has is as the whole desk is.
        """
        found = self.departments.get(department)
        return found.is_in_trial if found else self.is_in_trial

    def may_call(self, department: str) -> bool:
        """Whether people on call are called about this department's cases: in a trial not until a person wants it."""
        return self.on_call.in_trial or not self.in_trial(department)

    def label_name(self, key: str) -> str:
        """A label's name in the desk's language; the key of one that desk.yaml no longer has."""
        return self.labels.get(key, {}).get("ko" if self.language == "ko" else "en", key)

    def department_name(self, key: str) -> str:
        """The department's name in the desk's language."""
        department = self.departments[key]
        return department.name_ko if self.language == "ko" else department.name_en


def load_brand(path: Path = COMPILED) -> Brand:
    """The compiled brand with the live settings of desk.yaml; raises SettingsError where the build has none."""
    return brand_of(load_compiled(path))


def load_compiled(path: Path = COMPILED) -> dict[str, Any]:
    """The compiled brand as `brand_of` takes it; raises SettingsError where the build has none."""
    try:
        compiled: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise SettingsError(f"{path.name} is missing: compile desk.yaml with `dorothy compile`") from exc
    return compiled


def emails_key(department: str) -> str:
    """The key of the live setting with the addresses of a department."""
    return f"departments.{department}.emails"


def brand_of(compiled: dict[str, Any]) -> Brand:
    """The brand that `local.brand.compile` wrote; the two are kept together by a round-trip test.

    `live` in it are the live settings by key, in the form that they have in desk.yaml: see `desk.live_settings`.
    """
    live = compiled["live"]
    return Brand(
        key=compiled["key"],
        name_ko=compiled["name_ko"],
        name_en=compiled["name_en"],
        handle=compiled["handle"],
        user_id=compiled["user_id"],
        language=compiled["language"],
        timezone=compiled["timezone"],
        departments={
            key: _department(key, entry, live[emails_key(key)]) for key, entry in compiled["departments"].items()
        },
        hours=WorkingHours(
            days={int(day): (start, end) for day, (start, end) in compiled["hours"].items()},
            holidays=_days_off(compiled["public_holidays"], live),
        ),
        greetings=tuple(compiled["greetings"]),
        greeting_today=_greeting(live["greeting_today"]),
        greeting_time=time.fromisoformat(compiled["greeting_time"]),
        greeting_lead=timedelta(minutes=compiled["greeting_draft_minutes"]),
        greeting_words=tuple(compiled["greeting_words"]),
        milestone_pictures=MappingProxyType(
            {int(days): MilestonePicture(**entry) for days, entry in compiled["milestone_pictures"].items()}
        ),
        targets=_targets(compiled["targets"])._replace(
            kinds=MappingProxyType(
                {Kind(kind): _targets(entry) for kind, entry in compiled["targets"]["kinds"].items()}
            ),
        ),
        polling=Polling(
            overlap=timedelta(minutes=compiled["polling"]["overlap_minutes"]),
            first_look_back=timedelta(hours=compiled["polling"]["first_look_back_hours"]),
            gap_pages=compiled["polling"]["gap_pages"],
        ),
        mail=MailLimit(
            count=compiled["mail"]["count"],
            window=timedelta(minutes=compiled["mail"]["window_minutes"]),
        ),
        words_days=compiled["retention"]["words_days"],
        fact_checkers=compiled["fact_checkers"],
        x_budget=_x_budget(compiled["x_budget"]),
        listen=_listen(live["listen"]),
        trends=tuple(TrendPlace(entry["name"], entry["woeid"]) for entry in compiled["trends"]),
        pins=tuple(map(_pin, compiled["pins"])),
        holding=tuple(compiled["holding"]),
        chase=_chase(compiled["chase"]),
        on_call=_on_call(live["on_call"]),
        acknowledgements=MappingProxyType(
            {Kind(kind): _acknowledgement(entry) for kind, entry in compiled["acknowledgements"].items()}
        ),
        saved_replies=tuple(SeedReply(**entry) for entry in compiled["saved_replies"]),
        feeds=tuple(map(_feed, compiled["feeds"])),
        console=_console(compiled["console"]),
        labels=compiled["labels"],
        approval=frozenset(compiled["approval"]),
        checks=_checks(compiled["checks"]),
        answering_needs_sign_in=compiled["answering_needs_sign_in"],
        is_in_trial=compiled["is_in_trial"],
    )


def _targets(entry: dict[str, Any]) -> Targets:
    return Targets(
        high=timedelta(minutes=entry["high_minutes"]), normal=timedelta(minutes=entry["normal_working_minutes"])
    )


def _days_off(public: Sequence[str], live: dict[str, Any]) -> frozenset[date]:
    days = {*public, *live["holidays.extra"]}.difference(live["holidays.working_on"])
    return frozenset(map(date.fromisoformat, days))


def _greeting(entry: dict[str, Any] | None) -> DayGreeting | None:
    return DayGreeting(date.fromisoformat(entry["day"]), entry["text"]) if entry else None


def _listen(entry: dict[str, Any]) -> ListenSettings:
    return ListenSettings(
        terms=tuple(entry["terms"]),
        hashtags=tuple(entry["hashtags"]),
        without_words=tuple(entry["without"]["words"]),
        without_accounts=tuple(entry["without"]["accounts"]),
        languages=tuple(entry["languages"]),
    )


def _department(key: str, entry: dict[str, Any], emails: Sequence[str]) -> Department:
    return Department(
        key=key,
        name_ko=entry["name_ko"],
        name_en=entry["name_en"],
        words=tuple(entry["words"]),
        examples=tuple(entry["examples"]),
        emails=tuple(emails),
        answers_to_x=entry["answers_to_x"],
        signature=entry["signature"],
        feedback=FeedbackMail(entry["feedback"]),
        is_in_trial=entry["is_in_trial"],
    )


def _chase(entry: dict[str, Any]) -> Chase:
    return Chase(
        before=timedelta(minutes=entry["before_minutes"]), escalate=timedelta(minutes=entry["escalate_minutes"])
    )


def _on_call(entry: dict[str, Any]) -> OnCall:
    return OnCall(
        phones=tuple(entry["phones"]),
        webhooks=tuple(entry["webhooks"]),
        every=entry["alarm"] == "every",
        for_checks=entry["safety_checks"] == "call",
        in_trial=entry.get("in_trial") == "call",  # a setting that a person saved earlier may lack it
    )


def _acknowledgement(entry: dict[str, Any]) -> Acknowledgement:
    return Acknowledgement(tuple(entry["texts"]), timedelta(minutes=entry["long_wait_minutes"]))


def _feed(entry: dict[str, Any]) -> FeedSettings:
    return FeedSettings(
        name=entry["name"],
        url=entry["url"],
        hashtags=tuple(entry["hashtags"]),
        auto=entry["auto"],
        lasts=timedelta(hours=entry["expires_hours"]),
    )


def _console(entry: dict[str, Any]) -> ConsoleSettings:
    return ConsoleSettings(
        role_claim=entry["role_claim"],
        role_prefix=entry["role_prefix"],
        operators=frozenset(entry["operators"]),
        viewers=frozenset(entry["viewers"]),
        members=MappingProxyType({key: frozenset(addresses) for key, addresses in entry["members"].items()}),
        undo=timedelta(seconds=entry["undo_seconds"]),
    )


def _checks(entry: dict[str, Any]) -> CheckSettings:
    return CheckSettings(
        banned=tuple(entry["banned"]),
        products=tuple(ProductName(each["name"], tuple(each["wrong"])) for each in entry["products"]),
        competitors=tuple(entry["competitors"]),
    )


def _x_budget(entry: dict[str, Any]) -> XBudget:
    return XBudget(
        day=entry["day"],
        month=entry["month"],
        stops_at=MappingProxyType({Purpose(key): percent for key, percent in entry["stops_at"].items()}),
        at_most=MappingProxyType({Purpose(key): micro_usd for key, micro_usd in entry["at_most"].items()}),
    )


def _pin(entry: dict[str, Any]) -> Pin:
    return Pin(
        condition=entry["condition"],
        value=entry["value"],
        kind=Kind(entry["kind"]) if entry["kind"] else None,
        need=Need(entry["need"]) if entry["need"] else None,
        department=entry["department"],
        urgency=Urgency(entry["urgency"]) if entry["urgency"] else None,
        never=entry["never"],
    )
