"""Sentences in which the brand binds itself to say or do something by a time: "오늘 중으로 다시 안내드리겠습니다".

A sentence commits if its verb is one of the brand's own acts and tells of the future, and the time is one by which it
will be done. No commitments are what depends on the customer first ("번호를 주시면 30분 안에"), standing policies,
hours, planned works and events, the customer's deadlines, other parties' promises, estimates, efforts, and what was.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from desk.checks.moments import Grain, Moment, moment_of, sentences_of, times_in
from desk.checks.named_time import NamedTime


class Commitment(NamedTuple):
    """What the brand commits to by a time.

    Attributes:
        sentence: the sentence that says so.
        words: the time as it is written there.
        due: the moment at the latest, in the desk's zone.
        grain: how exactly the moment is named.
    """

    sentence: str
    words: str
    due: datetime
    grain: Grain


def commitment_in(text: str, now: datetime, holidays: Collection[date] = ()) -> Commitment | None:
    """The commitment of the text that is due first; None if it has none. `now` is in the desk's zone."""
    found: list[Commitment] = []
    before = ""
    for sentence in (each.strip() for each in sentences_of(text)):
        own = list(_commitments(sentence, now, holidays))
        found += own or list(_commitments_of_both(before, sentence, now, holidays))
        before = sentence
    return min(found, key=lambda each: each.due, default=None)


def _commitments_of_both(before: str, sentence: str, now: datetime, holidays: Collection[date]) -> Iterator[Commitment]:
    """What the sentence says with the one before it: "1시간만 주세요. 그 안에 …", "… 드릴게요. 오늘 중으로요!"."""
    if not before:
        return
    if (then := _THEN.search(sentence)) and (times := times_in(before, now, holidays)):
        words = before[times[-1].begin : times[-1].end]
        limit = words if times[-1].is_wait else f"by {words}" if words.isascii() else f"{words}까지"
        both = f"{sentence[: then.start()]}{limit}{sentence[then.end() :]}"
    elif _ONLY_WAIT.search(before) and (times := times_in(before, now, holidays)):
        both = f"{before[times[-1].begin : times[-1].end]}, {sentence}" if times[-1].is_wait else ""
    elif len(sentence) < _SHORT and (times := times_in(sentence, now, holidays)):
        is_time_alone = not times[0].begin and _REST_KO.match(sentence, times[0].end)
        both = f"{before.rstrip('.!~ ')}, {sentence}" if is_time_alone else ""
    else:
        return
    yield from (each._replace(sentence=sentence) for each in _commitments(both, now, holidays))


_SHORT = 20
_ONLY_WAIT = re.compile(
    r"(?:시간|분|일)만(?:요|\s[^.]*(?:주세요|주시|부탁))|\b(?:bear\swith|give)\s(?:me|us)\b", re.IGNORECASE
)
_THEN = re.compile(
    r"그\s?때까지|그\s안에|그\s?전(?:까지|에)|그\s?시간까지|\b(?:by|before)\sthen\b",
    re.IGNORECASE,
)


def _commitments(sentence: str, now: datetime, holidays: Collection[date]) -> Iterator[Commitment]:
    times = [each for each in times_in(sentence, now, holidays) if not each.is_past]
    if not times:
        return
    for named in (*_korean(sentence, times), *_english(sentence, times)):
        due = _latest(sentence, named, times, now)
        if due.at > now:
            yield Commitment(sentence, sentence[named.begin : named.end].strip(" ,.(（"), *due)


def _latest(sentence: str, named: NamedTime, times: Sequence[NamedTime], now: datetime) -> Moment:
    """The moment of the time; of "빠르면 3시, 늦어도 5시" the later one."""
    moments = [moment_of(named, now)]
    if _AT_BEST.search(sentence):
        moments += [moment_of(each, now) for each in times]
    return max(moments, key=lambda each: each.at)


_AT_BEST = re.compile(
    r"빠르면|늦어도|늦으면|\bat\sthe\slatest\b|\bat\sthe\searliest\b|\blatest\b",
    re.IGNORECASE,
)

# Korean

_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS = 0xAC00, 0xD7A3, 28


