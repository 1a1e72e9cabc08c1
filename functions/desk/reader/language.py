"""The language of a text, and its terms: the words that say what it is about, which the digest counts.

The language is decided by the script, and among languages that share one by letters or words of one alone. Terms
are found by rules, without a dictionary: particles and endings are removed from Korean words where a word remains, and
words of grammar and manners are left out. A compound stays as it was written.
"""

import json
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from desk.text import unaddressed

_SCRIPTS = {
    "ko": (("\u1100", "\u11ff"), ("\u3130", "\u318f"), ("\uac00", "\ud7af")),
    "ja": (("\u3005", "\u3005"), ("\u3041", "\u30fa"), ("\u30fc", "\u30ff")),
    "zh": (("\u4e00", "\u9fff"),),
}
"""The first and last letter of each script's blocks. As regular expressions they would take milliseconds to compile."""
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
"""Common words of other languages in Latin letters; words that are English too count for neither."""
_UNKNOWN = re.compile(r"|und|zxx|art|q..")
"""X's values for an unknown language, or for a post without words."""


def language_of(text: str, stated: str) -> str:
    """`ko`, `ja`, `zh`, `en` or `other`. `stated` is X's guess, which decides only where the letters don't.

    One letter of Korean, Japanese or Chinese for four Latin ones is enough, since such posts are full of Latin names.
    Latin words of which none is common are English where X doesn't know either.
    """
    ordered = [] if text.isascii() else sorted(text)
    counts = {language: _count(ordered, blocks) for language, blocks in _SCRIPTS.items()}
    words = _WORD.findall(text.lower())
    lean = sum(map(_leaning, words))
    eastern = _eastern(text, counts, stated)
    if eastern and (lean <= 0 or sum(counts.values()) * 4 >= len(_LATIN.findall(text))):
        return eastern
    if lean or (words and _UNKNOWN.fullmatch(stated)):
        return "en" if lean >= 0 else "other"
    return stated if stated in ("en", *_SCRIPTS) else "other"


def _leaning(word: str) -> int:
    """1 for an English word, -1 for a word of another language, 0 for any other."""
    return (word in _ENGLISH) - (word in _FOREIGN or not word.isascii())


def _eastern(text: str, counts: dict[str, int], stated: str) -> str | None:
    """Korean, Japanese or Chinese, by the number of letters; None where the text has none of them."""
    if counts["ko"] and counts["ko"] >= counts["ja"] + counts["zh"]:
        return "ko"
    if counts["ja"]:
        return "ja"
    return _of_characters(text, stated) if counts["zh"] else None


def _of_characters(text: str, stated: str) -> str:
    """Japanese or Chinese, by characters that only one of them uses: those missing in the other's legacy encoding."""
    han = "".join(character for character in text if "\u4e00" <= character <= "\u9fff")
    japanese, chinese = _in_code(han, "shift_jis"), _in_code(han, "gb2312") | _in_code(han, "big5")
    leans = len(japanese - chinese) - len(chinese - japanese)
    return "ja" if leans > 0 or (leans == 0 and stated == "ja") else "zh"


def _in_code(text: str, code: str) -> set[str]:
    return set(text.encode(code, "ignore").decode(code))


def _count(ordered: list[str], blocks: tuple[tuple[str, str], ...]) -> int:
    """The number of these sorted characters that are in the blocks."""
    return sum(bisect_right(ordered, last) - bisect_left(ordered, first) for first, last in blocks)


_MOST = 12
_LONGEST = 20
"""The most characters of a term."""

_REMEMBERED = 4_096
"""Words whose term is cached, in about a megabyte. Half of the words in mentions are repeated ones."""

_TOKEN = re.compile(r"[\w'+-]+")
_LETTERS_ALONE = re.compile("[\u1100-\u11ff\u3130-\u318f_]+")
"""Hangul letters outside syllables, as in laughter, and the underscore, which joins words in hashtags."""
_GENERATION = re.compile("[2-6]g")
"""The only words that begin with a digit and are not an amount."""

_SHORT = frozenset({"앱", "폰", "톡", "app", "sim", "tv", "usim"})
"""Terms in spite of their length."""

_PARTICLES = re.compile(
    r"(?:에서는|에서도|에서만|에선|에게는|에겐|엔|으로는|으로도|이라도|까지도|까지는|부터는|에게서|한테서|에서|에게|한테|께서|까지|부터|처럼|보다|마다|조차|밖에|"
    r"이랑|이나|이라|으로|라도|에는|에도|에만|들이|들은|들을|들도|들의|대로|만큼|뿐|(?<=..)들)$"
)
_LEANING = re.compile(r"(?<=..)(?:때문에|때문|땜에|땜|좀)$")
"""Words that people attach to a noun without a space."""
_HONOURED = re.compile(r"(?<=..)님$")
_KEPT_HONOURS = ("선생님", "부모님", "어머님", "아버님", "할머님", "하느님")
_COUNTED = re.compile(
    "(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|몇|며칠|사흘|나흘|이틀)(?:개|번|명|분|잔|달|주|시간|장|곳|군데|마리|번째)?(?:째|씩|쯤)?"
)
"""Counts: 두개, 한시간째."""
_AFTER_CONSONANT, _AFTER_VOWEL = frozenset("은이을과"), frozenset("는가를와랑나")
_AFTER_ANY = frozenset("도만의에")
_KEPT_ENDS = (
    "속도", "정도", "온도", "제주도", "만족도", "해상도", "한도", "제도", "지도",
    "불만", "문의", "회의", "주의", "동의", "결과", "효과", "추가", "휴가",
    "부가", "증가", "허가", "물가", "단가", "도로", "경로", "고양이", "어린이",
    "차이", "아들", "와이파이", "하나", "효도", "미만", "카페",
)  # fmt: skip
"""Nouns that look like a noun with a particle, alone or at the end of a compound."""
_ENDS_IN_I = ("종이", "놀이", "높이", "길이", "깊이", "넓이", "먹이", "벌이", "맏이", "풀이", "젊이")
"""Nouns made of a syllable that ends in a consonant, and 이."""


