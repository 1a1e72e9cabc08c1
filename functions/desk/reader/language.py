"""In which language a text is: told by its script, and where several share one, by letters or words of one alone."""

import re
from bisect import bisect_left, bisect_right

_SCRIPTS = {
    "ko": (("\u1100", "\u11ff"), ("\u3130", "\u318f"), ("\uac00", "\ud7af")),
    "ja": (("\u3005", "\u3005"), ("\u3041", "\u30fa"), ("\u30fc", "\u30ff")),
    "zh": (("\u4e00", "\u9fff"),),
}
"""First and last letter of each script's blocks. Classes this wide cost a start-up a millisecond each as regexes."""
_LATIN = re.compile(r"[a-zA-Z]")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "a about all am an and any are as at be because been but by can do does for from get good had has have he her hi "  # noqa: SIM905 - a hundred lines as a list
    "his how i if in is it its just me my never no not now of off on one only or our out please she so still than "
    "thank thanks that the their them there they this to up was we were what when where who why will with you "
    "your".split()
)
_FOREIGN = frozenset(
    "a ada al am an ang apa au aus avec bir bisa bu che con cu da dan dans das de dei del della den der des di die dit "  # noqa: SIM905 - as above
    "do du e een ein eine el en est et eu gracias hay het hola i ich il in ini ist itu je kami kan kasih khong la las "
    "le les lo los ma mais me merci mi mich mit na ne ng nicht no non nous o oder on os ou para pas per po por pour "
    "quando que qui salamat saya se si sie su sur tidak todo tu um un una und une van ve von vous was we wie wo y ya "
    "yang".split()
)
"""Common words of other languages in Latin letters; what is English as well speaks for neither."""
_UNTOLD = re.compile(r"|und|zxx|art|q..")
"""What X writes where it could not tell, or where there are no words."""


def language_of(text: str, stated: str) -> str:
    """`ko`, `ja`, `zh`, `en` or `other`; `stated` is X's own guess, asked only where the letters leave it open.

    One letter of Korean, Japanese or Chinese to four Latin ones is enough: such posts are full of Latin names. Latin
    words of which none is common are English where X knows nothing either: most short posts have no other.
    """
    ordered = [] if text.isascii() else sorted(text)
    counts = {language: _count(ordered, blocks) for language, blocks in _SCRIPTS.items()}
    words = _WORD.findall(text.lower())
    lean = sum(map(_leaning, words))
    eastern = _eastern(text, counts, stated)
    if eastern and (lean <= 0 or sum(counts.values()) * 4 >= len(_LATIN.findall(text))):
        return eastern
    if lean or (words and _UNTOLD.fullmatch(stated)):
        return "en" if lean >= 0 else "other"
    return stated if stated in ("en", *_SCRIPTS) else "other"


def _leaning(word: str) -> int:
    """1 for a word that speaks for English, -1 against it, 0 for neither."""
    return (word in _ENGLISH) - (word in _FOREIGN or not word.isascii())


def _eastern(text: str, counts: dict[str, int], stated: str) -> str | None:
    """Korean, Japanese or Chinese, whichever has more letters in the text; None where there are none."""
    if counts["ko"] and counts["ko"] >= counts["ja"] + counts["zh"]:
        return "ko"
    if counts["ja"]:
        return "ja"
    return _of_characters(text, stated) if counts["zh"] else None


def _of_characters(text: str, stated: str) -> str:
    """Japanese or Chinese, by characters that only one of them writes so: those that the other's old codes lack."""
    han = "".join(character for character in text if "\u4e00" <= character <= "\u9fff")
    japanese, chinese = _in_code(han, "shift_jis"), _in_code(han, "gb2312") | _in_code(han, "big5")
    leans = len(japanese - chinese) - len(chinese - japanese)
    return "ja" if leans > 0 or (leans == 0 and stated == "ja") else "zh"


def _in_code(text: str, code: str) -> set[str]:
    return set(text.encode(code, "ignore").decode(code))


def _count(ordered: list[str], blocks: tuple[tuple[str, str], ...]) -> int:
    """How many of these characters, which are sorted, lie in the blocks."""
    return sum(bisect_right(ordered, last) - bisect_left(ordered, first) for first, last in blocks)