def _syllables(final: int) -> str:
    """The syllables with this final consonant, in the order of Unicode."""
    return "".join(chr(each) for each in range(_FIRST_SYLLABLE + final, _LAST_SYLLABLE + 1, _FINALS))


_FINAL_L = _syllables(8)
_FINAL_SS = re.sub("[있겠]", "", _syllables(20))
"""The syllables that tell of the past."""
_TELLS = (
    "안내|연락|답변|결과|올리|올려|올릴|알릴|전할|답장|(?<!보)답(?=[을도\\s드])|답(?=드)|회신|공지|알려|알리|말씀|공유|전화|"
    "콜백|보고|메일|문자|업데이트|소식|회답|통화|설명|"
    "메시지|DM|디엠|쪽지|톡|게시|찾아뵙|공개|발표|찾아(?=오|와)"
)
_DOES = (
    "조치|확인|처리|개선|복구|보상|환불|검토|전달|해결|반영|정정|발송|교체|재개|제공|접수|조사|파악|알아|살펴|"
    "보내|고쳐|고치|찾아|보완|수정|시정|"
    "지급|방문|바로잡|완료|마무리|마치|마쳐|끝내|올리|올려|취소|등록|출고|교환|입금|송금|전송|제출|배정|예약|"
    "연결|풀어|잡아|챙겨|챙기|들르|들러|"
    "가겠|해\\s?드리|드릴|드리|정리|받아|해제|적립|충전|개통|정상화|지원|배송|회수|수거|안심|점검해|발급|적용|"
    "변경|삭제|대응|넣어|돌려|설치|"
    "내리|내려|준비|진행|해결|맞춰|답을"
    "|보낼|고칠|마칠|끝낼|챙길|바로잡을|찾을|옮길|살필|넣을|바꿀|줄일|돌릴|내릴"
)
_DEED = re.compile(f"{_TELLS}|{_DOES}")
_TELL = re.compile(_TELLS)
_COMMITS_KO = re.compile(
    rf"[겠겟](?:습니다|어요|음|슴다|사오니|고(?![가-힣])|으니|으며|구요|네요)|"
    rf"[{_FINAL_L}]\s?(?:게요|께요|게여|께여|게용|께용|거예요|거에요|겁니다|것입니다|테니|예정|계획|생각입니다|"
    rf"것을\s?약속|게(?=[.!~,\s]|$))|"
    r"(?:안내|답변|답|답을|연락|회신|공지|공유|알려|말씀|전화|보내|올려|환불해|처리해|보고|발송해|해|"
    r"결과를)\s?(?:드립니다|드려요)(?!만)|"
    r"(?:안내|회신|공지|답변|공유|발송|게시|보고|연락)(?:합니다|해요)|"
    r"약속(?:드|합|할)|도록\s(?:조치|요청|전달|예약|말)(?:했|하였|해\s?두었|해\s?뒀|해\s?놓았)(?:습니다|"
    r"어요)(?=[.!]|$)|기로\s?(?:했|하였)(?:습니다|어요)(?=[.!]|$)|고자\s?합니다|드리기로\s?(?:하겠|할게)|"
    r"하려고\s?(?:합니다|해요)|드리려고\s?(?:합니다|해요)|드리려\s?합니다|"
    rf"(?:{_TELLS}|복구|처리|조치|발송|환불|완료|방문|교체|반영|지급|출고|입금|수정|회수|"
    rf"확인)\s?(?:완료\s?)?예정(?=입|이|임|\s?[.!)~]|$)|"
    r"(?:안내|공지|회신|연락|답변|알려)\s?(?:드림|함)?(?=[.!)\s]*$)|(?:마칩|끝냅|보냅|올립|마무리합|처리합|"
    r"완료합|전화드립|연락드립|알립)니다|"
    r"(?:안내|답변|답|연락|회신|결과|소식|알림|메일|문자|환불)[을를이]?\s?(?:받으실|받아보실|받아\s보실|들으실|"
    r"보실)\s수\s있(?:습니다|어요|으세요|을)"
)
_HEADING_KO = re.compile(r"(?<!재)(?<!다시 )(?:안내|공지|회신|연락|답변)$")
"""A noun at the end, which is a heading unless a limit stands before it: "내일 안내"."""
_DECIDED_KO = re.compile(r"(?:기로|도록\s\S+?)\s?(?:했|하였|두었|뒀|놓았)\S+$")
_HEDGED_KO = re.compile(r"(?:만|지만)[\s,].*(?:못|어렵|어려|확답|장담|보장)")
_OWN_WILL_KO = re.compile(rf"겠[가-힣]+$|[{_FINAL_L}]\s?(?:게|께)[요여용]?$")
_LIMIT_KO = re.compile(
    r"[)）]?\s?(?:쯤|경|정도|정각|무렵|께|안팎)?\s?(?:(?:이|하기|되기|종료|마감|시간|업무)\s?)?(?:전|이전)?(?:으로|"
    r"에)?\s?(?:까지|까진|중|안(?:에|으로)|이?내(?:로|에)|내|전에|전)"
)
_AT_KO = re.compile(r"[)）]?\s?(?:쯤|경|정도|정각|무렵|께|안팎)?에?(?:는|도)?(?=[\s,]|$)")
_SINCE_KO = re.compile(r"[)）]?\s?(?:쯤|경|정도)?\s?(?:부터|이후|넘어|지나|의\s|자\s|에서|발\s|현재|기준|마다)")
_CUSTOMER_KO = re.compile(
    r"(?<!기다려 주)(?<!기다려주)(?<!양해해 주)(?<!양해해주)(?<!이해해 주)"
    r"(?<!괜찮으)(?<!불편하)(?<!원하)(?<!기다리)(?<!가능하)시면|"
    r"(?:주|보내|남기|신청하|접수하|알려주|하|으)시는\s?(?:대로|즉시|경우)|(?:주|하|보내|남기|으|되)신\s(?:후|"
    r"뒤|다음|날|시점|경우|분(?=[은이께,\s]))|"
    r"(?:신청|주문|결제|입금|접수|도착|수령|제출|요청|회수|입고|반납)\s?(?:완료\s?)?(?:후|뒤|시|일로부터|"
    r"일\s?기준|시점|되면|되는\s대로|이\s?(?:확인|완료)되면)|"
    r"[주내남]면(?=[\s,])|하실\s?경우|거든"
)
_UNSTARTED_KO = re.compile(
    r"(?<!가능하)(?<!필요하)(?<!괜찮으)(?<!빠르)(?<!늦으)(?<!이르)(?<!주시)(?<!리시)면(?=[\s,])|는\s?(?:대로|"
    r"즉시)|(?:된|난|은)\s?(?:후|뒤|다음|시점)|"
    r"(?<!확인\s)(?<!확인)(?<!논의 )(?<!협의 )(?<!검토 )(?<!점검 )(?<!상의 )(?<!\d일 )(?<!분 )(?<!시간 )후\s?$"
)
_POLICY_KO = re.compile(
    r"보통|통상|평일(?!\s?기준)|일반적으로|평균|대체로|항상|언제나|매일|매주|매월|매달|매번|매년|모든|원칙|정책|"
    r"규정|약관|상담\s?시간|운영\s?시간|영업\s?시간[은이]|평소|기본적으로|"
    r"대부분|최소|고객님마다|순차\s?(?:처리|발송)됩니다"
)
_OTHERS_KO = re.compile(
    r"(?:제조사|택배|배송|물류|카드사|은행|구글|애플|앱스토어|업체|한전|한국전력|통신사|경찰|소방|정부|기관|"
    r"셀러|판매자|작가|협력사|협력업체|파트너사|공급사|시공사|건물|"
    r"관리사무소|지자체|시청|구청|우체국|기상청|주최\s?측|운영사|결제사|보험사|본인확인기관|상대방|"
    r"고객님)[가-힣]*?(?:에서|이|가|은|는|측)(?:는|도)?\s"
)
_EVENT_KO = re.compile(
    r"(?:점검|작업|공사|이벤트|행사|방송|라이브|판매|오픈|출시|운영|영업|시행|(?<!수정 )배포|개장|개최|휴무|"
    r"종료|시작|발매|인상|인하|만나|찾아뵙|뵙|중단|투어|공연|추첨|모집|예약을\s?받|이전|서비스를\s?제공)"
)
_NOT_KO = re.compile(
    r"않|못|어렵|어려|힘들|불가|수\s없|최선|노력|힘쓰|힘쓸|애쓰|기다리겠|되겠습니다|감사|부탁|기대|바라|응원|"
    r"함께하|복구될|정상화될|해결될|개선될|될\s?것|"
    r"도착할|배송될|도착하(?!도록|게)|입고될|예상|같습니다|보입니다|있겠|좋겠|모르겠|계시|인사|대기하"
)
_BROKEN_KO = re.compile(
    rf"[{_FINAL_SS}](?!는지|을지)|(?<!겠)다고|라고|려고\s하|[가-힣]면(?=[\s,])(?<!시면)|는데|지만|으나\s|"
    rf"습니다만|주신|하신|보내신|남기신|올리신|계신|발생한|생긴|있었던|예정인|예정된|예정이던|로\s예정|출발하는|"
    rf"열리는|시작하는|하는\s행사"
)
_TOPIC_KO = re.compile(r"(?<!저희)(?<!저)(?<!우리)(?<!다시)[은는]\s")
_LABEL_KO = re.compile(
    r"(?:다음|추가|재|후속|중간|결과|진행\s?상황|최종|2차)\s?(?:상황\s?)?(?:안내|공지|소식|업데이트|답변|연락|"
    r"보고|회신)\s?(?:예정)?\s?(?:시각|시간|시점|일시|예정)?(?:\s?[:：]|[은는]|[-–])\s?(?:늦어도\s)?$"
)
_LABEL_END_KO = re.compile(
    r"[)）]?\s?(?:쯤|경|정도)?(?:에|까지|중|안)?\s?(?:입니다|예정|드립|드릴|있|이에요|예요|올|[.!\s)]|$)"
)
_SAYS_AGAIN_KO = re.compile(
    r"\s?(?:쯤|경)?(?:까지|에|중(?:으로)?|안에)\s?(?:꼭\s|반드시\s|다시|재)\s?(?:안내|공지|연락|답변|회신|알림|"
    r"답|올게요)?\s?(?:[.!~]|$)"
)
_LATER_KO = re.compile(r"[\s,.\-–~(（:]*(?:늦어도\s|가급적\s|최대한\s)?$")
_REST_KO = re.compile(
    r"[\s)）]*(?:쯤|경|정도)?(?:까지|중(?:으로|에)?|안(?:에|으로)?|이내(?:에)?|전(?:에|까지)?|에)?(?:요|로요|"
    r"이요|입니다|예요|이에요)?[\s).!~^ㅎㅠ🙏😊]*$"
)


