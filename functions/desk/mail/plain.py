"""What strangers wrote, made harmless: it can neither hide, nor turn our text around, nor pass for our words.

Nor do mails carry anybody's private numbers further; who needs them opens the post on X.
"""

import re

from desk.addresses import unaddressed
from desk.fitting import mended
from desk.private_numbers import masked

QUOTE = "| "
"""What every line that somebody else wrote begins with."""

_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Controls, marks that change the direction of writing, and letters without any shape; the joiners of emoji stay."""


def quoted(text: str) -> str:
    """Every line of a stranger's text, marked as such, private numbers masked; "" when there is nothing to see."""
    lines = [masked(_shown(line).rstrip()) for line in mended(text).strip().splitlines()]
    return "\n".join(f"{QUOTE}{line}".rstrip() for line in lines) if any(lines) else ""


def one_line(text: str) -> str:
    """The text in one line, with single spaces."""
    return " ".join(_shown(" ".join(mended(text).splitlines())).split())


def first_words(text: str) -> str:
    """What a post says, in one line, without links, handles and private numbers."""
    return masked(one_line(unaddressed(text)))


def _shown(line: str) -> str:
    return _INVISIBLE.sub("", line.replace("\t", " "))
