"""What a field may hold, as the OpenAPI document shows it: whatever does not match is refused.

ECMAScript, which JSON Schema means, and Python read these alike: they name every character, and need no flag. Matching
takes linear time.
"""

from desk.cursors import CURSOR
from post_update.moments import AROUND, MOMENT
from post_update.text import FORBIDDEN

_LOST = r"\ufffd"
"""Where a byte was not UTF-8."""
_SPACES = r"\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NOT_IN_A_LINE = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069" + _LOST
_BLANK = r"\t-\r\x1c-\x1f\x85\u2028\u2029" + _SPACES
"""What is cut off around a text."""
_ONLY_AROUND = r"\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
"""Those of them that may stand nowhere else."""
_IN_A_TEXT = f"(?:[^{FORBIDDEN}{_LOST}]|\\r)*"

DECODED = f"^[^{_LOST}]*$"
"""Anything that was UTF-8."""
LINE = f"^[{_SPACES}]*[^{_SPACES}{_NOT_IN_A_LINE}][^{_NOT_IN_A_LINE}]*$"
"""One line of plain text that is not blank."""
TEXT = f"^[{_BLANK}]*[^{_BLANK}{FORBIDDEN}{_LOST}]{_IN_A_TEXT}(?:[{_ONLY_AROUND}][{_BLANK}]*)?$"
"""Some lines of text without characters that nobody sees."""
TIME = f"^[{AROUND}]*{MOMENT}[{AROUND}]*$"
"""A moment; whether there is such a day and time is another question."""
PLACE = f"^(?:{CURSOR.removeprefix('^').removesuffix('$')})?$"
"""A cursor, or nothing: then the list begins."""