def _korean(sentence: str, times: Sequence[NamedTime]) -> Iterator[NamedTime]:
    """The times by which a clause of the sentence commits the brand."""
    begin = 0
    for verb in _COMMITS_KO.finditer(sentence):
        named = _of_clause(sentence, begin, verb.end(), times)
        if named:
            yield named
        begin = verb.end()
    for each in times:
        is_label = _LABEL_KO.search(sentence[: each.begin]) and _LABEL_END_KO.match(sentence, each.end)
        if is_label or _SAYS_AGAIN_KO.match(sentence, each.end):
            yield each


def _of_clause(sentence: str, begin: int, end: int, times: Sequence[NamedTime]) -> NamedTime | None:
    clause = sentence[begin:end]
    if _HEDGED_KO.match(sentence, end) or _POLICY_KO.search(sentence) or "까요" in sentence[end : end + 4]:
        return None
    if _CUSTOMER_KO.search(clause):
        return None
    is_will = bool(_OWN_WILL_KO.search(clause))
    before = [each for each in times if begin <= each.begin < end and _is_kept_by(sentence, each, end, is_will=is_will)]
    limits = [each for each in before if each.is_wait or each.last.is_wait or _LIMIT_KO.match(sentence, each.end)]
    if limits or before:
        named = _dated((limits or before)[-1], [each for each in times if begin <= each.begin < end])
        is_unstarted = named.is_wait and _UNSTARTED_KO.search(sentence[begin : named.begin])
        return None if is_unstarted or _OTHERS_KO.search(clause) else named
    after = [each for each in times if each.begin >= end]
    if after and _LATER_KO.fullmatch(sentence[end : after[0].begin]) and _REST_KO.match(sentence, after[0].end):
        return after[0] if _DEED.search(clause) and not _NOT_KO.search(clause) else None
    return None


