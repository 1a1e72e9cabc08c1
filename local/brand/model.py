"""The model of desk.yaml; editors show the descriptions while people write the file.

Rules about several parts together are in rules.py.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from desk.reading import OPERATOR
from local.brand.shapes import (
    Acknowledging,
    Author,
    Certificate,
    ClaimName,
    ClientId,
    Clock,
    Country,
    Domain,
    DomainPrefix,
    Email,
    FeedUrl,
    Greeting,
    Handle,
    Hashtag,
    Hours,
    Issuer,
    Name,
    Pattern,
    Phone,
    PictureUrl,
    PromiseTerm,
    Reply,
    RolePrefix,
    Sentence,
    Signature,
    Slug,
    UserId,
    Webhook,
    Word,
    Zone,
)

type Language = Literal["ko", "en"]
type FeedbackMail = Literal["daily", "weekly", "never"]
type Mode = Literal["trial", "live"]


class Section(BaseModel):
    """Unknown keys are refused: a misspelt key would otherwise be ignored silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Names(Section):
    """One name in both languages."""

    ko: Name
    """What Korean people read."""
    en: Name
    """What everybody else reads."""


class About(Section):
    """Who the brand is."""

    key: Slug
    """Short name for machines; the stack on AWS is called dorothy-<key>."""
    name: Names
    """The brand's name."""
    handle: Handle
    """The account's user name on X, without @."""
    user_id: UserId
    """The account's number on X, in quotes."""
    language: Language
    """What the brand's own people read: ko or en."""
    timezone: Zone
    """The desk's time zone, like Asia/Seoul."""


class Week(Section):
    """When the desk works, by day, like "09:00-18:00"; a day that is left out is a day off."""

    monday: Hours | None = None
    tuesday: Hours | None = None
    wednesday: Hours | None = None
    thursday: Hours | None = None
    friday: Hours | None = None
    saturday: Hours | None = None
    sunday: Hours | None = None


class Holidays(Section):
    """Days on which the desk does not work, although `hours` has that day of the week."""

    country: Country | None = "KR"
    """Whose public holidays are kept; null for none."""
    subdivision: str | None = None
    """A state or region of that country with holidays of its own."""
    extra: Annotated[tuple[date, ...], Field(max_length=200)] = ()
    """The brand's own days off, like 2026-12-31."""
    working_on: Annotated[tuple[date, ...], Field(max_length=200)] = ()
    """Public holidays on which the desk works."""


class Targets(Section):
    """How soon a department should answer."""

    high_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    """For urgent cases, in minutes; nights and holidays count."""
    normal_working_minutes: Annotated[int, Field(ge=10, le=14400)] = 540
    """For all other cases, in minutes of working time (540 is a day of nine hours)."""


class KindTargets(Section):
    """Targets for one kind of mention; a missing one is as for all others."""

    high_minutes: Annotated[int, Field(ge=5, le=1440)] | None = None
    """For urgent cases, in minutes; nights and holidays count."""
    normal_working_minutes: Annotated[int, Field(ge=10, le=14400)] | None = None
    """For all other cases, in minutes of working time."""


class AllTargets(Targets):
    """How soon a department should answer, with other targets for some kinds."""

    kinds: dict[Literal["inquiry", "fault", "rumor"], KindTargets] = {}
    """Kinds with targets of their own, like fault: {normal_working_minutes: 240}."""


class Polling(Section):
    """How X is asked for mentions, every minute."""

    overlap_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    """How far each poll reads back beyond the previous one, since X shows some posts late."""
    first_look_back_hours: Annotated[int, Field(ge=1, le=144)] = 24
    """How far the very first poll goes back; what it finds is read and shown, not mailed."""
    gap_pages: Annotated[int, Field(ge=1, le=8)] = 3
    """How many pages (100 posts each) of a poll may be used for posts that an earlier poll could not reach."""


type Percent = Annotated[int, Field(ge=0, le=100)]
type Dollars = Annotated[float, Field(ge=0, le=100_000)]


class StopsAt(Section):
    """The percentage of the day's or the month's budget at which each purpose stops; the lowest stops first."""

    listening: Percent = 50
    """Searching for posts that talk about the brand without mentioning it."""
    favourites: Percent = 60
    """Reading what the account liked, for the digest."""
    performance: Percent = 70
    """Reading the likes and replies that the brand's own posts got."""
    trends: Percent = 80
    """Reading what trends on X."""
    look_ups: Percent = 90
    """What people look up in the console (names, pictures, earlier posts), and private messages."""


class AtMost(Section):
    """The most dollars that each purpose may spend in a day; a missing one has no limit of its own."""

    listening: Dollars | None = 5
    """Searching for posts that talk about the brand without mentioning it."""
    favourites: Dollars | None = None
    """Reading what the account liked, for the digest."""
    performance: Dollars | None = None
    """Reading the likes and replies that the brand's own posts got."""
    trends: Dollars | None = None
    """Reading what trends on X."""
    look_ups: Dollars | None = 2
    """What people look up in the console, and private messages."""


