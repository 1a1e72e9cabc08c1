import pytest

from local.loopback import is_local_host, is_own_request


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:4566"},
        {"host": "localhost:4566"},
        {"host": "[::1]:4566"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:4566", "origin": "http://127.0.0.1:4566", "sec-fetch-site": "same-origin"},
        {"host": "127.0.0.1:4566", "sec-fetch-site": "none"},
    ],
)
def test_programs_and_own_pages_are_answered(headers: dict[str, str]) -> None:
    assert is_own_request(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": ""},
        {"host": "evil.example"},
        {"host": "evil.example:4566", "origin": "http://evil.example:4566", "sec-fetch-site": "same-origin"},
        {"host": "127.0.0.1.evil.example:4566"},
        {"host": "evil.example@127.0.0.1.evil.example"},
        {"host": "127.0.0.1, evil.example"},
        {"host": "0.0.0.0:4566"},
        {"host": "[::1"},
        {"host": "127.0.0.1:4566", "origin": "null"},
        {"host": "127.0.0.1:4566", "origin": ""},
        {"host": "127.0.0.1:4566", "origin": "https://evil.example"},
        {"host": "127.0.0.1:4566", "origin": "http://127.0.0.1:8080"},
        {"host": "127.0.0.1:4566", "origin": "http://localhost:4566"},
        {"host": "127.0.0.1:4566", "sec-fetch-site": "cross-site"},
        {"host": "127.0.0.1:4566", "sec-fetch-site": "same-site"},
    ],
)
def test_pages_of_other_sites_are_not(headers: dict[str, str]) -> None:
    assert not is_own_request(headers)


def test_a_name_that_merely_looks_local_is_foreign() -> None:
    assert [is_local_host(host) for host in ("LOCALHOST:1", "localhost.", "notlocalhost", "127.0.0.2")] == [
        True, False, False, False,
    ]  # fmt: skip
