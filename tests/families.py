"""Families: one check for many variants, of which a run tries each, or the sample that its commit chooses.

`for_each` tries every variant of a cheap family in one test. `variants` and `sample` say what the variants of an
exhaustive family are: `make test` tries a few of them, which the commit's hash chooses, and those that once found a
defect; `make test-all` tries all.
"""

import inspect
import subprocess
from collections.abc import Callable, Collection, Iterable
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[1]


class _Run:
    """What the options of this run say."""

    tries_all = False
    chosen_by = ""


def add_options(parser: pytest.Parser) -> None:
    """Add `--all-variants` and `--sample`."""
    group = parser.getgroup("families")
    group.addoption("--all-variants", action="store_true", help="try every variant of each exhaustive family")
    group.addoption("--sample", metavar="HASH", help="try the sample of this commit; the present one's if not given")


def configure(config: pytest.Config) -> None:
    """Take the options for this process. xdist gives the controller's options to its workers."""
    if config.option.sample is None:
        config.option.sample = _present_commit()
    _Run.tries_all = config.option.all_variants
    _Run.chosen_by = config.option.sample


def described(config: pytest.Config) -> str:
    """What this run tries of exhaustive families, and how to repeat it."""
    if config.option.all_variants:
        return "exhaustive families: every variant"
    chosen_by = config.option.sample
    return f"exhaustive families: the sample of {chosen_by}; to repeat it: pytest --sample={chosen_by}"


def tries_all() -> bool:
    """Whether this run tries every variant of each exhaustive family."""
    return _Run.tries_all


def _values_of(variant: object) -> str:
    """The name that pytest gives to a variant: its values, with lines between them."""
    return "-".join(map(str, variant)) if isinstance(variant, tuple) else str(variant)


def sample[V](
    family: str,
    every: Iterable[V],
    count: int,
    *,
    named: Callable[[V], str] = str,
    always: Collection[str] = (),
) -> list[V]:
    """Return the variants of an exhaustive family that this run tries, in their order.

    Args:
        family: Its name, by which each family of a run has a sample of its own.
        every: All variants. They may depend on a first clean run, as the calls do that fail one by one.
        count: How many of them `make test` tries, those of `always` not counted.
        named: The name of a variant, which is the same in each run.
        always: Names of variants that once found a defect.

    Raises:
        AssertionError: There is no variant, or `always` names one that the family doesn't have.
    """
    variants = list(every)
    assert variants, f"{family} has no variants"
    names = [named(variant) for variant in variants]
    assert set(always) <= set(names), f"{family} has no {set(always) - set(names)}"
    if _Run.tries_all:
        return variants
    free = sorted(set(names) - set(always), key=lambda name: _rank(family, name))
    tried = {*free[:count], *always}
    return [variant for variant, name in zip(variants, names, strict=True) if name in tried]


def is_tried(family: str, variant: str, *, one_in: int) -> bool:
    """Whether this run tries this variant of an exhaustive family whose variants only their tests know.

    Args:
        family: Its name.
        variant: The name of the variant, which is the same in each run.
        one_in: `make test` tries about one in so many.
    """
    return _Run.tries_all or int.from_bytes(_rank(family, variant)[:4]) % one_in == 0


def variants(
    names: str,
    values: Iterable[Any],
    count: int,
    *,
    named: Callable[[Any], str] = _values_of,
    always: Collection[str] = (),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`pytest.mark.parametrize` with the `sample` of these values; the family is the test, `named` names its nodes."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        tried = sample(f"{test.__module__}.{test.__qualname__}", values, count, named=named, always=always)
        parametrized: Callable[..., None] = pytest.mark.parametrize(
            names, tried, ids=[named(value) for value in tried]
        )(test)
        return parametrized

    return decorate


def for_each(names: str, values: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for each of the values, and list every one that fails, as `pytest.mark.parametrize` would.

    For cheap checks: a node of its own costs pytest more than such a check does.

    Args:
        names: The arguments of the test that a value gives, separated by commas.
        values: A value each time, or as many as there are names.
    """
    keys = [name.strip() for name in names.split(",")]
    cases = [(value,) if len(keys) == 1 else tuple(value) for value in values]

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def every(**others: Any) -> None:
            failed: list[Exception] = []
            for case in cases:
                try:
                    test(**others, **dict(zip(keys, case, strict=True)))
                except Exception as exc:  # noqa: BLE001 - each is raised again, with what it failed for
                    exc.add_note(f"for {names} = {case!r}")
                    failed.append(exc)
            assert cases, f"nothing to try for {names}"
            if failed:
                raise ExceptionGroup(f"{len(failed)} of {len(cases)} failed", failed)

        signature = inspect.signature(test)
        left = [one for name, one in signature.parameters.items() if name not in keys]
        every.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return every

    return decorate


def _rank(family: str, name: str) -> bytes:
    return sha256(f"{_Run.chosen_by} {family} {name}".encode()).digest()


def _present_commit() -> str:
    """The short hash of HEAD; outside of a checkout, a fixed word."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=_ROOT, capture_output=True, text=True, check=False
        )
    except OSError:
        return "none"
    return told.stdout.strip() or "none"
