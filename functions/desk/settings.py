"""Settings come from a mapping that is passed in, normally the Lambda's environment."""

from collections.abc import Mapping

from desk.errors import SettingsError


def setting(environment: Mapping[str, str], name: str, *, may_be_empty: bool = False) -> str:
    """The setting's value; raises SettingsError, which names it, when it is missing, or empty and must not be."""
    value = environment.get(name)
    if value is None or not (value or may_be_empty):
        raise SettingsError(f"the setting {name} is missing")
    return value
