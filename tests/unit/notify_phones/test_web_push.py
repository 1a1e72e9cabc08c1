"""Messages are what RFC 8291 and RFC 8292 say: the RFC's own example, a receiver that decrypts, and a signature."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from desk.fetch.guarded import guarded_fetcher
from desk.fetch.model import Fetched, FetchFailed, FetchReason, Limits
from desk.staff.devices import Device
from desk.staff.model import Person, Role
from local.push import Browser, PushReceiver
from notify_phones.web_push import Delivery, Result, WebPush, encrypted, new_private_key, public_key
from tests.families import for_each

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
JIMIN = Person("jimin", "박지민", Role.OPERATOR)
URGENT = Delivery(timedelta(hours=1), is_urgent=True, topic="danger")
# The example of RFC 8291, section 5 and appendix A.
WATERMELON = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
PHONE = Device(
    "phone",
    JIMIN,
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
    "Chrome · Android",
    "ko",
    NOON,
)
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class FakePoster:
    """Implements Poster: answers with a status, or fails."""

    answer: int | FetchReason = 201
    posted: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: bytes, limits: Limits, headers: Mapping[str, str]) -> Fetched:
        self.posted.append((url, body, headers))
        if isinstance(self.answer, FetchReason):
            raise FetchFailed(self.answer)
        return Fetched(self.answer, {}, b"", url)


def test_a_message_is_encrypted_as_in_the_example_of_rfc_8291() -> None:
    key = ec.derive_private_key(int.from_bytes(raw(SENDER)), ec.SECP256R1())

    sealed = encrypted(WATERMELON, PHONE, salt=raw(SALT), new_key=lambda: key)

    assert urlsafe_b64encode(sealed).rstrip(b"=").decode() == SEALED


def test_a_browser_reads_what_was_sent_to_it_and_no_two_messages_are_alike() -> None:
    browser = Browser.new("https://push.example.net/1")
    device = PHONE._replace(p256dh=browser.p256dh, auth=browser.auth)

    first, second = encrypted("위험 1건".encode(), device), encrypted("위험 1건".encode(), device)

    assert browser.opened(first) == browser.opened(second) == "위험 1건".encode()
    assert first[:21] != second[:21]
    with pytest.raises(ValueError, match="Decryption"):
        Browser.new("https://push.example.net/1").opened(first)


def test_the_push_service_can_check_who_sends_and_is_told_how_to_deliver() -> None:
    poster, key = FakePoster(), new_private_key()

    assert WebPush(poster, key, "https://x.com/jade").send(PHONE, b"{}", URGENT, NOON) is Result.SENT

    [(url, _, headers)] = poster.posted
    assert url == PHONE.endpoint
    assert (headers["TTL"], headers["Urgency"], headers["Topic"]) == ("3600", "high", "danger")
    assert headers["Content-Encoding"] == "aes128gcm"
    token, _, shown = headers["Authorization"].removeprefix("vapid t=").partition(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(raw(claims)) == {
        "aud": "https://push.example.net",
        "exp": int((NOON + timedelta(hours=12)).timestamp()),
        "sub": "https://x.com/jade",
    }
    assert shown == public_key(key)
    _verify(shown, f"{head}.{claims}".encode(), raw(signature))
    with pytest.raises(InvalidSignature):
        _verify(public_key(new_private_key()), f"{head}.{claims}".encode(), raw(signature))


def _verify(public: str, signed: bytes, signature: bytes) -> None:
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(public))
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


ANSWERS: dict[int | FetchReason, Result] = {
    200: Result.SENT,
    201: Result.SENT,
    307: Result.REFUSED,
    400: Result.REFUSED,
    403: Result.REFUSED,
    404: Result.GONE,
    410: Result.GONE,
    413: Result.REFUSED,
    429: Result.LATER,
    500: Result.LATER,
    503: Result.LATER,
    FetchReason.NOT_FOUND: Result.LATER,
    FetchReason.NOT_SECURE: Result.LATER,
    FetchReason.NOT_REACHED: Result.UNKNOWN,
    FetchReason.TOO_SLOW: Result.UNKNOWN,
    FetchReason.NOT_GLOBAL: Result.GONE,
    FetchReason.BAD_ADDRESS: Result.GONE,
}


@for_each("answer", ANSWERS)
def test_what_became_of_a_message_follows_from_the_answer(answer: int | FetchReason) -> None:
    sent = WebPush(FakePoster(answer), new_private_key(), "https://x.com/jade").send(PHONE, b"{}", URGENT, NOON)

    assert sent is ANSWERS[answer]


@for_each("broken", [PHONE._replace(p256dh="BCVx"), PHONE._replace(auth="A"), PHONE._replace(endpoint="file:///etc")])
def test_a_device_with_a_key_or_address_that_is_none_is_gone(broken: Device) -> None:

    assert (
        WebPush(FakePoster(), new_private_key(), "https://x.com/jade").send(broken, b"{}", URGENT, NOON) is Result.GONE
    )


def test_a_push_service_on_this_machine_is_used_only_if_it_is_an_exception() -> None:
    with PushReceiver() as receiver:
        browser = receiver.subscribe()
        device = PHONE._replace(endpoint=browser.endpoint, p256dh=browser.p256dh, auth=browser.auth)
        key = new_private_key()

        there = WebPush(guarded_fetcher("jade", receiver.host_and_port), key, "https://x.com/jade")
        elsewhere = WebPush(guarded_fetcher("jade", ""), key, "https://x.com/jade")

        assert there.send(device, "위험 1건".encode(), URGENT, NOON) is Result.SENT
        assert elsewhere.send(device, b"{}", URGENT, NOON) is not Result.SENT
        assert [(push.content, push.topic) for push in receiver.received] == [("위험 1건".encode(), "danger")]
