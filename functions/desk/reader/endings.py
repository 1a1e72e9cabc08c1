"""Endings by which a Korean word shows itself a verb, which is as good as never the matter of a text."""

import re

_DONE = re.compile(
    r"(?P<noun>\w{2,}?)(?:"
    r"하[고는면지기려여세네나던시신실셨라자게니냐].*|했.*|합[니시].*|할(?:[때게까지수].*)?|한(?:[다데지거].*)?|함|"
    r"해(?:[요주줘서도야달드준봤보].*)?|하다|되.*|돼.*|됐.*|된.*|될.*|됩.*|됨|받.*|드[리려립린릴].*|시[키켜켰킨].*|당[하했].*)"
)
"""A noun made a verb: 환불해 주세요, 개통됐는데, 해지하려고, 안내받은."""
_ENDS_LIKE_A_VERB = re.compile(r".*(?:인하|저하|부하|제한|권한|기한|최대한|피해|이해|올해|새해|방해|손해|오해|상해)")

_NO_VERBS = ("광고", "재고", "창고", "중고", "사고", "경고", "신고", "냉장고", "바다", "마을", "가을", "겨울", "노을")
"""Nouns that end like a verb."""

_COPULA = re.compile(
    r"(?:(?<=..)임|이에요|예요|이예요|인가요?|인데요?|입니다|입니까|이라고요?|이라는|이라서|이랍니다|이네요|이죠|이요|이다|이고|이지|이며|인지)$"
)
_NOUNS_IN_IM = (
    "게임", "모임", "타임", "책임", "프레임", "네임", "담임", "선임", "후임", "위임", "해임", "움직임", "크라임",
)  # fmt: skip
_SENTENCE = re.compile(
    r"(?:요|니다|니까|는데|네|죠|거든|지만|어서|아서|려고|습니당|던데|길래|더라|잖아|는지|나여|어여|\w{2}고|냐|며|듯|(?<!나)다|[셨았었했졌됐]음|을|던)$"
)
"""What ends so without being a noun is a verb, and verbs are as good as never the matter."""

_LINKED = re.compile(
    r"(?:[와가봐려셔쳐져켜펴워줘춰둬나싸써꺼커놔돼라겨여]서|으면|.[르키기내꾸되두리시우추치]면|..[지보주오나하]면|.[다라자냐][고며면]서|게)$"
)
"""A verb that leans on the next: 올라가서, 바꾸면, 빠르게."""
_NO_LINKED = ("가게", "무게", "집게", "꽃게", "대게", "홍게", "지게")
_IN_GO = (
    "광고", "재고", "창고", "중고", "사고", "경고", "신고", "공고", "잔고", "보고", "예고", "권고", "원고", "차고",
    "금고", "참고", "해고", "국고", "충고", "문고", "선고", "로고", "망고",
)  # fmt: skip
_NAMING = re.compile(r"(?:..[봄옴짐힘킴핌돎듦]|.[어아]남)$")
"""A verb named as people do who write in a hurry: 째려봄, 사라짐."""
_NO_NAMING = ("이삿짐", "헬스짐")

_THINGS = re.compile(r"(.)(?:거|것|건|걸|게)(?:임|지|야|죠|만|도|라.*)?$")
_NO_THINGS = ("선거", "근거", "철거", "조건", "안건", "물건", "문건", "용건")
_WHETHER = re.compile(r".[는은인던운딘군된]지(?:도|가|는|를|만)?$")
_TOLD = re.compile(r"(.)다(?:는|고|면|니|지|던|네|며|라.*)$")
"""What somebody is said to do: 올린다는, 지웠다고."""
_DOING = re.compile(r"(.)는$")
_REPORTED = re.compile(
    r"(?<=.)(?:더니|더군|던가|건데|는중|자마자|으니|어야|아야|려야|써야|져야|줘야|지마라|려면|시나|을까|될까|할까|어줘|아줘|[셨았었했졌됐갔왔났렀]\w{0,2})$"
)

_STEM = re.compile(r"(.)[아어]$")
_JOINED = re.compile(r".[려쳐켜줘둬워눠꿔봐져겨펴춰혀]")
"""A verb before another one: 찾아 주세요, 걸려 있어요."""
_NO_JOINED = ("배려", "고려", "우려", "격려", "염려", "파워", "샤워", "타워")

_N, _L, _SS = 4, 8, 20
"""Final consonants by their place in Unicode: ㄴ, ㄹ, ㅆ."""
_OF_LANGUAGES = (0, 1, 4, 21)
"""Those of nouns in 어 and 아, as in 한국어, 단어 and 용어: none, ㄱ, ㄴ, ㅇ."""


def without_copula(word: str) -> str:
    """The noun that something is said to be: 무제한입니다, 이득임."""
    return word if word.endswith(_NOUNS_IN_IM) else _COPULA.sub("", word)


def noun_in_verb(word: str) -> str:
    """The noun that was made a verb, "" when none was: 환불해, 개통됐는데."""
    done = _DONE.fullmatch(word)
    return done["noun"] if done and not _ENDS_LIKE_A_VERB.fullmatch(word[: done.end("noun") + 1]) else ""


def may_be_verb(word: str) -> bool:
    """Whether it ends as verbs do, and as no noun does unless with a particle."""
    return bool(_SENTENCE.search(word)) and not word.endswith(_NO_VERBS)


def is_verb(word: str) -> bool:
    """Whether it ends as only verbs do."""
    linked = _LINKED.search(word) and not word.endswith(_NO_LINKED)
    hurried = _NAMING.search(word) and not word.endswith(_NO_NAMING)
    short = len(word) == 2 and word[-1] == "고" and word not in _IN_GO  # noqa: PLR2004
    return bool(linked or hurried or short or _REPORTED.search(word)) or _has_a_verbs_middle(word)


def _has_a_verbs_middle(word: str) -> bool:
    """Whether it is the sound before its ending that makes it a verb."""
    thing, told, doing, stem = (each.search(word) for each in (_THINGS, _TOLD, _DOING, _STEM))
    return bool(
        (thing and len(word) > 2 and final_of(thing[1]) in (_N, _L) and not word.endswith(_NO_THINGS))  # noqa: PLR2004
        or _WHETHER.search(word)
        or (_JOINED.fullmatch(word) and word not in _NO_JOINED)
        or (stem and final_of(stem[1]) not in _OF_LANGUAGES)
        or (told and final_of(told[1]) in (_N, _SS))
        or (doing and final_of(doing[1]))
    )


def final_of(letter: str) -> int:
    """The place of the syllable's final consonant; 0 when it has none, or is no Hangul."""
    return (ord(letter) - ord("가")) % 28 if "가" <= letter <= "힣" else 0