class XBudget(Section):
    """What the desk may spend on X, in dollars by X's list prices. Mentions stop last, publishing never stops."""

    day_usd: Dollars = 50
    """Dollars a day, by the desk's clock."""
    month_usd: Dollars = 1400
    """Dollars a calendar month."""
    stops_at_percent: StopsAt = StopsAt()
    at_most_usd_a_day: AtMost = AtMost()


class Without(Section):
    """What is left out of listening."""

    words: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    """Words of posts that mean something else."""
    accounts: Annotated[tuple[Handle, ...], Field(max_length=50)] = ()
    """Accounts, without @, such as those of the brand's own shops."""


class Listen(Section):
    """What the desk searches X for besides mentions: posts that talk about the brand without mentioning it."""

    terms: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    """Words, phrases and names of products."""
    hashtags: Annotated[tuple[Hashtag, ...], Field(max_length=50)] = ()
    """Hashtags, without #."""
    without: Without = Without()
    languages: Annotated[tuple[Literal["ko", "en", "ja", "zh"], ...], Field(max_length=4)] = ()
    """The languages of posts, as X detects them; if it is missing, any language."""


class TrendPlace(Section):
    """A place whose trends the desk reads, once an hour while it works."""

    name: Name
    """What people read."""
    woeid: Annotated[int, Field(ge=1)]
    """X's number of the place; 23424868 is Korea."""


class Mail(Section):
    """How many mails one department gets at most; further cases come in one summary mail."""

    count: Annotated[int, Field(ge=1, le=500)] = 20
    """This many mails …"""
    window_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    """… in this many minutes."""


class Reminders(Section):
    """When reminders of an unanswered case are sent: each once, in working time."""

    before_minutes: Annotated[int, Field(ge=0, le=14400)] = 60
    """The department is reminded this many minutes before an answer is due, and again when it is due."""
    escalate_minutes: Annotated[int, Field(ge=0, le=14400)] = 60
    """The operator is notified this many minutes after it was due."""


class OnCall(Section):
    """Who is called about emergencies at any hour, at once and every 10 minutes until somebody takes the case on."""

    phones: Annotated[tuple[Phone, ...], Field(max_length=10)] = ()
    """Numbers that get a text message, with the country's code."""
    webhooks: Annotated[tuple[Webhook, ...], Field(max_length=10)] = ()
    """Web addresses that get a message in JSON; each must confirm once."""
    alarm: Literal["likely", "every"] = "likely"
    """Which cases call: likely emergencies only, or every urgent case (up to half of these are no emergency)."""
    safety_checks: Literal["call", "mail"] = "call"
    """If nobody opens a post in which somebody may be at risk, the operator is mailed. Outside working time, these
    people are called as well, once an hour, unless this is `mail`."""
    in_trial: Literal["call", "mail"] = "mail"
    """Whether these people are called about departments in trial, too, or only the operator gets the mail."""


class Acknowledgement(Section):
    """The automatic reply if an answer takes time: once for a case, and never to authors who want none."""

    texts: Annotated[tuple[Acknowledging, ...], Field(min_length=2, max_length=20)]
    """Used in turn, since X refuses a repeated text. {due} is when the answer will come, {case} the case's number."""
    long_wait_minutes: Annotated[int, Field(ge=10, le=14400)] = 1440
    """In working hours it is sent only if the answer may take longer than this many minutes, nights included."""


class SavedReply(Section):
    """A text that is used again and again. It is only where the list begins: changes in the console win."""

    title: Name
    """What people find it by."""
    text: Reply
    """The text. The desk fills {name}, {case}, {time} and {department}; a person fills other places in braces."""
    texts: dict[Literal["ko", "en", "zh", "ja"], Reply] = {}
    """The text in other languages than the desk's. A customer who writes in one of them gets it."""
    department: Slug | None = None
    """The department that it fits; if it is missing, any."""
    kind: Literal["inquiry", "fault", "rumor", "feedback", "chat"] | None = None
    """The kind of mention that it fits; if it is missing, any. Texts of the kind chat are also for greeting back."""
    only_when: Literal["no_spike"] | None = None
    """`no_spike`: it says that all is well again, so that it comes last as long as a spike of faults is open."""
    promise: PromiseTerm | None = None
    """What it promises, with {time} in the text: `30m` or `2h` from then on, `today`, `closing` (when the desk closes
    next), or `due` (when the case's answer is due)."""


class Product(Section):
    """A product's name, and how people get it wrong."""

    name: Name
    """How it is written."""
    wrong: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    """Wrong ways to write it; the check suggests the right one."""


