"""Whether an author asks us not to reply any more, told by turns of phrase.

Only a request counts that stands at the beginning of its clause: who complains of how we answer ("don't answer if you
don't know"), or of advertisements, calls and texts, wants an answer all the same.
"""

import re
import unicodedata
from functools import cache

from desk.text import unaddressed

_CLAUSE_END = re.compile(r"[\n.!?…。！？~;,、，:()\"“”「」ㅋㅎㅠㅜ^*\U0001f000-\U0001faff\u2600-\u27bf]+")

# Korean: where a clause begins, and whom or what it speaks of; what is not wanted; that it is not.
_KO_START = (
    r"(?:^|\. |(?:요|니다|니까|데|죠|네|음|서) )"
    r"(?:(?:이제|앞으로|앞으론|다시는|더는|더 이상|제발|좀|부탁인데|절대|그냥|그리고|여기(?:에|다)?"
    r"|(?:저|나)(?:한테|한텐|에게|를|는|은)?|제게|(?:제|내|이) ?(?:글|계정|트윗|게시물|멘션)에(?:는|다)?) ?){0,4}"
)
_KO_MACHINE = r"(?:자동(?:으로|(?!차))|봇|로봇|챗봇|기계|매크로)"
_KO_REPLY = rf"(?:{_KO_MACHINE} ?)?(?:답글|답변|답장|댓글|대댓글|대댓|리플|응답)"
_KO_WHAT = rf"(?:{_KO_REPLY}|답|말(?! ?하)|멘션|맨션|태그)"
_KO_GAP = r"(?:을|를|은|는|도|이|가)? ?(?:(?:이제|좀|더|더는|더 이상|다시는|제발|절대|(?:저|나)(?:한테|에게)) ?){0,3}"
_KO_DO = r"(?:달|하|보내|쓰|남기|걸|붙이)"
_KO_DO_NOT = (
    rf"{_KO_DO}지 ?(?:좀 )?(?:마세|마셔요|마십|마시길|마시기|마시오|마요|마라(?!고)|말아"
    r"|말라고 ?(?:했|몇)|말았으면|말길|마(?=\.|$)|않았으면|않으셨으면)"
)
_KO_ENOUGH = (
    r"(?:좀 )?그만 ?(?:좀 ?)?(?:해(?!도| 주신|주신)|하세|하십|하시길|하시기|다세|다십|다시길|달아"
    r"|달라고|보내(?:세|주|라|요| 주)|쓰세|남기세|두세|주세|부탁|요?(?=\.|$))"
)
_KO_UNWANTED = (
    r"(?:사양|거부)(?:합|할|하겠|해요)|(?:안|그만) ?받(?:을래|을게|겠|고 ?싶)|받고 ?싶지 ?않(?:아|습|으니|네)"
    r"|원(?:하지|치) ?않(?:아|습|으니|네)"
)
_KO_OFF = r"(?:중단|중지|해지|정지) ?(?:해|하|요청|부탁|바|(?=\.|$))|(?:꺼|끊어|빼|멈춰) ?(?:주|줘)"
_KO = (
    rf"{_KO_START}(?:{_KO_WHAT}{_KO_GAP}(?:{_KO_DO_NOT}|{_KO_ENOUGH}|{_KO_UNWANTED})"
    rf"|{_KO_MACHINE} ?{_KO_REPLY}{_KO_GAP}(?:{_KO_OFF})"
    rf"|그만 ?(?:좀 )?(?:{_KO_REPLY}|멘션) ?(?:좀 )?(?:달아|다세|다십|하세|해(?=\.|$)|보내세))"
)