def _dated(named: NamedTime, times: Sequence[NamedTime]) -> NamedTime:
    """The time with the day that stands apart from it: "내일 문을 여는 대로 9시에"."""
    days = [each.day for each in times if each.end <= named.begin and each.day and not (each.hours or each.is_wait)]
    return named._replace(day=days[-1]) if days and named.hours and not named.day and not named.until else named


def _is_kept_by(sentence: str, named: NamedTime, end: int, *, is_will: bool) -> bool:
    """Whether the verb that ends there says what is done by the time.

    `is_will`: it says so of the speaker, as -겠- and -ㄹ게요 do, so that any act is the brand's own.
    """
    between = sentence[named.end : end]
    is_limit = named.is_wait or bool(_LIMIT_KO.match(sentence, named.end))
    deed = _DEED.search(between)
    if not (deed or (is_will and (is_limit or named.hours))):
        return False
    between = _DECIDED_KO.sub("", between)
    if _NOT_KO.search(between) or _SINCE_KO.match(sentence, named.end) or _BROKEN_KO.search(between):
        return False
    if _EVENT_KO.search(between) and not _TELL.search(between):
        return False
    if is_limit:
        return True
    if _HEADING_KO.search(sentence[:end]):
        return False
    particle = _AT_KO.match(sentence, named.end)
    between = sentence[particle.end() if particle else named.end : end]
    deed = _DEED.search(between)
    return bool(named.hours or particle) and not _TOPIC_KO.search(between[: deed.start() if deed else None])


