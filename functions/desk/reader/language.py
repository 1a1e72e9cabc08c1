"""In which language a text is, told by its script."""

import re

_SCRIPTS = {
    "ko": (("\u1100", "\u11ff"), ("\u3130", "\u318f"), ("\uac00", "\ud7af")),
    "ja": (("\u3041", "\u30ff"),),
    "zh": (("\u4e00", "\u9fff"),),
}
"""First and last letter of each script's blocks. Classes this wide cost a start-up a millisecond each as regexes."""
_LATIN = re.compile(r"[a-zA-Z]+")
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
    counts = {language: _count(text, blocks) for language, blocks in _SCRIPTS.items()}
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


def _count(text: str, blocks: tuple[tuple[str, str], ...]) -> int:
    return sum(first <= character <= last for first, last in blocks for character in text)
