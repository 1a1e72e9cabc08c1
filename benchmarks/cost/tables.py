"""The tables of docs/cost.md."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, log10

from benchmarks.cost import assumptions
from benchmarks.cost.assumptions import VOLUMES
from benchmarks.cost.bill import Bill, Fixed, dollars_of, polls_of
from benchmarks.cost.counted import Counts
from benchmarks.cost.prices import DAYS
from desk.brand import Purpose

HEADROOM = 2.5
"""How many times the usual spend the budget allows. The first purpose stops when half of it is used."""


def tables(bills: Mapping[int, Bill], units: Mapping[str, Counts], fixed: Fixed) -> dict[str, str]:
    """The tables by the name of their place in the page."""
    return {
        "summary": _table(["mentions a day", *(f"{volume:,}" for volume in VOLUMES)], _summary(bills)),
        "x": _table(["X, a month", *(f"{volume:,}" for volume in VOLUMES)], _by_purpose(bills)),
        "aws": _table(["AWS, a month", *(f"{volume:,}" for volume in VOLUMES)], _by_service(bills)),
        "assumptions": _table(["assumption", "value"], [*_assumed(), *_fixed(fixed)]),
        "polls": _table(
            ["people", "polls a month", "the live state is read", "API Gateway", "Lambda", "DynamoDB", "together"],
            _polls(units),
        ),
        "units": _table(
            ["one of these", "X, $", "calls of X", "of AWS", "DynamoDB reads", "writes", "published", "runs"],
            unit_rows(units),
        ),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _summary(bills: Mapping[int, Bill]) -> list[list[str]]:
    found = [bills[volume] for volume in VOLUMES]
    x, aws = [sum(bill.x.values()) for bill in found], [sum(bill.aws.values()) for bill in found]
    largest = [max((amount, purpose) for purpose, amount in bill.x.items()) for bill in found]
    budgets = [(budget(amount / DAYS), budget(amount)) for amount in x]
    return [
        ["X, a day", *(_dollars(amount / DAYS) for amount in x)],
        ["X, a month", *map(_dollars, x)],
        ["AWS, a month", *map(_dollars, aws)],
        [
            "most of it at X",
            *(f"{purpose}, {amount / all_of_it:.0%}" for (amount, purpose), all_of_it in zip(largest, x, strict=True)),
        ],
        ["`x_budget` in desk.yaml", *(f"`day_usd: {day}`, `month_usd: {month}`" for day, month in budgets)],
    ]


def budget(usual: float) -> int:
    """The budget to set for this usual spend, in round dollars."""
    amount = usual * HEADROOM
    step: int = 10 ** max(0, int(log10(amount)) - 1)
    return ceil(amount / step) * step


def _by_purpose(bills: Mapping[int, Bill]) -> list[list[str]]:
    rows = [[f"`{purpose}`", *(_dollars(bills[volume].x.get(purpose, 0)) for volume in VOLUMES)] for purpose in Purpose]
    return [*reversed(rows), ["together", *(_dollars(sum(bills[volume].x.values())) for volume in VOLUMES)]]


def _by_service(bills: Mapping[int, Bill]) -> list[list[str]]:
    services = sorted(bills[VOLUMES[1]].aws, key=lambda service: -bills[VOLUMES[1]].aws[service])
    rows = [[service, *(_dollars(bills[volume].aws[service]) for volume in VOLUMES)] for service in services]
    return [*rows, ["together", *(_dollars(sum(bills[volume].aws.values())) for volume in VOLUMES)]]


def _polls(units: Mapping[str, Counts]) -> list[list[str]]:
    """What the polls of so many people cost, whose pages are used for a part of the day, or all of the time."""
    a = assumptions
    usual = [(str(people), polls_of(people)) for people in (1, 2, 6, 10)]
    hours = a.USED_HOURS + a.SEEN_HOURS
    busiest = (f"10, used all {hours} hours", polls_of(10, hours={a.USED_EVERY: hours}))
    rows = []
    for people, times in [*usual, busiest]:
        dollars = dollars_of(times, units)
        services = [dollars.get(name, 0) for name in ("API Gateway", "Lambda", "DynamoDB")]
        rows.append([people, *(f"{number:,.0f}" for number in times.values()), *map(_dollars, services)])
        rows[-1].append(_dollars(sum(dollars.values())))
    return rows


def _dollars(amount: float) -> str:
    return f"${amount:,.0f}" if amount >= 100 else f"${amount:,.2f}"


def _assumed() -> list[list[str]]:
    a = assumptions
    people = ", ".join(str(a.PEOPLE[volume]) for volume in VOLUMES)
    return [
        ["kinds of mentions", ", ".join(f"{kind} {share:.0%}" for kind, share in a.KINDS.items())],
        ["mentions that answer a post which the desk does not know yet", f"{a.ANSWERS_UNKNOWN:.0%}"],
        ["mentions that are answered through the desk", f"{a.ANSWERED:.0%}"],
        ["cases that are open at any time, of a day's mentions", f"{a.OPEN_CASES:.0%}"],
        ["cases that are late or soon due at any time, of a day's mentions", f"{a.LATE_CASES:.0%}"],
        ["posts that are heard without a mention, of a day's mentions", f"{a.HEARD:.0%}"],
        ["listening, a day, as in desk.yaml", f"at most ${a.LISTENING_AT_MOST}"],
        ["spikes of faults, a month, and how long each is open", f"{a.SPIKES}, {a.SPIKE_HOURS} hours"],
        ["mentions whose authors' names people look up", f"{a.LOOKED_UP:.0%}"],
        ["announcements with a link, a working day", str(a.ANNOUNCEMENTS)],
        [
            "working days of a month, on which greetings and the digests of a day are made",
            f"{a.WORKING_DAYS} of {DAYS}",
        ],
        [f"people at the console, at {', '.join(f'{volume:,}' for volume in VOLUMES)} mentions", people],
        [
            "what each of them does a day",
            f"{a.PAGES} pages; polls: {a.USED_HOURS} h every {a.USED_EVERY} s, {a.SEEN_HOURS} every {a.SEEN_EVERY} s",
        ],
        [
            "how long polls share what was read, and instances that they reach",
            f"{a.SHARED_SECONDS} s, {a.INSTANCES}",
        ],
        ["addresses of a department's mails", str(a.ADDRESSES)],
        ["what a mention takes in tables, for a year", f"{a.KEPT_BYTES / 1000:.0f} kB"],
        ["a function's run", f"{a.OWN_MS} ms, {a.AWS_CALL_MS} ms for each call of AWS, {a.X_CALL_MS} ms of X"],
        ["what a run logs, and how long logs are kept", f"{a.RUN_LOG_BYTES / 1000:.0f} kB, {a.LOG_DAYS} days"],
        ["a start, where a schedule pauses for more than 10 minutes", f"{a.START_MS:,} ms"],
    ]


def _fixed(fixed: Fixed) -> list[list[str]]:
    return [
        ["metrics that the functions write while they are counted, and alarms", f"{fixed.metrics}, {fixed.alarms}"],
        ["queues that wake functions, and secrets", f"{fixed.queues}, {fixed.secrets}"],
    ]


def unit_rows(units: Mapping[str, Counts]) -> list[list[str]]:
    """A row for each of these units."""
    return [_unit(name, counts) for name, counts in units.items()]


def _unit(name: str, counts: Counts) -> list[str]:
    micro_usd = sum(amount for key, amount in counts.items() if key.startswith("x:"))
    figures = ("x_calls", "aws_calls", "reads", "writes", "publishes", "invocations")
    return [name, _figure(micro_usd / 1e6), *(_figure(counts[figure]) for figure in figures)]


def _figure(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) >= 0.00005 else "–"
