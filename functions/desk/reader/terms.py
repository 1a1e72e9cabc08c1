"""The words of a text that carry its matter: what people write about, counted in the digest.

By rule and without a dictionary: particles and endings are cut off Korean words where what stays is still a word, and
what serves only grammar or manners is left out. A compound stays as it was written.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from desk.text import unaddressed

_MOST = 12
_LONGEST = 20
"""Characters of a term; what is longer is no word."""

_REMEMBERED = 4_096
"""Words whose term is kept, in about a megabyte: half of the words that people write to a desk they write again."""

_TOKEN = re.compile(r"[\w'+-]+")
_LETTERS_ALONE = re.compile("[\u1100-\u11ff\u3130-\u318f_]+")
"""Hangul letters that form no syllable, as in laughter; and what ties words together in a hashtag."""
_GENERATION = re.compile("[2-6]g")
"""The only words that begin with a figure and still are no amount."""

_SHORT = frozenset({"앱", "폰", "톡", "app", "sim", "tv", "usim"})
"""Words of one syllable, or as short as grammar, that are matters all the same."""

_PARTICLES = re.compile(
    r"(?:에서는|에서도|에서만|에선|에게는|에겐|엔|으로는|으로도|이라도|까지도|까지는|부터는|에게서|한테서|에서|에게|한테|께서|까지|부터|처럼|보다|마다|조차|밖에|"
    r"이랑|이나|이라|으로|라도|에는|에도|에만|들이|들은|들을|들도|들의|대로|만큼|뿐|(?<=..)들)$"
)
_LEANING = re.compile(r"(?<=..)(?:때문에|때문|땜에|땜|좀)$")
"""What people write on to a word without a space."""
_HONOURED = re.compile(r"(?<=..)님$")
_KEPT_HONOURS = ("선생님", "부모님", "어머님", "아버님", "할머님", "하느님")
_COUNTED = re.compile(
    "(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|몇|며칠|사흘|나흘|이틀)(?:개|번|명|분|잔|달|주|시간|장|곳|군데|마리|번째)?(?:째|씩|쯤)?"
)
"""How many: 두개, 한시간째."""
_AFTER_CONSONANT, _AFTER_VOWEL = frozenset("은이을과"), frozenset("는가를와랑나")
_AFTER_ANY = frozenset("도만의에")
_KEPT_ENDS = (
    "속도", "정도", "온도", "제주도", "만족도", "해상도", "한도", "제도", "지도",
    "불만", "문의", "회의", "주의", "동의", "결과", "효과", "추가", "휴가",
    "부가", "증가", "허가", "물가", "단가", "도로", "경로", "고양이", "어린이",
    "차이", "아들", "와이파이", "하나", "효도", "미만", "카페",
)  # fmt: skip
"""Nouns that end like a noun with a particle, alone or at the end of a compound."""
_ENDS_IN_I = ("종이", "놀이", "높이", "길이", "깊이", "넓이", "먹이", "벌이", "맏이", "풀이", "젊이")
"""Nouns of one closed syllable and 이."""


class Terms:
    """Finds the terms of texts. `own` are the brand's names and handle: everybody uses them, so they tell nothing."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = frozenset(word for name in own for word in _words(name)) | {n.lower() for n in own}

    def of(self, text: str) -> tuple[str, ...]:
        """At most twelve, each once, as they come in the text; small letters."""
        found: dict[str, None] = {}
        for word in _words(unaddressed(text)):
            term = _term(word)
            if term and term not in self._own:
                found[term] = None
            if len(found) == _MOST:
                break
        return tuple(found)


@cache
def _common() -> frozenset[str]:
    """Words that tell nothing of a matter: grammar, manners, times of day, and what everybody writes to a desk.

    Read with the first text, like the endings: both would cost a start-up milliseconds.
    """
    lists = json.loads(Path(__file__).with_name("common_words.json").read_text(encoding="utf-8"))
    return frozenset(word for lines in lists.values() for line in lines for word in line.split())


def _words(text: str) -> Iterator[str]:
    """Everything that may be a word, in small letters; signs fall away, so that a hashtag is its word."""
    normal = _LETTERS_ALONE.sub(" ", unicodedata.normalize("NFKC", text)).lower().replace("’", "'")
    for token in _TOKEN.findall(normal):
        if token.isascii() or any("가" <= letter <= "힣" for letter in token):
            yield token.strip("'+-")
        else:
            yield from _without_spaces().findall(token)


@cache
def _without_spaces() -> re.Pattern[str]:
    """Words of languages that put no spaces between them; so wide a class costs a start-up a millisecond."""
    return re.compile("[ァ-ヶー]{2,}|[一-龥]{2,6}")


@lru_cache(maxsize=_REMEMBERED)
def _term(word: str) -> str:
    """The word freed of grammar; "" when nothing is left that tells a matter."""
    if len(word) > 2 * _LONGEST or (word[:1].isdigit() and not _GENERATION.match(word)):
        return ""
    term = _korean(word) if "가" <= word[-1:] <= "힣" else _latin(word)
    if term in _SHORT:
        return term
    is_plain = len(term) < 2 or (term.isascii() and len(term) < 3 and not _GENERATION.fullmatch(term))  # noqa: PLR2004
    return "" if is_plain or len(term) > _LONGEST or term in _common() else term


def _latin(word: str) -> str:
    word = word.removesuffix("'s")
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "news", "lens"))  # noqa: PLR2004
    return word[:-1] if word.isascii() and plural and word not in _common() else word


def _korean(word: str) -> str:
    from desk.reader.endings import is_verb, may_be_verb, noun_in_verb, without_copula  # noqa: PLC0415 - see _common

    word = _LEANING.sub("", word)
    if word in _common() or _COUNTED.fullmatch(word):
        return ""
    said = without_copula(word)
    done = noun_in_verb(word) if said == word else ""
    bare = _without_particle(done or said)
    if not done and (is_verb(said) or (bare == word and may_be_verb(word))):
        return ""
    return bare if bare.endswith(_KEPT_HONOURS) else _HONOURED.sub("", bare)


def _without_particle(word: str) -> str:
    """Cut off what follows a noun. One syllable alone stays only if it is known, since most would be fragments."""
    if word.endswith(_KEPT_ENDS):
        return word
    long = _PARTICLES.sub("", word)
    if long != word:
        return _without_particle(long) if len(long) > 2 else long  # noqa: PLR2004
    stem, last = word[:-1], word[-1:]
    if not stem or not _agrees(stem, last):
        return word
    if len(stem) > 2 and stem.endswith(("과", "와", "에", "들")):  # noqa: PLR2004
        return _without_particle(stem)
    if len(stem) > 1 or stem in _SHORT:
        return stem
    return "" if last in "는를은을에" or (last == "이" and word not in _ENDS_IN_I) else word


def _agrees(stem: str, particle: str) -> bool:
    """Whether the particle may follow this sound: 은 after a consonant, 는 after a vowel; foreign words take both."""
    if particle in _AFTER_ANY:
        return True
    if not "가" <= stem[-1] <= "힣":
        return particle in _AFTER_CONSONANT | _AFTER_VOWEL | {"로"}
    final = (ord(stem[-1]) - ord("가")) % 28
    if particle == "로":
        return final in (0, 8)
    return particle in (_AFTER_CONSONANT if final else _AFTER_VOWEL)
