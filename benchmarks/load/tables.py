"""The figures of a run as tables in Markdown."""

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.cost.assumptions import ADDRESSES, AWS_CALL_MS
from benchmarks.cost.prices import PER_UNIT
from benchmarks.load.measured import percentiles
from benchmarks.load.run import LoadRun
from benchmarks.load.worker.sitecustomize import NOTICE

_BITS = 1024


def tables(run: LoadRun) -> Iterator[str]:
    """What was found, then latencies, functions, and the price of a mention."""
    yield _found(run)
    yield _latencies(run)
    yield _functions(run)
    yield _price(run)


def _found(run: LoadRun) -> str:
    played = run.played
    kills = sum(use.killed_at.total() for use in run.uses.values())
    waits = ", ".join(f"{each:.1f}" for each in percentiles(run.minutes_to_mail))
    notices = [count for (kind, *_), count in played.told.items() if kind == NOTICE]
    rows = [
        ("mentions, posts by API, people", f"{run.size.mentions:,}, {run.size.posts}, {run.size.people}"),
        ("seconds on this machine, without building the desk", f"{played.seconds:.0f}"),
        ("processes killed", f"{kills}"),
        ("runs that failed, requests that were repeated", f"{played.failed_runs}, {played.repeated}"),
        ("notices to machines, of these twice", f"{len(notices):,}, {sum(count > 1 for count in notices)}"),
        ("mails, replies from the console", f"{played.mails:,}, {len(played.replies):,}"),
        ("desk's minutes from a mention to a mail with its case: p50, p95, p99, longest", waits),
        ("lost or doubled", "; ".join(run.findings) or "nothing"),
    ]
    return _table(("the hour", ""), rows)


def _latencies(run: LoadRun) -> str:
    rows = [
        (name, f"{len(seconds):,}", *(f"{each * 1000:,.0f}" for each in percentiles(seconds)))
        for name, seconds in sorted(run.latencies.seconds.items())
    ]
    return _table(("milliseconds on this machine", "times", "p50", "p95", "p99", "longest"), rows)


def _functions(run: LoadRun) -> str:
    rows = []
    for name, use in sorted(run.uses.items()):
        peak = percentiles(use.megabytes)
        memory = (
            (f"{run.memory.get(name, 0)}", *(f"{each:.0f}" for each in (peak[0], peak[-1]))) if peak else ("", "", "")
        )
        rows.append((name, f"{use.calls.total():,}", f"{use.killed_at.total()}", f"{len(use.megabytes)}", *memory))
    return _table(("function", "AWS calls", "killed", "processes", "MB it has", "peak p50", "peak, largest"), rows)


def _price(run: LoadRun) -> str:
    """Without what AWS bills for each invocation and for logs, which follow from how the hour was played."""
    used = Counter[str]()
    for name, use in run.uses.items():
        used.update(use.uses)
        used["gb_seconds"] += use.calls.total() * AWS_CALL_MS / 1000 * run.memory.get(name, 0) / _BITS  # type: ignore[assignment]
    used["mails"] *= ADDRESSES
    dollars = Counter[str]()
    for unit, amount in used.items():
        service, price = PER_UNIT[unit]
        dollars[service] += amount * price  # type: ignore[assignment]
    dollars["X"] = run.billed  # type: ignore[assignment]
    each = 1_000 / max(run.size.mentions, 1)
    rows = [(service, f"{amount * each:.3f}") for service, amount in sorted(dollars.items())]
    return _table(("dollars for a thousand mentions, with all that the hour had", ""), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