# English

_WE = (
    r"(?:we|i|someone|somebody|(?:our|the|a|an|one\sof\sour|your|my|one\sof\sthe)\s(?:[\w-]+\s){0,3}?(?:teams?|"
    r"colleagues?|engineers?|technicians?|agents?|"
    r"specialists?|managers?|advis[eo]rs?|department|crew|staff|desk|shop|store|supervisor|expert|person|lead|"
    r"member|support))"
)
_ANSWER = (
    r"(?:(?:an?|your|the|another|our|my|full|next|further|more|that|this)\s)+(?:[\w-]+\s){0,2}?(?:answer|update|"
    r"reply|response|refund|replacement|"
    r"news|details|information|explanation|e?-?mail|call|message|credit|confirmation|result|results|summary|"
    r"parcel|order|request|line|account|case|letter|invoice|post|report|statement)"
)
_WILL = (
    r"(?:['’]ll|\s(?:will|shall)|(?:['’](?:re|m|s)|\s(?:are|am|is))\s(?:going\sto|planning\sto|about\sto|"
    r"scheduled\sto|due\sto|set\sto)|\s(?:plans?\sto|intends?\sto|promises?\s(?:to|you)|commits?\sto))"
)
_LY = (
    r"(?:\s(?:\w+ly|also|then|definitely|certainly|all|both|now|still|be\sable\sto|make\ssure\s(?:to|we|you)|"
    r"get\sto|either|first|have\s(?:someone|a\s\w+|him|her|them|the\steam))\b)*"
)
_NO_VERB = (
    r"(?:not|never|need|open|close|start|begin|launch|keep|continue|try|do\sour\sbest|do\smy\sbest|remain|stay|"
    r"host|run|celebrate|miss|love|see|meet|always|"
    r"hold|perform|welcome|reopen|go\slive|stream|broadcast|introduce|sell|operate|require|wait|know(?!\smore)|aim|hope|"
    r"be\s(?!in\stouch|back\b|checking|looking|sending|contacting|calling|"
    r"posting|sharing|getting|with\syou|able|there\b|round|over\b|updating|refund|sent|process|replac|credit|"
    r"issued|done|fixed|shipp|ready|giving|reporting|out\b|in\scontact|following|"
    r"writing|answer|pass|repl|messaging|ringing|emailing|coming|visit|credited|posted|shared|corrected|"
    r"resolved|dispatch|deliver|published|mailed|emailed|cancel|hand))"
)
_COMMITS_EN = re.compile(
    rf"\b{_WE}{_WILL},?(?:\sof\scourse,)?{_LY}\s(?!{_NO_VERB}\b)[a-z]+|"
    r"\byour(?:\s[\w-]+){1,4}?(?:['’]ll|\swill)\sbe\s(?:\w+ly\s)?(?:sent|refunded|processed|replaced|dispatched|"
    r"shipped|posted|credited|issued|fixed|repaired|reviewed|answered|"
    r"corrected|returned|cancelled|updated|on\sits\sway|ready|in\sthe\spost)\b|"
    rf"\b{_ANSWER}(?:['’]ll|\swill|\sis\sgoing\sto|\sis\s(?:due|coming|"
    rf"on\sits\sway))\s?(?:\w+ly\s)?(?:be\s(?!restored|back\b|down|closed|open|unavailable)|come|follow|arrive|"
    rf"go\sout|reach|get|land|appear)?|"
    r"\byou(?:['’]ll|\swill|\sshould|\scan\sexpect\sto)\s(?:(?:definitely|certainly)\s)?(?:hear|(?:have|get|"
    r"receive|see|find)\s(?:an?|the|your|our|more|another|it|my|word|news|that|some|confirmation|full)\b)|"
    r"\b(?:you\scan\s)?expect\s(?:an?\s|our\s|my\s|the\s|to\shear\s|another\s|your\s|"
    r"more\s)(?:\w+\s){0,2}?(?:update|reply|answer|call|news|from\sus|response|message|email|word)|"
    r"\b(?:let\s(?:me|us)|allow\s(?:me|us)\sto)\s(?:\w+\s(?:this|it|that|the\s\w+|\w+)\s(?:\w+\s)?and\s)?(?:get|"
    r"come|be|call|check|find|look|update|confirm|follow|ring|report|write|chase|dig|speak)\b|"
    r"\b(?:give|bear\swith)\s(?:me|us)\b|\bwe\s(?:should|hope\sto)\shave\s(?:\w+\s){0,3}?(?:answer|update|reply|news|result|information)\b|"
    r"\b(?:we|i)(?:['’](?:re|m)|\s(?:are|am))\s(?:(?:now|also|already)\s)?(?:sending|calling|posting|sharing|"
    r"getting\sback|coming\sback|issuing|shipping|refunding|emailing|replacing|dispatching|visiting|contacting|"
    r"ringing|crediting|mailing)\b|"
    r"(?:^|(?<=[.!,;:–—-]\s)|\b(?:next|further|another|full|new|an?|the|your|our|with|more)\s)(?:update|updates|"
    r"answer|reply|more|news|details|word|report|statement|info)\s?(?:\w+\s)?(?:is\s|will\s)?(?:to\s(?:follow|"
    r"come)|coming|due|by|at|before|:|follows|promised|within|in\s(?=\d|an\b|half))|"
    r"\b(?:next|further)\supdate\b|"
    r"(?<!\bis\s)(?<!\bare\s)\b(?:back|in\stouch)\s(?:to\syou\s|with\s(?:you|an?\s\w+|more|news)\s)?(?=(?:by|"
    r"within|before|in|at)\b)|"
    r"\b(?:and|then|but|or)\s(?:will\s)(?!be\s(?:open|closed|down)|not\b)[a-z]+|"
    r"^(?:will|going\sto)\s(?!not\b|you\b|be\sopen)[a-z]+|"
    r"\b(?:expect|hope)s?\sto\shave\s(?:an?|the|your|more)\s(?:\w+\s){0,2}?(?:answer|update|reply|news|result)",
    re.IGNORECASE,
)
_NOT_EN = re.compile(
    r"\b(?:if|once|when|unless|provided|should|as\ssoon\sas|after|whenever|until)\s(?:you|your)\b|"
    r"\bupon\s(?:receipt|receiving)\b|\bwon['’]t\b|\bwill\snot\b|\bcannot\b|\bcan['’]t\b|\bnever\b|"
    r"\b(?:usually|normally|typically|generally|always|on\saverage|standard|policy|as\sa\srule|opening\shours|"
    r"office\shours|every\s(?:day|week|month|request|enquir|message)|all\s(?:requests|enquir|messages|refunds|"
    r"orders|tickets|claims)|"
    r"each\s(?:request|message)|most\s(?:requests|refunds|orders)|any\s(?:request|message))\b|\bdo\sour\sbest\b|"
    r"\btry\sto\b|\bhopefully\b|\b(?:please|must|need\sto)\b[^,.;]*\b(?:by|before)\b|\b(?:would|could|shall\swe|"
    r"may\swe|can\swe)\b[^.]*\?|"
    r"\bmaintenance\b|\bplanned\sworks?\b|\bsale\b|\blive\sstream\b|\bestimated\b|\bexpected\sto\sbe\b|"
    r"\bbring\sit\b|\bsa(?:id|ys?)\b|\btold\b|\bpromised\sto\b",
    re.IGNORECASE,
)
_ASKED_EN = re.compile(
    r"^(?:(?:please|just|could\syou|can\syou|do|kindly|hi|sorry)[\s,]+)*(?:send|share|dm|message|reply|tell|"
    r"leave|drop|provide|let\s(?:us|me)\sknow|confirm|call|return|post|fill|pop)\b[^.]*\b(?:and|so)\s(?:we|i|"
    r"someone|our)|"
    r"\b(?:send|share|dm|message|reply\swith|leave|drop|provide)\s(?:us|me|your|over)\b[^.]*(?:\band|,|"
    r"[-–—])\s?(?:then\s)?(?:we|i|someone|our)",
    re.IGNORECASE,
)
_UNSTARTED_EN = re.compile(
    r"\b(?:once|when|after|as\ssoon\sas|from\sthe\smoment|if|upon|of\s(?:receiving|getting|hearing))\b",
    re.IGNORECASE,
)
_RELATED_EN = re.compile(
    r"(?:\b(?:your|since|after|from|of|the|until|till|for|reported|last|opens|opened|closes)\s(?:the\s)?|['’]s\s)$",
    re.IGNORECASE,
)
_LIMIT_EN = re.compile(
    r"\b(?:by|before|within|at|on|in|around|about|no\slater\sthan|not\slater\sthan|latest|during|over|sometime|"
    r"some\stime|later|first\sthing|for\syou|early|the\send\sof|end\sof|between|from)\s(?:the\s)?$",
    re.IGNORECASE,
)
_BUT_EN = re.compile(r";|,?\s(?:but|though|however)\b", re.IGNORECASE)


