"""Times by which a Korean sentence commits the brand.

A sentence is read in clauses, each of which ends with a verb that commits (`_COMMITS`). A clause commits by a time if

1. between the time and the verb is a deed of the brand (`_DEED`), or the verb is the speaker's own will (`_OWN_WILL`),
2. a limit follows the time, as in "3시까지" and "30분 안에", or the deed is done at it: "3시에 안내드릴게요",
3. and nothing says otherwise: see the tables from `_CUSTOMER` to `_TOPIC`.

A time after the verb counts if nothing follows it: "알려 드릴게요. 3시까지요!". Two more forms have no verb: a label
("다음 안내: 3시", `_LABEL`) and what is done once more ("3시까지 다시 안내", `_SAYS_AGAIN`).
"""

import re
from collections.abc import Iterator, Sequence

from desk.checks.forms import any_of, words
from desk.checks.named_time import NamedTime


def _syllables(final: int) -> str:
    """The syllables with this final consonant, in the order of Unicode."""
    first, last, finals = 0xAC00, 0xD7A3, 28
    return "".join(chr(each) for each in range(first + final, last + 1, finals))


_WILL = f"[{_syllables(8)}]"  # ends with ㄹ: 할, 드릴, 보낼
_DID = f"[{re.sub('[있겠]', '', _syllables(20))}]"  # ends with ㅆ: 했, 드렸, 되었
_ABOUT = words("쯤 경 정도 정각 무렵 께 안팎") + "?"  # after a time: "3시쯤"
_ROUGHLY = words("쯤 경 정도") + "?"

# What the brand does. To say something is told from to do something: an event is not done, but may be told of.
_SAYS = words(r"""
    안내 연락 답변 결과 올리 올려 올릴 알릴 전할 답장 (?<!보)답(?=[을도\s드]) 답(?=드) 회신 공지 알려 알리 말씀 공유
    전화 콜백 보고 메일 문자 업데이트 소식 회답 통화 설명 메시지 DM 디엠 쪽지 톡 게시 찾아뵙 공개 발표 찾아(?=오|와)""")
_DOES = words("""
    조치 확인 처리 개선 복구 보상 환불 검토 전달 해결 반영 정정 발송 교체 재개 제공 접수 조사 파악 알아 살펴 보내 고쳐
    고치 찾아 보완 수정 시정 지급 방문 바로잡 완료 마무리 마치 마쳐 끝내 취소 등록 출고 교환 입금 송금 전송 제출 배정
    예약 연결 풀어 잡아 챙겨 챙기 들르 들러 가겠 해~드리 드릴 드리 정리 받아 해제 적립 충전 개통 정상화 지원 배송 회수
    수거 안심 점검해 발급 적용 변경 삭제 대응 넣어 돌려 설치 내리 내려 준비 진행 맞춰 답을 보낼 고칠 마칠 끝낼 챙길
    바로잡을 찾을 옮길 살필 넣을 바꿀 줄일 돌릴 내릴""")
_SAYING = re.compile(_SAYS)
_DEED = any_of(says=_SAYS, does=_DOES)

