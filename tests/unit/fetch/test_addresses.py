import pytest

from desk.errors import SettingsError
from desk.fetch.addresses import fetch_exceptions, is_public, web_address
from desk.fetch.model import FetchFailed, FetchReason
from tests.families import for_each

NOT_PUBLIC = {
    "this network": "0.1.2.3",
    "private": "10.1.2.3",
    "private 172": "172.31.255.255",
    "private 192": "192.168.0.1",
    "shared by carriers": "100.64.0.1",
    "loopback": "127.0.0.1",
    "loopback, all of it": "127.255.0.7",
    "link-local, where AWS has its metadata": "169.254.169.254",
    "link-local, where Lambda has its interfaces": "169.254.100.1",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "relays of 6to4": "192.88.99.1",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "multicast beyond the link": "233.252.18.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified 6": "::",
    "loopback 6": "::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:a9fe:a9fe",
    "compatible with 4": "::8.8.8.8",
    "NAT64 of a private address": "64:ff9b::10.0.0.1",
    "NAT64 of the metadata": "64:ff9b::a9fe:a9fe",
    "NAT64 for local use": "64:ff9b:1::1",
    "discard only": "100::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "benchmarks 6": "2001:2::1",
    "documentation 6": "2001:db8::1",
    "documentation 6, the newer block": "3fff::1",
    "6to4 of a private address": "2002:a00:1::1",
    "6to4 of a public address": "2002:808:808::1",
    "unique local": "fd00:ec2::254",
    "link-local 6": "fe80::1",
    "link-local 6 with a zone": "fe80::1%eth0",
    "a public address with a zone": "2606:4700::1%eth0",
    "site-local": "fec0::1",
    "multicast 6": "ff0e::1",
    "never assigned": "4000::1",
    "segment routing": "5f00::1",
    "no address": "example.com",
    "a number": "2130706433",
}


@for_each("address", NOT_PUBLIC.values())
def test_these_are_not_on_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700:4700::1111",
        "2400:cb00::1",
        "64:ff9b::8.8.8.8",
        "::ffff:8.8.8.8",
    ],
)
def test_these_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://Blog.Example.com", "https://blog.example.com/"),
        ("http://blog.example.com:80/a?b#c", "http://blog.example.com/a?b"),
        ("https://blog.example.com:443/", "https://blog.example.com/"),
        ("https://blog.example.com:80/", "https://blog.example.com:80/"),
        ("https://blog.example.com./", "https://blog.example.com/"),
        (
            "https://에메랄드.한국/소식?제목=봄",
            "https://xn--hy1bj4cy5c83r.xn--3e0b707e/%EC%86%8C%EC%8B%9D?%EC%A0%9C%EB%AA%A9=%EB%B4%84",
        ),
        ("https://blog.example.com/a%20b?c=%ED%95%9C", "https://blog.example.com/a%20b?c=%ED%95%9C"),
        ("http://[2606:4700:0:0::1111]/", "http://[2606:4700::1111]/"),
        ("http://１２７。０。０．１/", "http://127.0.0.1/"),
        ("http://my_blog.example.com/", "http://my_blog.example.com/"),
    ],
)
def test_an_address_has_one_spelling(url: str, normal: str) -> None:
    address = web_address(url)
    assert address.url == normal
    assert web_address(normal) == address


@for_each(
    "url",
    [
        "",
        "blog.example.com",
        "//blog.example.com/",
        "ftp://blog.example.com/",
        "file:///etc/passwd",
        "gopher://blog.example.com/",
        "http://",
        "http:///a",
        "http://user@blog.example.com/",
        "http://user:password@blog.example.com/",
        "http://@blog.example.com/",
        "http://blog.example.com\\@10.0.0.1/",
        "http://blog.example.com:0x50/",
        "http://blog.example.com:99999/",
        "http://blog .example.com/",
        "http://blog.example.com/a\r\nHost: other",
        "http://blog.example.com/a\tb",
        "http://blog..example.com/",
        "http://" + "a" * 64 + ".com/",
        "http://" + "a." * 130 + "com/",
        "http://[::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://[v1.x]/",
        "http://%31%30.0.0.1/",
        "http://\ud800.com/",
        "http://blog.example.com/" + "a" * 4_096,
    ],
)
def test_everything_else_is_no_address(url: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        web_address(url)
    assert failed.value.reason is FetchReason.BAD_ADDRESS


def test_exceptions_are_servers_on_this_machine() -> None:
    assert fetch_exceptions("") == frozenset()
    assert fetch_exceptions("127.0.0.1:8090, 127.0.0.1:8091") == {"127.0.0.1:8090", "127.0.0.1:8091"}


@pytest.mark.parametrize(
    "text",
    ["10.0.0.1:80", "127.0.0.1", "localhost:80", "example.com:80", "*", "0.0.0.0:80", "127.0.0.1:", "127.0.0.1:x"],
)
def test_an_exception_can_not_open_a_network(text: str) -> None:
    with pytest.raises(SettingsError, match="FETCH_EXCEPTIONS"):
        fetch_exceptions(text)