# English: a request, then what of.
_EN_START = (
    r"(?:^|\. |\b(?:and|so|just|now|but) )"
    r"(?:(?:please|pls|plz|kindly|just|hey|again|(?:could|can|will|would) you"
    r"|(?:i )?(?:told|asked|want|need) you to) ){0,3}"
)
_EN_MY = (
    r" (?:(?:to|at|on|under|in) )?"
    r"(?:me|us|my (?:posts?|tweets?|mentions?|replies|account)|this(?: account| post| tweet)?)"
)
_EN_END = r"(?: (?:again|any ?more|ever|please|pls|at all|thanks|thank you))*(?=\.|$)"
_EN_MACHINE = r"(?:auto(?:mated|matic)?|bot|canned)"
_EN_REPLIES = rf"(?:{_EN_MACHINE}[ -]?)?(?:repl(?:y|ies)|responses?|mentions)"
_EN_STOP = rf"{_EN_START}(?:stop|quit|no more|enough with)(?: (?:the|your|these|with))*"
_EN_GIVING = r"(?:(?:sending|giving) (?:me )?(?:(?:the|your|these|any) )?)?"
_EN_DO_NOT = r"(?:do not|don't|dont|never)(?: ever)?"
_EN = (
    rf"{_EN_STOP} {_EN_GIVING}(?:{_EN_REPLIES}|replying|responding|mentioning|tagging|@ ?-?ing)(?:{_EN_MY})?{_EN_END}",
    rf"{_EN_START}{_EN_DO_NOT} (?:reply|respond|answer|tag|mention|@){_EN_MY}{_EN_END}",
    rf"{_EN_START}{_EN_DO_NOT} (?:reply|respond){_EN_END}",
    rf"{_EN_START}opt(?:ing)? (?:me )?out(?: of (?:your |the |these )?{_EN_REPLIES})?(?=\.|$)",
    rf"\bi (?:want to |would like to |wish to )?opt out of (?:your |the |these )?{_EN_REPLIES}\b",
    r"^(?:\. )?(?:stop|unsubscribe)\.?$",
)

_JA = (
    r"(?:自動)?(?:返信|リプライ|リプ|メンション|コメント)[はをも]?(?:もう)?"
    r"(?:(?:送ら|飛ばさ|つけ|付け|し)ないで(?:ください|下さい|くれ|ほしい|欲しい|ね|もらえ|\.|$)|やめて(?!い)|止めて(?!い)|お断り)"
)
_ZH = (
    r"(?:^|\. |[请請]|拜[托託]|麻[烦煩]|求|以[后後]|都) ?(?:你们|你們|您)?"
    r"(?:停止(?:自[动動])?回[复覆復]|(?:[别別勿]|不要)再?(?:自[动動])?(?:回[复覆復]|[評评][论論]|艾特|@)"
    r"我?(?:的(?:帖子|推文|[贴貼]文))?[了啦吧]?(?=\.|$| ))"
)

# Of a machine's replies alone, also by authors who want a person's.
_MACHINES = (
    rf"{_KO_MACHINE} ?(?:{_KO_REPLY})?.{{0,12}}(?:그만|말고|[하달]지 ?[마말]|보내지 ?[마말]|싫|사양|거부|필요 ?없)",
    rf"\b(?:no|stop|not an?|without|instead of|don't|do not)\b.{{0,20}}\b{_EN_MACHINE}s?\b",
    r"自動返信.{0,6}(?:やめ|止め|いらない|不要|ではなく|じゃなく)|(?:[别別]|不要).{0,4}(?:自[动動]|机器人|機器人)",
)


def opts_out(text: str) -> bool:
    """Whether the author of this post asks us to reply no more."""
    return bool(_replies().search(_clauses(text)))


def declines_machines(text: str) -> bool:
    """Whether this post may ask that no machine replies: also where a person's answer is wanted the more."""
    said = _clauses(text)
    return bool(_replies().search(said) or _machines().search(said))


def _clauses(text: str) -> str:
    """Small letters between single spaces without handles and links; `.` ends a clause."""
    plain = unaddressed(unicodedata.normalize("NFC", text).lower().replace("’", "'"))
    return " ".join(_CLAUSE_END.sub(". ", plain).split()).replace(" .", ".")


@cache
def _replies() -> re.Pattern[str]:
    return re.compile("|".join((_KO, *_EN, _JA, _ZH)))


@cache
def _machines() -> re.Pattern[str]:
    return re.compile("|".join(_MACHINES))
