"""Promises of a text that do not say until when: "확인 후 연락드리겠습니다", "we'll look into it".

A sentence promises if it says that the brand will do something for the reader. No promises are effort ("최선을
다하겠습니다"), thanks, apologies, passing words on, an invitation to a private message, and what depends on the
reader first ("번호를 주시면 확인해 드리겠습니다"). A promise has a time if its sentence names one, or if the sentence
before or after it names a limit. "곧", "빠른 시일 내에" and "shortly" are no times.
"""

import re

_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…。！？~]+(?=\s|$)|(?=\n|$))")

_WILL = r"(?:겠습니다|겠어요|(?:릴|할|볼|낼|둘|될|을|칠|킬|줄)\s?(?:게요|께요|예정|거예요)|도록\s?하겠)"
_DEEDS = (
    "조치|확인|안내|연락|답변|(?<!보)답|처리|개선|복구|보상|환불|검토|전달|회신|공지|해결|점검|반영|정정|발송|교체|재개|제공|공유|공개|"
    "접수|조사|파악|알아|살펴|알려|알리|보내|고쳐|고치|전해|전하|찾아|말씀|설명|보완|수정|시정|지급|방문|전화|메일|문자|소식|막|돕|도와|"
    "바로잡|줄이|늘리"
)
_PROMISE_KO = re.compile(
    rf"(?:{_DEEDS})[^.!?\n]{{0,24}}?{_WILL}|(?:하|드리)겠(?:습니다|어요)|(?:할|드릴)\s?(?:게요|께요|예정)"
)
_NO_PROMISE_KO = re.compile(
    r"감사(?:를\s?)?(?:드리|하)겠|부탁(?:을\s?)?(?:드리|하)?겠|사과(?:를\s?)?(?:드리|의 말씀|\s말씀)|감사의? 말씀|"
    r"축하|환영|응원|기원|함께하|시작하|소개(?:하|해)|기억하|명심|새겨|인사(?:를\s?)?드리|보답|"
    r"최선을|노력하|힘쓰|애쓰|기다리겠|고대하|다하겠|되겠습니다|"
    r"(?:주시|하시|보내시|으시|남기시|누르시|내시|오시|되시|이시|있으시)면|(?:시는|주신|하신)\s(?:경우|분)|"
    r"(?<!다)시 안내|겠습니까|않겠|못하겠|없겠|드리겠습니다[:：]|"
    r"(?:전달|전)(?:하|해\s?드리)(?:겠|도록\s?하겠)|전(?:달)?할\s?게|전해\s?드릴|"
    r"(?:개인\s?메시지|쪽지|디엠|DM|비공개)[^.!?\n]{0,12}안내"
)
_TIME_KO = re.compile(
    r"\d\s?(?:시|분|시간|일|주|주일|개월|달|영업일|월|초)(?!\s?(?:이용|사용|요금))|오늘|내일|모레|금일|명일|당일|익일|이번\s?주|다음\s?주|금주|차주|"
    r"이번\s?달|다음\s?달|이달|월말|월초|연말|연초|주말|주중|[월화수목금토일]요일|오전|오후|자정|정오|저녁|아침|오늘밤|"
    r"지금|바로(?=\s)|즉시|하루|이틀|사흘|일주일|한\s?시간|두\s?시간|한\s?달|\{(?:due|기한|시각|날짜|시간)[^}]*\}|추석|설날|크리스마스"
)
_VAGUE_KO = re.compile(
    r"빠른\s?시일|이른\s?시일|빠른\s?시간|시일\s?내|가까운\s?시일|최대한\s?(?:빨리|빠르게)|바로바로|지금까지|오늘도|하루빨리|하루\s?속히"
)
_LIMIT_KO = re.compile(r"까지|이내|안에|(?:시간|분|일|주)\s?내|중으로|전까지|\{due\}")

_PROMISE_EN = re.compile(
    r"\b(?:we|i)(?:['’]ll|\s+(?:will|shall|(?:are|am)\s+going\s+to))\s+(?:\w+ly\s+|also\s+|then\s+)*"
    r"(?!not\b|never\b|be\s+(?!in\s+touch|back\b|checking|looking|sending|contacting)|do\s+our\s+best|miss\b|love\b|see\b|open\b|"
    r"close\b|always\b|have\b|celebrate\b|meet\b|try\b)[a-z]+|\b(?:and|then)\s+will\s+(?!be\b|not\b)[a-z]+",
    re.IGNORECASE,
)
_NO_PROMISE_EN = re.compile(
    r"\b(?:if|once|when|as\s+soon\s+as)\s+you\b|\bwill\s+not\b|\bwon['’]t\b|\bnever\b", re.IGNORECASE
)
_TIME_EN = re.compile(
    r"\b(?:today|tonight|tomorrow|now|right\s+away|immediately|noon|midnight|(?:this|next)\s+(?:week|month|morning|afternoon|"
    r"evening|monday|tuesday|wednesday|thursday|friday|weekend)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|kst)|\d{1,2}:\d\d|(?:\d+|an?|one|two|three|few)\s+(?:working\s+|business\s+)?"
    r"(?:minutes?|hours?|days?|weeks?)|end\s+of\s+(?:the\s+)?(?:day|week|month)|"
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d|\d+\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
    r"|\{(?:due|time|date)\}",
    re.IGNORECASE,
)
_LIMIT_EN = re.compile(
    r"\b(?:by|until|within|before)\b[^.!?\n]*(?:\d|day|week|noon|midnight|tonight|tomorrow)|\{due\}", re.IGNORECASE
)


def promise_without_time(text: str) -> str | None:
    """The first sentence that promises something without a time; None if there is none."""
    sentences = [found[0].strip() for found in _SENTENCE.finditer(text)]
    for place, sentence in enumerate(sentences):
        beside = " ".join(sentences[max(0, place - 1) : place] + sentences[place + 1 : place + 2])
        if _promises(sentence) and not _has_time(sentence) and not _has_limit(beside):
            return sentence
    return None


def _promises(sentence: str) -> bool:
    korean = _PROMISE_KO.search(sentence) and not _NO_PROMISE_KO.search(sentence)
    return bool(korean or (_PROMISE_EN.search(sentence) and not _NO_PROMISE_EN.search(sentence)))


def _has_time(sentence: str) -> bool:
    plain = _VAGUE_KO.sub(" ", sentence)
    return bool(_TIME_KO.search(plain) or _TIME_EN.search(plain))


def _has_limit(sentence: str) -> bool:
    plain = _VAGUE_KO.sub(" ", sentence)
    return _has_time(sentence) and bool(_LIMIT_KO.search(plain) or _LIMIT_EN.search(plain))
