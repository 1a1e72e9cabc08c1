"""The words of a text that carry its matter: what people write about, counted in the digest.

By rule and without a dictionary: particles and endings are cut off Korean words where what stays is still a word, and
what serves only grammar or manners is left out. A compound stays as it was written.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_MOST = 12
_LONGEST = 20
"""Characters of a term; what is longer is no word."""

_LINK_OR_HANDLE = re.compile(r"(?:https?://|www\.)\S+|@\w+")
_TOKEN = re.compile(r"[\w'+-]+")
_LETTERS_ALONE = re.compile("[\u1100-\u11ff\u3130-\u318f_]+")
"""Hangul letters that form no syllable, as in laughter; and what ties words together in a hashtag."""
_GENERATION = re.compile("[2-6]g")
"""The only words that begin with a figure and still are no amount."""

_SHORT = frozenset({"앱", "폰", "톡", "app", "sim", "tv", "usim"})
"""Words of one syllable, or as short as grammar, that are matters all the same."""

_DONE = re.compile(
    r"(?P<noun>\w{2,}?)(?:"
    r"하[고는면지기려여세네나던시신실셨라자게니냐].*|했.*|합[니시].*|할(?:[때게까지수].*)?|한(?:[다데지거].*)?|함|"
    r"해(?:[요주줘서도야달드준봤보].*)?|하다|되.*|돼.*|됐.*|된.*|될.*|됩.*|됨|받.*|드[리려립린릴].*|시[키켜켰킨].*|당[하했].*)"
)
"""A noun made a verb: 환불해 주세요, 개통됐는데, 해지하려고, 안내받은."""
_ENDS_LIKE_A_VERB = re.compile(r".*(?:인하|저하|부하|제한|권한|기한|최대한|피해|이해|올해|새해|방해|손해|오해|상해)")

_NO_VERBS = ("광고", "재고", "창고", "중고", "사고", "경고", "신고", "냉장고", "바다", "마을", "가을", "겨울")
"""Nouns that end like a verb."""

_COPULA = re.compile(
    r"(?:이에요|예요|이예요|인가요?|인데요?|입니다|입니까|이라고요?|이라는|이라서|이랍니다|이네요|이죠|이요|이다|이고|이지|이며|인지)$"
)
_SENTENCE = re.compile(
    r"(?:요|니다|니까|는데|네|죠|거든|지만|어서|아서|려고|습니당|던데|길래|더라|잖아|는지|나여|어여|\w{2}고|냐|며|듯|(?<!나)다|[셨았었했졌됐]음|을|던)$"
)
"""What ends so without being a noun is a verb, and verbs are as good as never the matter."""

_PARTICLES = re.compile(
    r"(?:에서는|에서도|에서만|에선|에게는|에겐|엔|으로는|으로도|이라도|까지도|까지는|부터는|에게서|한테서|에서|에게|한테|께서|까지|부터|처럼|보다|마다|조차|밖에|"
    r"이랑|이나|이라|으로|라도|에는|에도|에만|들이|들은|들을|들도|들의|대로|만큼|뿐)$"
)
_AFTER_CONSONANT, _AFTER_VOWEL = frozenset("은이을과"), frozenset("는가를와랑나")
_AFTER_ANY = frozenset("도만의에")
_KEPT_ENDS = (
    "속도", "정도", "온도", "제주도", "만족도", "해상도", "한도", "제도", "지도",
    "불만", "문의", "회의", "주의", "동의", "결과", "효과", "추가", "휴가",
    "부가", "증가", "허가", "물가", "단가", "도로", "경로", "고양이", "어린이",
    "차이", "와이파이", "하나", "효도", "미만", "카페",
)  # fmt: skip
"""Nouns that end like a noun with a particle, alone or at the end of a compound."""


class Terms:
    """Finds the terms of texts. `own` are the brand's names and handle: everybody uses them, so they tell nothing."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = frozenset(word for name in own for word in _words(name)) | {n.lower() for n in own}

    def of(self, text: str) -> tuple[str, ...]:
        """At most twelve, each once, as they come in the text; small letters."""
        found: dict[str, None] = {}
        for word in _words(_LINK_OR_HANDLE.sub(" ", text)):
            term = _term(word)
            if term and term not in self._own:
                found[term] = None
            if len(found) == _MOST:
                break
        return tuple(found)


@cache
def _common() -> frozenset[str]:
    """Words that tell nothing of a matter: grammar, manners, times of day, and what everybody writes to a desk."""
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
    plural = len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is"))  # noqa: PLR2004
    return word[:-1] if word.isascii() and plural and word not in _common() else word


def _korean(word: str) -> str:
    if word in _common():
        return ""
    noun = _COPULA.sub("", word)
    if noun != word:
        return _without_particle(noun)
    done = _DONE.fullmatch(word)
    if done and not _ENDS_LIKE_A_VERB.fullmatch(word[: done.end("noun") + 1]):
        return _without_particle(done["noun"])
    bare = _without_particle(word)
    return "" if _SENTENCE.search(word) and not bare.endswith(_NO_VERBS) and bare == word else bare


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
    return "" if last in "는를" else word


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
