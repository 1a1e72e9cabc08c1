"""What in a post says to whom and where to, not what is meant: handles and links."""

import re

HANDLE = re.compile(r"@\w+", re.ASCII)
"""X's handles are Latin letters, figures and underlines alone: Korean or Chinese may follow without a space."""
LINK = re.compile(r"https?://t\.co/[A-Za-z0-9]+|(?:https?://|www\.)\S+")
"""X's own short links end where the text goes on; any other link at the next blank."""


def unaddressed(text: str) -> str:
    """The text with a space for each link and handle."""
    return HANDLE.sub(" ", without_links(text, " "))


def without_links(text: str, instead: str) -> str:
    """The text with something else for each link; most texts have none, which is quickly seen."""
    return LINK.sub(instead, text) if "://" in text or "www." in text else text