def _english(sentence: str, times: Sequence[NamedTime]) -> Iterator[NamedTime]:
    if _ASKED_EN.search(sentence):
        return
    verbs = list(_COMMITS_EN.finditer(sentence))
    for place, verb in enumerate(verbs):
        end = verbs[place + 1].start() if place + 1 < len(verbs) else len(sentence)
        begin = verbs[place - 1].end() if place else 0
        turns = [each.start() for each in _BUT_EN.finditer(sentence)]
        since = max((turn for turn in turns if turn <= verb.start()), default=0)
        begin, end = max(begin, since), min((turn for turn in turns if turn > verb.end()), default=end)
        if _NOT_EN.search(sentence[since:end]):
            continue
        after = [each for each in times if verb.start() < each.end and each.begin <= end and _is_limit(sentence, each)]
        before = [each for each in times if begin <= each.begin < verb.start() and _is_limit(sentence, each)]
        for each in (after or before)[:1]:
            if not (each.is_wait and _UNSTARTED_EN.search(sentence)):
                yield each


def _is_limit(sentence: str, named: NamedTime) -> bool:
    """Whether something may be done by the time: "your 3 pm appointment" and "since noon" only name one."""
    before = sentence[: named.begin]
    if named.is_wait or sentence[named.begin : named.end].lower().startswith(("by ", "before ")):
        return True
    return not _RELATED_EN.search(before) or bool(_LIMIT_EN.search(before))
