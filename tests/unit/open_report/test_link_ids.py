import secrets

import pytest

from desk.links import hash_of, is_link_id, new_link_id


def test_an_id_is_short_and_a_url_takes_it_as_it_is() -> None:
    ids = {new_link_id() for _ in range(2_000)}

    assert len(ids) == 2_000
    assert all(len(link_id) == 18 and is_link_id(link_id) for link_id in ids)


def test_an_id_begins_and_ends_so_that_mail_programs_and_command_lines_take_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = iter(["-AAAAAAAAAAAAAAAAA", "_AAAAAAAAAAAAAAAAA", "BAAAAAAAAAAAAAAA-A"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _bytes: next(made))

    assert new_link_id() == "BAAAAAAAAAAAAAAA-A"


@pytest.mark.parametrize("text", ["", "A" * 17, "A" * 19, "A" * 17 + "\n", "가" * 18, "A" * 8 + "/" + "A" * 9])
def test_a_malformed_id_is_recognised(text: str) -> None:
    assert not is_link_id(text)


def test_the_hash_of_an_id_does_not_contain_it() -> None:
    link_id = new_link_id()

    assert len(hash_of(link_id)) == 64
    assert link_id not in hash_of(link_id)