class Checks(Section):
    """What the pre-send check looks for, besides its fixed rules. People can override these findings with a reason."""

    banned: Annotated[tuple[Word, ...], Field(max_length=200)] = ()
    """Words that the brand does not use in public."""
    products: Annotated[tuple[Product, ...], Field(max_length=200)] = ()
    """The products' names."""
    competitors: Annotated[tuple[Word, ...], Field(max_length=100)] = ()
    """Names of other companies."""


class Feed(Section):
    """A feed of the brand (RSS, Atom or JSON Feed), whose new entries become drafts of announcements."""

    name: Name
    """What people read; with another name it is a new feed."""
    url: FeedUrl
    """The feed's address."""
    hashtags: Annotated[tuple[Hashtag, ...], Field(max_length=5)] = ()
    """Hashtags after the title, without #."""
    auto: bool = False
    """Whether new entries are published without a person: $0.20 each by X's list prices, since a post has a link."""
    expires_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """With auto: a post that could not be published within this many hours is given up."""


class Retention(Section):
    """How long things are kept."""

    words_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days after a case closed until what people wrote is removed; counts stay."""
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 30
    """Days until technical logs are removed; AWS takes only these numbers."""


class Digest(Section):
    """When the day is summed up, and for whom."""

    morning: Clock = "08:50"
    """When the morning brief comes on working days; the weekly and the monthly digest come at the same time."""
    evening: Clock = "18:10"
    """When the evening digest comes on working days: what came in since the morning brief."""
    emails: Annotated[tuple[Email, ...], Field(max_length=50)] = ()
    """Who gets the digest; each address confirms once."""


class Api(Section):
    """A custom domain for the API and for the links to reports; without it AWS gives an address."""

    domain: Domain
    """The domain, like desk.emerald.example."""
    certificate: Certificate
    """The ARN of its certificate in AWS Certificate Manager, in the region of the desk."""


type Addresses = Annotated[tuple[Email, ...], Field(max_length=200)]


class Console(Section):
    """The operators' screen: where people sign in, and who may do what.

    A person is found by an address below, which the issuer must have verified, or by a value of a claim.
    """

    issuer: Issuer | None = None
    """The company's own OpenID Connect issuer; without it the deployment makes a user pool of Amazon Cognito."""
    client_id: ClientId | None = None
    """The id of this desk at the issuer; the client is public and uses PKCE."""
    role_claim: ClaimName | None = None
    """The claim of the ID token with roles or groups; a user pool of Cognito has cognito:groups."""
    role_prefix: RolePrefix = ""
    """The prefix of that claim's values for this desk, before operator, viewer or a department's key."""
    operators: Addresses = ()
    """Who answers, publishes and pauses."""
    viewers: Addresses = ()
    """Who sees everything and changes nothing."""
    departments: dict[Slug, Addresses] = {}
    """Who sees the cases of a department and drafts answers to them, by the department's key."""
    undo_seconds: Annotated[int, Field(ge=0, le=30)] = 10
    """For how many seconds a reply can be taken back before it is posted, unless a person sets it otherwise."""
    domain_prefix: DomainPrefix | None = None
    """With a user pool of Cognito: the beginning of its sign-in page's address; if it is missing, dorothy-<key>."""


class Department(Section):
    """People who can answer, and how the desk recognises mentions for them."""

    name: Names
    """What people read."""
    emails: Annotated[tuple[Email, ...], Field(max_length=50)] = ()
    """Who gets the mail; each address confirms once."""
    words: Annotated[tuple[Word, ...], Field(max_length=300)] = ()
    """Words that point to this department."""
    examples: Annotated[tuple[Sentence, ...], Field(max_length=300)] = ()
    """Whole sentences as people write them."""
    answers: Literal["to_operator", "to_x"] = "to_operator"
    """Where its answers go: to the operator, who sends them, or straight to X."""
    signature: Signature | None = None
    """The end of its replies on X, like ^요금팀; if it is missing, nothing is added."""
    feedback: FeedbackMail | None = None
    """How often it gets complaints, praise and wishes by mail; if it is missing, as `feedback` says for all."""
    mode: Mode | None = None
    """Whether its cases wait for an operator (trial) or go to it at once (live); if missing, as `mode` says for all."""


class Always(Section):
    """The parts of the reading that the pin decides; at least one of these."""

    kind: Literal["inquiry", "fault", "rumor", "feedback", "chat", "junk"] | None = None
    """The kind of the mention; chat and junk are sent to nobody."""
    need: Literal["information", "support", "relationship"] | None = None
    """What the author wants."""
    department: Slug | None = None
    """The department that gets it."""
    urgency: Literal["high", "normal", "low"] | None = None
    """The urgency; for high, nights and holidays count."""


