"""Settings come from a mapping that is passed in, normally the Lambda's environment."""

from collections.abc import Mapping

from desk.errors import SettingsError


def setting(environment: Mapping[str, str], name: str) -> str:
    """The setting's value; raises SettingsError, which names it, when it is missing or empty."""
    value = environment.get(name, "")
    if not value:
        raise SettingsError(f"the setting {name} is missing")
    return value
