"""In which language a text is, told by its script."""

import re

_SCRIPTS = (
    ("ko", re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_LATIN = re.compile(r"[a-z]+", re.IGNORECASE)
_ENGLISH = frozenset(
    "a am an and are can do does for get how i in is it its me my no not of on or out still that the this to up was we "  # noqa: SIM905 - fifty lines as a list
    "what when where who why will with you your".split()
)
_ENGLISH_SHARE = 0.15
_FOREIGN_LETTERS = re.compile(r"[\u00bf-\u024f\u0370-\u06ff\u0900-\u0eff\u1e00-\u1eff]")


def language_of(text: str, stated: str) -> str:
    """`ko`, `ja`, `zh`, `en` or `other`; `stated` is X's own guess, asked only where the script leaves it open.

    One Hangul letter in four others makes a text Korean: Korean posts are full of Latin names.
    """
    counts = {language: len(script.findall(text)) for language, script in _SCRIPTS}
    words = _LATIN.findall(text)
    letters = sum(map(len, words))
    if counts["ko"] and counts["ko"] * 4 >= letters:
        return "ko"
    if counts["ja"] or counts["zh"]:
        return "ja" if counts["ja"] else "zh"
    if not words:
        return stated if stated in ("ko", "ja", "zh") else "other"
    if _FOREIGN_LETTERS.search(text):
        return "other"
    common = sum(word.lower() in _ENGLISH for word in words)
    is_english = stated == "en" or common >= _ENGLISH_SHARE * len(words)
    return "en" if is_english else "other"
