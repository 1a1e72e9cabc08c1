"""Web Push: a message for one browser, encrypted (RFC 8291) and signed (RFC 8292), to its push service (RFC 8030)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desk.fetch.addresses import web_address
from desk.fetch.model import FetchFailed, FetchReason, Limits, Poster
from desk.staff.devices import Device

_LIMITS = Limits(seconds=5.0, most_bytes=1_024, redirects=0, truncates=True)
_TOKEN_LASTS = timedelta(hours=12)
"""Push services take tokens of at most a day."""
_HALF = 32
"""Bytes of each of the two numbers of a signature."""
_GONE = frozenset({404, 410})
_LATER = 429
_FAILED = 500
_UNSENT = frozenset({FetchReason.NOT_FOUND, FetchReason.NOT_SECURE})
"""Failures before the message left us; after all others the push service may have it."""
_UNUSABLE = frozenset({FetchReason.BAD_ADDRESS, FetchReason.NOT_GLOBAL})
"""No push service has such an address."""


class Result(StrEnum):
    """What became of a message."""

    SENT = "sent"
    GONE = "gone"
    """The browser no longer takes messages at this address."""
    LATER = "later"
    """The push service did not take it now."""
    UNKNOWN = "unknown"
    """It may have arrived."""
    REFUSED = "refused"
    """The push service takes no such message of ours."""


class Delivery(NamedTuple):
    """How a push service is to deliver a message: a waiting one with the same `topic` is replaced."""

    ttl: timedelta
    is_urgent: bool
    topic: str


class SendsPush(Protocol):
    """Sends messages to browsers."""

    def send(self, device: Device, content: bytes, delivery: Delivery, now: datetime) -> Result:
        """Send one message. Raises nothing."""
        ...


class WebPush:
    """Implements SendsPush over HTTPS. `private_key` is the desk's in base64url; `contact` is whom a service asks."""

    def __init__(self, poster: Poster, private_key: str, contact: str) -> None:
        self._poster = poster
        self._key = ec.derive_private_key(int.from_bytes(_bytes(private_key)), ec.SECP256R1())
        self._contact = contact

    def send(self, device: Device, content: bytes, delivery: Delivery, now: datetime) -> Result:
        """See SendsPush."""
        try:
            address = web_address(device.endpoint)
            headers = {
                "Authorization": self._authorization(f"{address.scheme}://{address.authority}", now),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(delivery.ttl // timedelta(seconds=1)),
                "Urgency": "high" if delivery.is_urgent else "normal",
                "Topic": delivery.topic,
            }
            status = self._poster.post(device.endpoint, encrypted(content, device), _LIMITS, headers).status
        except FetchFailed as exc:
            if exc.reason in _UNUSABLE:
                return Result.GONE
            return Result.LATER if exc.reason in _UNSENT else Result.UNKNOWN
        except ValueError:  # keys that are none
            return Result.GONE
        return _result_of(status)

    def _authorization(self, audience: str, now: datetime) -> str:
        claims = {"aud": audience, "exp": int((now + _TOKEN_LASTS).timestamp()), "sub": self._contact}
        signed = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = _text(r.to_bytes(_HALF) + s.to_bytes(_HALF))
        return f"vapid t={signed}.{signature}, k={public_key_of(self._key)}"


def encrypted(
    content: bytes,
    device: Device,
    *,
    salt: bytes | None = None,
    new_key: Callable[[], ec.EllipticCurvePrivateKey] = lambda: ec.generate_private_key(ec.SECP256R1()),
) -> bytes:
    """The content as only this browser can read it. Raises ValueError for keys that are none."""
    try:
        sealed: bytes = http_ece.encrypt(
            content,
            salt=salt,
            private_key=new_key(),
            dh=_bytes(device.p256dh),
            auth_secret=_bytes(device.auth),
            version="aes128gcm",
        )
    except http_ece.ECEException as exc:
        raise ValueError(str(exc)) from exc
    return sealed


def new_private_key() -> str:
    """A new private key of a desk, in base64url."""
    return _text(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(_HALF))


def public_key(private_key: str) -> str:
    """The public key of a private one, both in base64url."""
    return public_key_of(ec.derive_private_key(int.from_bytes(_bytes(private_key)), ec.SECP256R1()))


def public_key_of(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key, as browsers take it: an uncompressed point in base64url."""
    return _text(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _result_of(status: int) -> Result:
    if status in _GONE:
        return Result.GONE
    if status == _LATER or status >= _FAILED:
        return Result.LATER
    return Result.SENT if 200 <= status < 300 else Result.REFUSED  # noqa: PLR2004 - HTTP


def _part(plain: Mapping[str, object]) -> str:
    return _text(json.dumps(plain, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
