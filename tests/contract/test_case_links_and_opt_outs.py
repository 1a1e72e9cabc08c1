"""Links that open cases, and authors who opted out: the fakes and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from desk.cases.links import CaseLinkItems, CaseLinks
from desk.cases.opt_outs import OptOut, OptOutItems, OptOuts, Withdrawal
from desk.errors import StoreBusy
from desk.links import hash_of, is_link_id
from tests.fakes.cases import FakeCaseLinks, FakeOptOuts
from tests.tables import Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER_MADE = "AAAAAAAAAAAAAAAAAA"
CASE_ID = "7Q2M4-XD93K"


@pytest.fixture
def links(dynamo: Dynamo | None) -> CaseLinks:
    return CaseLinkItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeCaseLinks()


def made(links: CaseLinks, department: str = "billing") -> str:
    return links.make([CASE_ID], department, NOON)[CASE_ID]


def test_a_link_opens_its_case_for_its_department_for_45_days(links: CaseLinks) -> None:
    link = links.find(made(links))

    assert link is not None
    assert (link.case_id, link.department, link.made_at) == (CASE_ID, "billing", NOON)
    assert link.opens(NOON + timedelta(days=44, hours=23))
    assert not link.opens(NOON + timedelta(days=45))


def test_some_hundred_cases_get_a_link_each_at_once(links: CaseLinks) -> None:
    case_ids = [f"7Q2M4-{number:05}" for number in range(130)]

    ids = links.make(case_ids, "billing", NOON)

    assert list(ids) == case_ids
    assert len(set(ids.values())) == 130
    for case_id, link_id in ids.items():
        link = links.find(link_id)
        assert link is not None
        assert link.case_id == case_id


def test_a_case_that_is_named_twice_gets_one_link_and_no_case_gets_none(links: CaseLinks) -> None:
    assert len(links.make([CASE_ID, CASE_ID], "billing", NOON)) == 1
    assert links.make([], "billing", NOON) == {}


def test_every_link_has_an_id_of_its_own_that_is_not_kept(links: CaseLinks) -> None:
    first, second = made(links), made(links)

    assert first != second
    assert is_link_id(first)
    link = links.find(first)
    assert link is not None
    assert link.hash == hash_of(first)
    assert first not in str(link)


def test_an_unknown_id_opens_nothing(links: CaseLinks) -> None:
    made(links)

    assert links.find(NEVER_MADE) is None


def test_a_revoked_link_is_closed_at_once_and_the_others_stay_open(links: CaseLinks) -> None:
    closed, open_ = made(links), made(links)

    assert links.revoke(hash_of(closed), NOON + HOUR)

    found, other = links.find(closed), links.find(open_)
    assert found is not None
    assert not found.opens(NOON + HOUR)
    assert other is not None
    assert other.opens(NOON + HOUR)


def test_revoking_twice_keeps_the_first_time(links: CaseLinks) -> None:
    link_id = made(links)
    links.revoke(hash_of(link_id), NOON + HOUR)

    assert links.revoke(hash_of(link_id), NOON + 2 * HOUR)

    found = links.find(link_id)
    assert found is not None
    assert found.revoked_at == NOON + HOUR


def test_revoking_an_unknown_link_creates_nothing(links: CaseLinks) -> None:
    assert not links.revoke(hash_of(NEVER_MADE), NOON)
    assert links.find(NEVER_MADE) is None


def test_the_table_holds_no_id_and_forgets_the_link_by_itself() -> None:
    with dynamodb() as (client, tables):
        link_id = made(CaseLinkItems(client, tables.desk))

        [item] = client.scan(TableName=tables.desk)["Items"]

    assert link_id not in str(item)
    assert item["expires_at"] == {"N": str(int((NOON + timedelta(days=45)).timestamp()))}


def test_links_that_stay_unwritten_are_busy_not_made() -> None:
    class Full:
        def batch_write_item(self, RequestItems: Any) -> Any:  # noqa: N803 - boto3 calls it so
            return {"UnprocessedItems": RequestItems}

    full: Any = Full()
    naps: list[float] = []

    with pytest.raises(StoreBusy):
        made(CaseLinkItems(full, "desk", pause=naps.append))

    assert naps


SECOND = timedelta(seconds=1)


@pytest.fixture
def opt_outs(dynamo: Dynamo | None) -> OptOuts:
    return OptOutItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeOptOuts()


def test_an_author_who_opted_out_is_known_with_the_time(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)

    assert opt_outs.opted_out_at("55") == NOON
    assert opt_outs.opted_out_at("56") is None


def test_recording_the_same_opt_out_again_changes_nothing(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)
    opt_outs.record("55", "700", NOON)

    assert opt_outs.opted_out_at("55") == NOON


def test_the_latest_time_is_kept_in_any_order(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "701", NOON + SECOND)
    opt_outs.record("55", "700", NOON)
    assert opt_outs.opted_out_at("55") == NOON + SECOND

    opt_outs.record("55", "702", NOON + 2 * SECOND)
    assert opt_outs.opted_out_at("55") == NOON + 2 * SECOND


def test_a_moment_is_the_same_in_every_zone(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)
    opt_outs.record("55", "699", (NOON - SECOND).astimezone(timezone(timedelta(hours=9))))

    assert opt_outs.opted_out_at("55") == NOON


ASKED_AGAIN = Withdrawal("705", NOON + SECOND, "박지민", "p-1", NOON + 3 * SECOND)


def test_an_author_who_asks_for_replies_again_has_not_opted_out_any_more(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)
    assert opt_outs.among(["55", "56"]) == {"55"}

    assert opt_outs.withdraw("55", ASKED_AGAIN) == ASKED_AGAIN

    assert (opt_outs.opted_out_at("55"), opt_outs.among(["55"])) == (None, frozenset())
    assert opt_outs.find("55") == OptOut("55", NOON, "700", ASKED_AGAIN)


def test_a_request_that_is_older_than_the_opt_out_withdraws_nothing(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "706", NOON + SECOND)

    assert not opt_outs.withdraw("55", ASKED_AGAIN)
    assert not opt_outs.withdraw("56", ASKED_AGAIN)

    assert opt_outs.find("55") == OptOut("55", NOON + SECOND, "706")
    assert opt_outs.find("56") is None


def test_who_recorded_a_withdrawal_first_stays_and_a_later_opt_out_wins(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)
    opt_outs.withdraw("55", ASKED_AGAIN)
    assert opt_outs.withdraw("55", ASKED_AGAIN._replace(by="이수진", by_id="p-2")) == ASKED_AGAIN
    assert opt_outs.all() == [OptOut("55", NOON, "700", ASKED_AGAIN)]

    opt_outs.record("55", "709", NOON + 2 * SECOND)

    assert opt_outs.opted_out_at("55") == NOON + 2 * SECOND
    assert not opt_outs.withdraw("55", ASKED_AGAIN)


def test_opt_outs_are_listed_the_latest_first(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)
    opt_outs.record("56", "701", NOON + SECOND)

    assert [each.author_id for each in opt_outs.all()] == ["56", "55"]
