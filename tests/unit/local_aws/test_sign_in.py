"""The issuer of a desk on one machine."""

import pytest
import requests

from local.aws.ports import free_port
from local.brand.load import load_desk
from local.brand.model import Console, Desk
from local.sign_in import STRANGER_TO_DESK_YAML, issuer

ASKED = {"response_type": "code", "client_id": "dorothy", "redirect_uri": "http://127.0.0.1:1/back", "scope": "openid"}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return load_desk()


def sign_in_page(url: str) -> str:
    return requests.get(f"{url}/oauth2/authorize", params=ASKED, timeout=5).text


def test_it_lists_the_people_of_desk_yaml_and_asks_the_internet_for_nothing(desk: Desk) -> None:
    with issuer(0, desk) as url:
        page = sign_in_page(url)

    for expected in ("박지민", "이수진", "최보라", "김지은", "operator", "viewer", "billing"):
        assert expected in page
    assert "https://" not in page


def test_a_desk_without_operators_has_one_all_the_same(desk: Desk) -> None:
    with issuer(0, desk.model_copy(update={"console": Console()})) as url:
        assert STRANGER_TO_DESK_YAML in sign_in_page(url)


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example"}]
)
def test_pages_of_other_sites_are_refused(desk: Desk, headers: dict[str, str]) -> None:
    with issuer(0, desk) as url:
        response = requests.get(f"{url}/.well-known/openid-configuration", headers=headers, timeout=5)

    assert response.status_code == 403


def test_its_port_is_free_afterwards(desk: Desk) -> None:
    port = free_port()
    with issuer(port, desk) as url:
        described = requests.get(f"{url}/.well-known/openid-configuration", timeout=5).json()

    assert described["issuer"] == f"http://127.0.0.1:{port}"
    assert free_port(port) == port