_COMMITS = any_of(
    will=r"[겠겟](?:습니다|어요|음|슴다|사오니|고(?![가-힣])|으니|으며|구요|네요)",  # 안내드리겠습니다
    shall=rf"{_WILL}\s?{words('게요 께요 게여 께여 게용 께용 거예요 거에요 겁니다 것입니다 테니')}",  # 알려 드릴게요
    is_to=rf"{_WILL}\s?(?:{words('예정 계획 생각입니다 것을~약속')}|게(?=[.!~,\s]|$))",  # 보내 드릴 예정
    gives=words("안내 답변 답 답을 연락 회신 공지 공유 알려 말씀 전화 보내 올려 환불해 처리해 보고 발송해 해 결과를")
    + r"\s?(?:드립니다|드려요)(?!만)",  # 답변드립니다, but not 답변드립니다만
    announces=words("안내 회신 공지 답변 공유 발송 게시 보고 연락") + "(?:합니다|해요)",
    promises="약속(?:드|합|할)",
    has_arranged=r"도록\s(?:조치|요청|전달|예약|말)(?:했|하였|해\s?두었|해\s?뒀|해\s?놓았)(?:습니다|어요)(?=[.!]|$)",
    has_decided=r"기로\s?(?:했|하였)(?:습니다|어요)(?=[.!]|$)",  # 방문하기로 했습니다
    wants=words("고자~합니다 드리기로~(?:하겠|할게) 하려고~(?:합니다|해요) 드리려고~(?:합니다|해요) 드리려~합니다"),
    plans=rf"(?:{_SAYS}|{words('복구 처리 조치 발송 환불 완료 방문 교체 반영 지급 출고 입금 수정 회수 확인')})"
    r"\s?(?:완료\s?)?예정(?=입|이|임|\s?[.!)~]|$)",  # 환불 예정입니다
    ends_with_noun=words("안내 공지 회신 연락 답변 알려") + r"\s?(?:드림|함)?(?=[.!)\s]*$)",  # 3시까지 안내드림
    finishes=words("마칩 끝냅 보냅 올립 마무리합 처리합 완료합 전화드립 연락드립 알립") + "니다",
    customer_gets=words("안내 답변 답 연락 회신 결과 소식 알림 메일 문자 환불")
    + r"[을를이]?\s?(?:받으실|받아보실|받아\s보실|들으실|보실)\s수\s있(?:습니다|어요|으세요|을)",  # 받으실 수 있습니다
)
_OWN_WILL = any_of(will="겠[가-힣]+$", shall=rf"{_WILL}\s?(?:게|께)[요여용]?$")
_HEADING = re.compile(r"(?<!재)(?<!다시\s)(?:안내|공지|회신|연락|답변)$")
"""A noun at the end, which is a heading unless a limit stands before it: "내일 안내"."""
_DECIDED = re.compile(r"(?:기로|도록\s\S+?)\s?(?:했|하였|두었|뒀|놓았)\S+$")

# What follows a time
_LIMIT = re.compile(
    rf"[)）]?\s?{_ABOUT}\s?(?:{words('이 하기 되기 종료 마감 시간 업무')}\s?)?(?:전|이전)?(?:으로|에)?\s?"
    + words("까지 까진 중 안(?:에|으로) 이?내(?:로|에) 내 전에 전")
)
_AT = re.compile(rf"[)）]?\s?{_ABOUT}에?(?:는|도)?(?=[\s,]|$)")
_SINCE = re.compile(rf"[)）]?\s?{_ROUGHLY}\s?{words('부터 이후 넘어 지나 의_ 자_ 에서 발_ 현재 기준 마다')}")

