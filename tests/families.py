"""Families of cheap checks as one test each: a node of its own costs pytest more than such a check does."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any


def for_each(names: str, values: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for each of the values, and list every one that fails, as `pytest.mark.parametrize` would.

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