class Never(Section):
    """Who must not get it; the operator gets it instead."""

    department: Slug
    """The department that is excluded."""


class Pin(Section):
    """A rule that overrules the reader: one condition, with always or never."""

    word: Word | None = None
    """A word or words in the text; Latin letters and figures count only as a whole word."""
    regex: Pattern | None = None
    """A regular expression, searched in the first 1,000 characters of the text, ignoring case."""
    hashtag: Hashtag | None = None
    """A hashtag, without #."""
    author: Author | None = None
    """Who wrote it: X's number of the account in quotes, which always works, or its name without @."""
    lang: Literal["ko", "en", "ja", "zh", "other"] | None = None
    """The language of the text."""
    always: Always | None = None
    """What holds if the condition is met."""
    never: Never | None = None
    """What does not hold if the condition is met."""


class MilestonePicture(Section):
    """A picture for people who have replied to the greeting on so many mornings in a row."""

    url: PictureUrl
    """Where the picture is: JPEG, PNG or WebP, at most 5 MB."""
    alt: Annotated[str, Field(max_length=1_000)] = ""
    """What it shows, for people who cannot see it."""


class DayGreeting(Section):
    """The greeting of one day, instead of the next one in turn."""

    day: date
    """The day, like 2026-12-24."""
    text: Greeting
    """The greeting."""


class Desk(Section):
    """Everything that makes this desk the desk of one brand."""

    brand: About
    mode: Mode = "live"
    """In a trial the desk sends nothing by itself, except where somebody may be at risk: cases wait for an operator."""
    hours: Week
    holidays: Holidays = Holidays()
    targets: AllTargets = AllTargets()
    polling: Polling = Polling()
    x_budget: XBudget = XBudget()
    listen: Listen = Listen()
    trends: Annotated[tuple[TrendPlace, ...], Field(max_length=5)] = ()
    """The places whose trends are read, the most important one first: $0.01 an hour and place while the desk works."""
    mail: Mail = Mail()
    reminders: Reminders = Reminders()
    on_call: OnCall = OnCall()
    holding: Annotated[tuple[Word, ...], Field(max_length=100)] = ()
    """Phrases of replies on X that only promise an answer, like "확인 후 안내": the case keeps waiting."""
    acknowledgements: dict[Literal["inquiry", "fault", "rumor"], Acknowledgement] = {}
    """Automatic replies by kind of mention; none is sent for a kind without an entry."""
    saved_replies: Annotated[tuple[SavedReply, ...], Field(max_length=100)] = ()
    """Saved replies with which the console begins."""
    checks: Checks = Checks()
    """What the pre-send check looks for."""
    feeds: Annotated[tuple[Feed, ...], Field(max_length=20)] = ()
    """The brand's feeds, read every ten minutes; entries at a feed's first reading are not announced."""
    retention: Retention = Retention()
    tracing: bool = False
    """Whether X-Ray records each run of a function, which costs as much as all runs together."""
    digest: Digest = Digest()
    feedback: FeedbackMail = "weekly"
    """How often each department gets its complaints, praise and wishes by mail: daily, weekly or never."""
    api: Api | None = None
    console: Console = Console()
    labels: Annotated[dict[Slug, Names], Field(max_length=20)] = {}
    """The team's own labels of cases by key, each with its name; people put them on cases in the console."""
    approval: tuple[Literal["announcement", "correction", "thanks", "outage"], ...] = ()
    """Kinds of posts that a second person must approve in the console before they go out; none by default."""
    answering: Literal["link", "sign_in"] = "link"
    """Who may open a department's answer page: anyone with the mail's link, or only people who sign in."""
    greeting_time: Clock = "09:00"
    """When the greeting is posted on working days, by the desk's clock."""
    greeting_draft_minutes: Annotated[int, Field(ge=0, le=15)] = 15
    """For how many minutes before that people can change or skip it; 0 for no draft."""
    greeting_words: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    """Words by which a post that you write on X itself counts as the morning's greeting; else a person says so."""
    milestone_pictures: dict[Literal[30, 100, 200, 300, 400, 500], MilestonePicture] = {}
    """Pictures that the attendance offers for the 30th and each hundredth day; later hundreds have the one of 100."""
    greetings: Annotated[tuple[Greeting, ...], Field(min_length=1, max_length=100)]
    """The morning's greetings, used in turn."""
    greeting_today: DayGreeting | None = None
    """A greeting for one day; none by default."""
    departments: Annotated[dict[Slug, Department], Field(min_length=2, max_length=40)]
    """The departments by key. `operator` is required: it gets what belongs to no other department."""
    fact_checkers: Slug = OPERATOR
    """The department that checks facts: rumours go there, and others can ask it. By default, the operator gets them."""
    pins: Annotated[tuple[Pin, ...], Field(max_length=100)] = ()
    """Rules that overrule the reader; the first one wins."""