# What says that a clause commits to nothing
_CUSTOMER = any_of(  # does something first
    polite_if=r"(?<!기다려\s주)(?<!기다려주)(?<!양해해\s주)(?<!양해해주)(?<!이해해\s주)"
    "(?<!괜찮으)(?<!불편하)(?<!원하)(?<!기다리)(?<!가능하)시면",  # 번호를 주시면
    as_soon_as=words("주 보내 남기 신청하 접수하 알려주 하 으") + r"시는\s?(?:대로|즉시|경우)",
    after=words("주 하 보내 남기 으 되") + r"신\s(?:후|뒤|다음|날|시점|경우|분(?=[은이께,\s]))",
    after_request=rf"{words('신청 주문 결제 입금 접수 도착 수령 제출 요청 회수 입고 반납')}\s?(?:완료\s?)?"
    + words("후 뒤 시 일로부터 일~기준 시점 되면 되는_대로 이~(?:확인|완료)되면"),  # 신청 완료 후 3일 안에
    plain_if=r"[주내남]면(?=[\s,])|하실\s?경우|거든",
)
_UNSTARTED = any_of(  # the wait has not begun yet: "확인되는 대로 30분 안에"
    if_it_is=r"(?<!가능하)(?<!필요하)(?<!괜찮으)(?<!빠르)(?<!늦으)(?<!이르)(?<!주시)(?<!리시)면(?=[\s,])",
    as_soon_as=r"는\s?(?:대로|즉시)",
    after_it=r"(?:된|난|은)\s?(?:후|뒤|다음|시점)",
    after=r"(?<!확인)(?<!(?:확인|논의|협의|검토|점검|상의)\s)(?<!\d일\s)(?<!분\s)(?<!시간\s)후\s?$",
)
_POLICY = re.compile(words(r"""
    보통 통상 평일(?!\s?기준) 일반적으로 평균 대체로 항상 언제나 매일 매주 매월 매달 매번 매년 모든 원칙 정책 규정
    약관 상담~시간 운영~시간 영업~시간[은이] 평소 기본적으로 대부분 최소 고객님마다
    순차~(?:처리|발송)됩니다"""))  # fmt: skip
_OTHERS = re.compile(words("""
    제조사 택배 배송 물류 카드사 은행 구글 애플 앱스토어 업체 한전 한국전력 통신사 경찰 소방 정부 기관 셀러 판매자 작가
    협력사 협력업체 파트너사 공급사 시공사 건물 관리사무소 지자체 시청 구청 우체국 기상청 주최~측 운영사 결제사 보험사
    본인확인기관 상대방 고객님""") + r"[가-힣]*?(?:에서|이|가|은|는|측)(?:는|도)?\s")  # fmt: skip
_EVENT = re.compile(words(r"""
    점검 작업 공사 이벤트 행사 방송 라이브 판매 오픈 출시 운영 영업 시행 (?<!수정\s)배포 개장 개최 휴무 종료 시작 발매
    인상 인하 만나 찾아뵙 뵙 중단 투어 공연 추첨 모집 예약을~받 이전 서비스를~제공"""))  # fmt: skip
_NOT = any_of(
    cannot=words("않 못 어렵 어려 힘들 불가 수_없"),
    effort=words("최선 노력 힘쓰 힘쓸 애쓰"),
    courtesy=words("기다리겠 되겠습니다 감사 부탁 기대 바라 응원 함께하"),
    hope=words("복구될 정상화될 해결될 개선될 될~것 도착할 배송될 도착하(?!도록|게) 입고될 예상 같습니다 보입니다"),
    state=words("있겠 좋겠 모르겠 계시 인사 대기하"),
)
_HEDGED = re.compile(r"(?:만|지만)[\s,].*(?:못|어렵|어려|확답|장담|보장)")  # after the verb: …겠습니다만 장담은 …
_ANOTHER_CLAUSE = any_of(  # ends between the time and the verb, so that the time belongs to it
    past=rf"{_DID}(?!는지|을지)",
    quoted=words(r"(?<!겠)다고 라고 려고_하"),
    condition=r"[가-힣]면(?=[\s,])(?<!시면)",
    contrast=words("는데 지만 으나_ 습니다만"),
    of_customer=words("주신 하신 보내신 남기신 올리신 계신"),
    of_event=words("발생한 생긴 있었던 예정인 예정된 예정이던 로_예정 출발하는 열리는 시작하는 하는_행사"),
)
_TOPIC = re.compile(r"(?<!저희)(?<!저)(?<!우리)(?<!다시)[은는]\s")  # of a day alone: "내일은 요금제가 …"

