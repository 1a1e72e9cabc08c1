"""Lower case by ASCII alone. It is apart from `desk.text`, whose tables not every function loads at its start."""

from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def ascii_lower(text: str) -> str:
    """The text with A to Z in lower case, and every other letter as it is.

    Names that give rights are compared so: Unicode's rules make a k of the Kelvin sign, and an s of ſ.
    """
    return text.translate(_LOWER)