class Terms:
    """Finds the terms of texts, except `own`: the brand's names and handle, which everybody uses."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = frozenset(word for name in own for word in _words(name)) | {n.lower() for n in own}

    def of(self, text: str) -> tuple[str, ...]:
        """At most twelve terms in lower case, each once, in the order of the text."""
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
    """Words that are never a term: grammar, manners, times of day, and words that everybody writes to a desk.

    They are loaded with the first text, which saves milliseconds at start-up.
    """
    lists = json.loads(Path(__file__).with_name("common_words.json").read_text(encoding="utf-8"))
    return frozenset(word for lines in lists.values() for line in lines for word in line.split())


def _words(text: str) -> Iterator[str]:
    """The words of a text in lower case, without punctuation: a hashtag is its word."""
    normal = _LETTERS_ALONE.sub(" ", unicodedata.normalize("NFKC", text)).lower().replace("’", "'")
    for token in _TOKEN.findall(normal):
        if token.isascii() or any("가" <= letter <= "힣" for letter in token):
            yield token.strip("'+-")
        else:
            yield from _without_spaces().findall(token)


@cache
def _without_spaces() -> re.Pattern[str]:
    """Words of languages without spaces. The pattern takes a millisecond to compile, so it is compiled on demand."""
    return re.compile("[ァ-ヶー]{2,}|[一-龥]{2,6}")


@lru_cache(maxsize=_REMEMBERED)
def _term(word: str) -> str:
    """The word without particles and endings; "" where it is no term."""
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

    word = _LEANING.sub("", word)
    if word in _common() or _COUNTED.fullmatch(word):
        return ""
    noun = without_copula(word)
    verbal_noun = noun_in_verb(word) if noun == word else ""
    bare = _without_particle(verbal_noun or noun)
    if not verbal_noun and (is_verb(noun) or (bare == word and may_be_verb(word))):
        return ""
    return bare if bare.endswith(_KEPT_HONOURS) else _HONOURED.sub("", bare)


def _without_particle(word: str) -> str:
    """Remove particles from a noun. A single syllable stays only if it is a known word."""
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
    """Whether the particle can follow: 은 after a consonant, 는 after a vowel; foreign words take both."""
    if particle in _AFTER_ANY:
        return True
    if not "가" <= stem[-1] <= "힣":
        return particle in _AFTER_CONSONANT | _AFTER_VOWEL | {"로"}
    final = (ord(stem[-1]) - ord("가")) % 28
    if particle == "로":
        return final in (0, 8)
    return particle in (_AFTER_CONSONANT if final else _AFTER_VOWEL)


_DONE = (
    r"(?P<noun>\w{2,}?)(?:"
    r"하[고는면지기려여세네나던시신실셨라자게니냐].*|했.*|합[니시].*|할(?:[때게까지수].*)?|한(?:[다데지거].*)?|함|"
    r"해(?:[요주줘서도야달드준봤보].*)?|하다|되.*|돼.*|됐.*|된.*|될.*|됩.*|됨|받.*|드[리려립린릴].*|시[키켜켰킨].*|당[하했].*)"
)
"""A noun with a verb's ending: 환불해 주세요, 개통됐는데, 해지하려고, 안내받은."""
_ENDS_LIKE_A_VERB = r".*(?:인하|저하|부하|제한|권한|기한|최대한|피해|이해|올해|새해|방해|손해|오해|상해)"

_NO_VERBS = ("광고", "재고", "창고", "중고", "사고", "경고", "신고", "냉장고", "바다", "마을", "가을", "겨울", "노을")
"""Nouns that end like a verb."""

_COPULA = (
    r"(?:(?<=..)임|이에요|예요|이예요|인가요?|인데요?|입니다|입니까|이라고요?|이라는|이라서|이랍니다|이네요|이죠|이요|이다|이고|이지|이며"
    r"|인지)$"
)
_NOUNS_IN_IM = (
    "게임", "모임", "타임", "책임", "프레임", "네임", "담임", "선임", "후임", "위임", "해임", "움직임", "크라임",
)  # fmt: skip
_SENTENCE = (
    r"(?:요|니다|니까|는데|네|죠|거든|지만|어서|아서|려고|습니당|던데|길래|더라|잖아|는지|나여|어여|\w{2}고|냐|며|듯|(?<!나)다|[셨았었했졌됐]음|을"
    r"|던)$"
)
"""Endings of verbs, which are hardly ever terms, except of the nouns above."""