# Times without a verb, and times after it
_LABEL = re.compile(
    rf"{words('다음 추가 재 후속 중간 결과 진행~상황 최종 2차')}\s?(?:상황\s?)?"
    rf"{words('안내 공지 소식 업데이트 답변 연락 보고 회신')}\s?(?:예정)?\s?{words('시각 시간 시점 일시 예정')}?"
    r"(?:\s?[:：]|[은는]|[-–])\s?(?:늦어도\s)?$"
)
_LABEL_END = re.compile(
    rf"[)）]?\s?{_ROUGHLY}(?:에|까지|중|안)?\s?(?:입니다|예정|드립|드릴|있|이에요|예요|올|[.!\s)]|$)"
)
_SAYS_AGAIN = re.compile(
    r"\s?(?:쯤|경)?(?:까지|에|중(?:으로)?|안에)\s?(?:꼭\s|반드시\s|다시|재)\s?"
    r"(?:안내|공지|연락|답변|회신|알림|답|올게요)?\s?(?:[.!~]|$)"
)
_BEFORE_REST = re.compile(r"[\s,.\-–~(（:]*(?:늦어도\s|가급적\s|최대한\s)?$")
_REST = re.compile(
    rf"[\s)）]*{_ROUGHLY}(?:까지|중(?:으로|에)?|안(?:에|으로)?|이내(?:에)?|전(?:에|까지)?|에)?"
    r"(?:요|로요|이요|입니다|예요|이에요)?[\s).!~^ㅎㅠ🙏😊]*$"
)


def korean_commitments(sentence: str, times: Sequence[NamedTime]) -> Iterator[NamedTime]:
    """The times by which a clause of the sentence commits the brand."""
    begin = 0
    for verb in _COMMITS.finditer(sentence):
        named = _of_clause(sentence, begin, verb.end(), times)
        if named:
            yield named
        begin = verb.end()
    for each in times:
        is_label = _LABEL.search(sentence[: each.begin]) and _LABEL_END.match(sentence, each.end)
        if is_label or _SAYS_AGAIN.match(sentence, each.end):
            yield each


def is_time_alone(sentence: str, times: Sequence[NamedTime]) -> bool:
    """Whether the sentence is nothing but its time: "3시까지요!"."""
    return not times[0].begin and _REST.match(sentence, times[0].end) is not None


def _of_clause(sentence: str, begin: int, end: int, times: Sequence[NamedTime]) -> NamedTime | None:
    clause = sentence[begin:end]
    if _HEDGED.match(sentence, end) or _POLICY.search(sentence) or "까요" in sentence[end : end + 4]:
        return None
    if _CUSTOMER.search(clause):
        return None
    is_will = bool(_OWN_WILL.search(clause))
    before = [each for each in times if begin <= each.begin < end and _is_kept_by(sentence, each, end, is_will=is_will)]
    limits = [each for each in before if each.is_wait or each.last.is_wait or _LIMIT.match(sentence, each.end)]
    if limits or before:
        named = _dated((limits or before)[-1], [each for each in times if begin <= each.begin < end])
        is_unstarted = named.is_wait and _UNSTARTED.search(sentence[begin : named.begin])
        return None if is_unstarted or _OTHERS.search(clause) else named
    after = [each for each in times if each.begin >= end]
    if after and _BEFORE_REST.fullmatch(sentence[end : after[0].begin]) and _REST.match(sentence, after[0].end):
        return after[0] if _DEED.search(clause) and not _NOT.search(clause) else None
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
    is_limit = named.is_wait or bool(_LIMIT.match(sentence, named.end))
    deed = _DEED.search(between)
    if not (deed or (is_will and (is_limit or named.hours))):
        return False
    between = _DECIDED.sub("", between)
    if _NOT.search(between) or _SINCE.match(sentence, named.end) or _ANOTHER_CLAUSE.search(between):
        return False
    if _EVENT.search(between) and not _SAYING.search(between):
        return False
    if is_limit:
        return True
    if _HEADING.search(sentence[:end]):
        return False
    particle = _AT.match(sentence, named.end)
    between = sentence[particle.end() if particle else named.end : end]
    deed = _DEED.search(between)
    return bool(named.hours or particle) and not _TOPIC.search(between[: deed.start() if deed else None])
