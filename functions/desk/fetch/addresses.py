"""Addresses on the web: reading them, resolving their hosts, and telling public ones from all others."""

import re
import socket
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from desk.errors import SettingsError
from desk.fetch.model import FetchFailed, FetchReason

_LONGEST = 4_096
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff]")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_KEPT = "%!$&'()*+,;=:@/?-._~[]|"  # not encoded in a path or query, besides letters and digits
DEFAULT_PORTS = {"http": 80, "https": 443}


class WebAddress(NamedTuple):
    """An http or https address.

    Attributes:
        host: in lower-case ASCII, without brackets.
        target: path and query, percent-encoded, as in the first line of a request.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The host, and the port unless it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def host_and_port(self) -> str:
        """The host and the port, as a fetch exception names them."""
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.target}"


def web_address(url: str) -> WebAddress:
    """The address in parts. Raises FetchFailed for everything but http and https addresses without a user in them.

    Spaces, control characters and backslashes are refused, since programs disagree about what they mean.
    """
    if len(url) > _LONGEST or _FORBIDDEN.search(url):
        raise FetchFailed(FetchReason.BAD_ADDRESS, "the address is too long or has forbidden characters in it")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise FetchFailed(FetchReason.BAD_ADDRESS, "the address can't be read") from exc
    if parts.scheme not in DEFAULT_PORTS:
        raise FetchFailed(FetchReason.BAD_ADDRESS, "only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise FetchFailed(FetchReason.BAD_ADDRESS, "the address has a user in it")
    target = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    name = _literal(host) if "[" in parts.netloc else _ascii_host(host)
    return WebAddress(parts.scheme, name, DEFAULT_PORTS[parts.scheme] if port is None else port, target)


def fetchable_address(url: str, exceptions: Collection[str]) -> WebAddress:
    """The address in parts, checked for all that can be told without asking anybody. Raises FetchFailed.

    A name may still turn out to have no address, or one that is not public.
    """
    address = web_address(url)
    if address.host_and_port in exceptions:
        return address
    if address.port not in DEFAULT_PORTS.values():
        raise FetchFailed(FetchReason.BAD_ADDRESS, "only ports 80 and 443 are used")
    if _is_literal(address.host) and not is_public(address.host):
        raise FetchFailed(FetchReason.NOT_GLOBAL, "the address is not on the public internet")
    return address


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _ascii_host(host: str) -> str:
    """The host in lower-case ASCII, without the dot of the root. Raises FetchFailed if it can't be a host."""
    if not host.isascii():
        from idna import IDNAError, encode  # noqa: PLC0415 - most hosts don't need its tables

        try:
            host = encode(host, uts46=True).decode()
        except IDNAError as exc:
            raise FetchFailed(FetchReason.BAD_ADDRESS, "the host of the address is none") from exc
    name = host.lower().removesuffix(".")
    if not _HOST.fullmatch(name):
        raise FetchFailed(FetchReason.BAD_ADDRESS, "the host of the address is none")
    return name


def _literal(host: str) -> str:
    """An IPv6 address in its short form. One with a zone, which names an interface of this machine, is none."""
    try:
        address = IPv6Address(host)
    except ValueError as exc:
        raise FetchFailed(FetchReason.BAD_ADDRESS, "the host of the address is none") from exc
    if address.scope_id is not None:
        raise FetchFailed(FetchReason.BAD_ADDRESS, "the host of the address has a zone")
    return str(address)


def addresses_of(host: str, port: int) -> Sequence[str]:
    """The host's IP addresses, the preferred one first. Raises OSError if there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


_UNICAST_6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "192.88.99.0/24",  # relays of 6to4, withdrawn
        "2001::/23",  # protocol assignments; Python counts some as public
    )
)


def is_public(address: str) -> bool:
    """Whether this IP address is one of the public internet, wherever it is connected from.

    Python's `is_global`, which knows private networks, documentation, Teredo and 6to4, also counts multicast, the old
    site-local addresses and blocks that were never assigned; of IPv6, only the block from which addresses are given to
    hosts is public. An IPv6 address that stands for an IPv4
    address is judged by that one (RFC 4291, RFC 6052).
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None:
            return False
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST_6:
            return False
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
        and not any(ip in block for block in _NOT_PUBLIC)
    )


def fetch_exceptions(text: str) -> frozenset[str]:
    """The exceptions in the setting FETCH_EXCEPTIONS: `host:port` of servers on this machine, separated by commas.

    Raises SettingsError for a host that is not a loopback address, so that the setting can never open a network.
    """
    exceptions = frozenset(part.strip() for part in text.split(",") if part.strip())
    for exception in exceptions:
        host, _, port = exception.rpartition(":")
        try:
            is_loopback = ip_address(host).is_loopback and port.isascii() and port.isdigit()
        except ValueError:
            is_loopback = False
        if not is_loopback:
            raise SettingsError(f"FETCH_EXCEPTIONS: {exception} is no address of this machine with a port")
    return exceptions
