"""Departments that many brands have, with words and examples to begin with. The examples are nobody's posts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class KnownDepartment(NamedTuple):
    """A department's key and names, and what teaches the desk to recognise its mentions, by language."""

    key: str
    ko: str
    en: str
    words: Mapping[str, Sequence[str]]
    examples: Mapping[str, Sequence[str]]


_ALL = (
    KnownDepartment(
        "payments",
        "결제·환불",
        "Payments",
        {
            "ko": ("결제", "청구", "환불", "요금", "카드", "영수증", "이중 결제", "입금", "취소 수수료", "할인"),
            "en": ("bill", "my bill", "charged", "refund", "payment", "invoice", "receipt", "overcharged", "fee"),
        },
        {
            "ko": ("환불 신청했는데 언제 들어오나요?", "결제가 두 번 됐어요", "영수증을 다시 받고 싶어요"),
            "en": ("When will my refund arrive?", "I was charged twice.", "How do I get another receipt?"),
        },
    ),
    KnownDepartment(
        "delivery",
        "배송",
        "Delivery",
        {
            "ko": ("배송", "택배", "송장", "도착", "출고", "배달", "반품", "교환", "기사님", "운송장"),
            "en": ("delivery", "shipping", "parcel", "tracking", "courier", "arrive", "return", "exchange"),
        },
        {
            "ko": ("배송이 사흘째 멈춰 있어요", "주소를 잘못 적었는데 바꿀 수 있나요?", "반품하려면 어떻게 하나요"),
            "en": ("My parcel hasn't moved for three days.", "Can I change the address?", "How do I return it?"),
        },
    ),
    KnownDepartment(
        "product",
        "상품",
        "Products",
        {
            "ko": ("상품", "제품", "재고", "입고", "품절", "출시", "신제품", "사이즈", "색상", "재입고"),
            "en": ("product", "in stock", "sold out", "restock", "release", "launch", "size", "colour", "model"),
        },
        {
            "ko": ("이 제품 언제 다시 들어오나요?", "신제품 출시일이 궁금해요", "사이즈가 작게 나온 편인가요?"),
            "en": ("When will this be back in stock?", "When does the new model come out?", "Does it run small?"),
        },
    ),
    KnownDepartment(
        "service",
        "장애·수리",
        "Faults and repairs",
        {
            "ko": ("고장", "장애", "수리", "오류", "먹통", "안 돼요", "안됩니다", "접속", "AS", "서비스센터"),
            "en": ("broken", "outage", "repair", "error", "not working", "down", "warranty", "fix"),
        },
        {
            "ko": ("아침부터 접속이 안 됩니다", "산 지 일주일 만에 고장 났어요", "수리는 얼마나 걸리나요?"),
            "en": ("Nothing has worked since this morning.", "It broke after a week.", "How long does a repair take?"),
        },
    ),
    KnownDepartment(
        "shops",
        "매장",
        "Shops",
        {
            "ko": ("매장", "지점", "직원", "영업시간", "몇 시까지", "주차", "예약", "불친절", "친절", "대기"),
            "en": ("store", "shop", "branch", "staff", "opening hours", "parking", "reservation", "rude", "queue"),
        },
        {
            "ko": ("강남 매장 일요일에도 여나요?", "직원분이 정말 친절하셨어요", "매장에 전화를 안 받아요"),
            "en": ("Is your city branch open on Sundays?", "The staff were lovely.", "Nobody answers at the shop."),
        },
    ),
    KnownDepartment(
        "app",
        "앱·회원",
        "App and membership",
        {
            "ko": ("앱", "어플", "로그인", "비밀번호", "회원가입", "탈퇴", "포인트", "쿠폰", "인증번호", "홈페이지"),
            "en": ("app", "website", "log in", "login", "password", "sign up", "points", "coupon", "membership"),
        },
        {
            "ko": ("앱이 켜지자마자 꺼져요", "비밀번호를 바꿨는데 로그인이 안 돼요", "쿠폰이 적용되지 않아요"),
            "en": ("The app closes at once.", "I can't log in with my new password.", "My coupon doesn't work."),
        },
    ),
    KnownDepartment(
        "press",
        "홍보",
        "Press",
        {
            "ko": ("사실인가요", "소문", "루머", "유출", "해킹", "사칭", "기자", "취재", "입장", "광고"),
            "en": ("is it true", "rumour", "rumor", "leaked", "hacked", "scam", "journalist", "statement", "press"),
        },
        {
            "ko": ("개인정보가 유출됐다는 글 사실인가요?", "기자입니다. 취재를 부탁드려요", "사칭 문자가 왔어요"),
            "en": ("Is it true that data leaked?", "I'm a reporter, who can I talk to?", "I got a scam text from you."),
        },
    ),
)

KNOWN: Mapping[str, KnownDepartment] = {each.key: each for each in _ALL}
