"""What a digest does without, when X can't be asked."""

from desk.errors import BreakerOpen, SettingsError, XError

REFUSALS = (XError, BreakerOpen, SettingsError)
"""X refuses, it is not asked, or our credentials are unusable. None of it keeps a digest from being made."""


def told(error: Exception) -> str:
    """Why, for whoever reads the digest: what is wrong with our secret belongs into the log."""
    return "no usable credentials" if isinstance(error, SettingsError) else str(error)