_LINKED = (
    r"(?:[와가봐려셔쳐져켜펴워줘춰둬나싸써꺼커놔돼라겨여]서|으면|.[르키기내꾸되두리시우추치]면|..[지보주오나하]면|.[다라자냐][고며면]서"
    r"|게)$"
)
"""A verb joined to the next one: 올라가서, 바꾸면, 빠르게."""
_NO_LINKED = ("가게", "무게", "집게", "꽃게", "대게", "홍게", "지게")
_IN_GO = (
    "광고", "재고", "창고", "중고", "사고", "경고", "신고", "공고", "잔고", "보고", "예고", "권고", "원고", "차고",
    "금고", "참고", "해고", "국고", "충고", "문고", "선고", "로고", "망고",
)  # fmt: skip
_NAMING = r"(?:..[봄옴짐힘킴핌돎듦]|.[어아]남)$"
"""A verb as a noun, in short notes: 째려봄, 사라짐."""
_NO_NAMING = ("이삿짐", "헬스짐")

_THINGS = r"(.)(?:거|것|건|걸|게)(?:임|지|야|죠|만|도|라.*)?$"
_NO_THINGS = ("선거", "근거", "철거", "조건", "안건", "물건", "문건", "용건")
_WHETHER = r".[는은인던운딘군된]지(?:도|가|는|를|만)?$"
_TOLD = r"(.)다(?:는|고|면|니|지|던|네|며|라.*)$"
"""Reported speech: 올린다는, 지웠다고."""
_DOING = r"(.)는$"
_REPORTED = (
    r"(?<=.)(?:더니|더군|던가|건데|는중|자마자|으니|어야|아야|려야|써야|져야|줘야|지마라|려면|시나|을까|될까|할까|어줘|아줘"
    r"|[셨았었했졌됐갔왔났렀]\w{0,2})$"
)

_STEM = r"(.)[아어]$"
_JOINED = r".[려쳐켜줘둬워눠꿔봐져겨펴춰혀]"
"""A verb before another one: 찾아 주세요, 걸려 있어요."""
_NO_JOINED = ("배려", "고려", "우려", "격려", "염려", "파워", "샤워", "타워")

_N, _L, _SS = 4, 8, 20
"""Final consonants by their index in Unicode: ㄴ, ㄹ, ㅆ."""
_OF_LANGUAGES = (0, 1, 4, 21)
"""Final consonants before 어 and 아 in nouns, as in 한국어, 단어 and 용어: none, ㄱ, ㄴ, ㅇ."""


_compiled = cache(re.compile)
"""Patterns of endings are compiled on demand: at import they would add 3 ms to every start."""


def without_copula(word: str) -> str:
    """The noun without "is": 무제한입니다, 이득임."""
    return word if word.endswith(_NOUNS_IN_IM) else _compiled(_COPULA).sub("", word)


def noun_in_verb(word: str) -> str:
    """The noun inside a verb, or "": 환불해, 개통됐는데."""
    done = _compiled(_DONE).fullmatch(word)
    return done["noun"] if done and not _compiled(_ENDS_LIKE_A_VERB).fullmatch(word[: done.end("noun") + 1]) else ""


def may_be_verb(word: str) -> bool:
    """Whether the word ends like a verb, and like no noun without a particle."""
    return bool(_compiled(_SENTENCE).search(word)) and not word.endswith(_NO_VERBS)


def is_verb(word: str) -> bool:
    """Whether the word has an ending that only verbs have."""
    linked = _compiled(_LINKED).search(word) and not word.endswith(_NO_LINKED)
    hurried = _compiled(_NAMING).search(word) and not word.endswith(_NO_NAMING)
    short = len(word) == 2 and word[-1] == "고" and word not in _IN_GO  # noqa: PLR2004
    return bool(linked or hurried or short or _compiled(_REPORTED).search(word)) or _has_a_verbs_middle(word)


def _has_a_verbs_middle(word: str) -> bool:
    """Whether the consonant before its ending makes the word a verb."""
    thing, told, doing, stem = (_compiled(each).search(word) for each in (_THINGS, _TOLD, _DOING, _STEM))
    return bool(
        (thing and len(word) > 2 and final_of(thing[1]) in (_N, _L) and not word.endswith(_NO_THINGS))  # noqa: PLR2004
        or _compiled(_WHETHER).search(word)
        or (_compiled(_JOINED).fullmatch(word) and word not in _NO_JOINED)
        or (stem and final_of(stem[1]) not in _OF_LANGUAGES)
        or (told and final_of(told[1]) in (_N, _SS))
        or (doing and final_of(doing[1]))
    )


def final_of(letter: str) -> int:
    """The index of the syllable's final consonant; 0 where it has none or is no Hangul."""
    return (ord(letter) - ord("가")) % 28 if "가" <= letter <= "힣" else 0
