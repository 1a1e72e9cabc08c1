"""The inbox: its queues, rows, chips and filters, what each role sees, and what an empty list says."""

import re
from copy import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseState, Review
from desk.posts.model import Post, PostKind, PostState
from desk.reading import OPERATOR, Safety, Urgency
from desk.x.model import Author
from tests.cases import a_case
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import CASE, NOW

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.cases.cases.clear()
    return scene


def put(scene: ConsoleScene, number: int = 1, due: datetime = NOW + 5 * HOUR, **changes: Any) -> Case:
    given = {"id": f"AAAAA-{number:05}", "department": OPERATOR, "author": Author("7", "minji", "민지")} | changes
    case = replace(a_case(NOW - HOUR, due), **given)
    scene.cases.put(case)
    return case


def text_of(html: str) -> str:
    """What a person reads of HTML, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def row_text(person: SignedIn, queue: str, key: str = "AAAAA-00001") -> str:
    body = html_of(person.get(f"inbox/{queue}"))
    row = re.search(rf'<li id="row-{key}".*?</li>', body, re.DOTALL)
    return text_of(row[0]) if row else ""


def count(person: SignedIn, queue: str) -> str:
    found = re.search(rf'class="count" data-number="{queue}"[^>]*>(.*?)</b>', html_of(person.get("inbox/snoozed")))
    return found[1] if found else ""


def keys(person: SignedIn, path: str) -> list[str]:
    return re.findall(r'<li id="row-([^"]+)"', html_of(person.get(path)))


def test_a_row_says_who_wrote_how_long_ago_what_how_long_is_left_and_what_is_special(scene: ConsoleScene) -> None:
    put(scene, due=NOW + 12 * MINUTE, urgency=Urgency.HIGH, department="billing", mention_ids=("100",))

    assert row_text(scene.signed_in(), "at_department") == (
        "민지 @minji 1시간 청구서가 왜 두 장인가요? 12분 남음 요금\u2060·\u2060청구 긴급"
    )


@pytest.mark.parametrize(
    ("queue", "changes", "expected"),
    [
        ("to_answer", {"state": CaseState.DRAFTED}, "초안"),
        ("to_review", {"review": Review.REPLY, "not_posted": "gone"}, "게시되지 않음: "),
        ("to_review", {"review": Review.CHAT}, "인사·수다 같음"),
        ("to_answer", {"state": CaseState.PROMISED, "promised_until": NOW + 3 * HOUR}, "오늘 15:00 약속"),
        ("private", {"state": CaseState.MOVED, "answered_at": NOW - 3 * HOUR}, "DM 안내 후 3시간"),
        (
            "private",
            {"state": CaseState.MOVED, "answered_at": NOW - 3 * HOUR, "wrote_privately_at": NOW - 2 * HOUR},
            "DM 온 지 2시간",
        ),
        (
            "private",
            {"state": CaseState.MOVED, "answered_at": NOW - 3 * HOUR, "wrote_privately_at": NOW - 9 * HOUR},
            "DM 안내 후 3시간",
        ),
        ("snoozed", {"snoozed_until": NOW + HOUR}, "오후 1:00에 다시 보기"),
        ("to_answer", {"due_at": NOW - 49 * HOUR}, "2일 지남"),
        ("to_answer", {"urgency": Urgency.HIGH, "safety": Safety.DANGER}, "위험 운영자 긴급"),
        ("to_answer", {"safety": Safety.CHECK}, "안전 확인 필요 운영자"),
        ("to_answer", {"safety": Safety.CHECK, "urgency": Urgency.HIGH}, "안전 확인 필요 운영자 긴급"),
        ("to_answer", {"author": None}, "이름 확인 중"),
        ("to_answer", {"holder": "이수진"}, "이수진"),
        ("to_answer", {"asks": 3, "asked_again_at": NOW}, "3번째 문의"),
        ("to_answer", {"lang": "vi"}, "베트남어"),
        ("to_answer", {"lang": "ko"}, "운영자"),
    ],
)
def test_a_row_says_what_is_special_about_a_case(
    queue: str, changes: dict[str, Any], expected: str, scene: ConsoleScene
) -> None:
    put(scene, **changes)

    assert expected in row_text(scene.signed_in(), queue).replace("\u2060", "").replace("\xa0", " ")


def test_a_reply_in_doubt_is_to_be_reviewed(scene: ConsoleScene) -> None:
    case = put(scene, state=CaseState.QUEUED, post_id="p1")
    in_doubt = Post("p1", PostKind.REPLY, "안녕하세요", "박지민", NOW, NOW, NOW, PostState.IN_DOUBT, NOW, 10, 100)
    scene.posts.put(in_doubt._replace(case_id=case.id))
    person = scene.signed_in()

    assert "안녕하세요" in row_text(person, "to_review")
    assert "게시 여부 확인 필요" in row_text(person, "to_review")
    assert count(person, "to_review") == "1"


def chips(person: SignedIn, path: str) -> str:
    found = re.search(r'<nav class="chips".*?</nav>', html_of(person.get(path)), re.DOTALL)
    return text_of(found[0]) if found else ""


def test_the_chips_count_the_rows_that_they_leave(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    put(scene, 1, urgency=Urgency.HIGH)
    put(scene, 2, NOW + HOUR, holder=person.session.person.name)
    put(scene, 3, NOW + 24 * HOUR)

    assert chips(person, "inbox/to_answer") == "전체 긴급 1 오늘 기한 2 내 담당 1"
    for query, left in [("urgent=1", 1), ("day=2026-11-24", 2), ("mine=1", 1)]:
        assert len(keys(person, f"inbox/to_answer?{query}")) == left, query
        assert f'<span class="number">{left}<' in html_of(person.get(f"inbox/to_answer?{query}"))


def test_a_chip_that_is_chosen_leads_back_and_keeps_the_other_filters(scene: ConsoleScene) -> None:
    body = html_of(scene.signed_in().get("inbox/to_answer?mine=1&urgent=1"))

    assert 'href="/console/inbox/to_answer?urgent=1" aria-current="true"' in body
    assert 'href="/console/inbox/to_answer?mine=1" aria-current="true"' in body
    assert 'href="/console/inbox/to_answer?day=2026-11-24&amp;mine=1&amp;urgent=1"' in body


def test_todays_promises_are_a_filter_over_all_queues(scene: ConsoleScene) -> None:
    promised: dict[str, Any] = {"state": CaseState.PROMISED, "department": "billing"}
    put(scene, 1, NOW - 9 * HOUR, promised_until=NOW + HOUR, **promised)
    put(scene, 2, promised_until=NOW + 24 * HOUR, **promised)
    put(scene, 3, NOW - 9 * HOUR, promised_until=NOW - HOUR, **promised)
    put(scene, 4)

    assert keys(scene.signed_in(), "inbox/all?promised=today") == ["AAAAA-00003", "AAAAA-00001"]


def test_what_is_over_comes_behind_all_that_waits(scene: ConsoleScene) -> None:
    put(scene, 1, state=CaseState.CLOSED, opened_at=NOW - 9 * HOUR)
    put(scene, 2, state=CaseState.ANSWERED, opened_at=NOW - 2 * HOUR)
    put(scene, 3)
    put(scene, 4, state=CaseState.ANSWERED, department="network", opened_at=NOW)

    person, billing = scene.signed_in(), scene.signed_in(BILLING)

    assert keys(person, "inbox/all") == ["AAAAA-00003", "AAAAA-00004", "AAAAA-00002", "AAAAA-00001"]
    assert "답변했거나 종료한 문의" in html_of(person.get("inbox/all"))
    assert keys(person, "inbox/to_answer") == ["AAAAA-00003"]
    assert keys(billing, "inbox/all") == []


def test_the_cases_that_are_over_go_on_behind_the_last_row(scene: ConsoleScene) -> None:
    for number in range(1, 121):
        put(scene, number, state=CaseState.CLOSED, opened_at=NOW - number * MINUTE)
    person, path, seen = scene.signed_in(), "inbox/all", list[str]()

    while path:
        seen += keys(person, path)
        more = re.search(r'<li class="more"><a href="/console/([^"]+)"', html_of(person.get(path)))
        path = more[1].replace("&amp;", "&") if more else ""

    assert seen == [f"AAAAA-{number:05}" for number in range(1, 121)]
    assert html_of(person.get("inbox/all")).count('<li class="more">') == 1
    assert "처리할 글이 없어요" in html_of(person.get("inbox/all"))
    assert html_of(person.part("list/all?after=over~nonsense")).count("<li id=") == 50


def test_filters_have_addresses(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    put(scene, 1, NOW - HOUR, department="billing", holder=person.session.person.name)
    put(scene, 2, NOW + 30 * HOUR, department="network", urgency=Urgency.HIGH)

    assert keys(person, "inbox/at_department") == ["AAAAA-00002", "AAAAA-00001"]
    assert keys(person, "inbox/at_department?department=network") == ["AAAAA-00002"]
    assert keys(person, "inbox/at_department?mine=1") == ["AAAAA-00001"]
    assert keys(person, "inbox/all?urgent=1") == ["AAAAA-00002"]
    assert keys(person, "inbox/at_department?day=2026-11-24") == ["AAAAA-00001"]
    assert keys(person, "inbox/at_department?day=2026-11-25") == ["AAAAA-00002"]
    assert keys(person, "inbox/at_department?day=tomorrow&department=%3Cb%3E") == []
    assert "inbox/at_department/AAAAA-00002?department=network" in html_of(
        person.get("inbox/at_department?department=network")
    )


def test_a_long_list_goes_on_behind_its_last_row(scene: ConsoleScene) -> None:
    for number in range(1, 121):
        put(scene, number, NOW + number * MINUTE)
    person, path, seen = scene.signed_in(), "inbox/to_answer", list[str]()

    while path:
        seen += keys(person, path)
        more = re.search(r'<li class="more"><a href="/console/([^"]+)"', html_of(person.get(path)))
        path = more[1].replace("&amp;", "&") if more else ""

    assert seen == [f"AAAAA-{number:05}" for number in range(1, 121)]
    assert chips(person, "inbox/to_answer") == "전체 긴급 0 오늘 기한 99+ 내 담당 0+"
    assert ">99+<" in html_of(person.get("inbox/to_answer"))


def test_all_has_every_queue(scene: ConsoleScene) -> None:
    put(scene, 1)
    put(scene, 2, department="billing")
    put(scene, 3, state=CaseState.MOVED)

    assert sorted(keys(scene.signed_in(), "inbox/all")) == ["AAAAA-00001", "AAAAA-00002", "AAAAA-00003"]


def test_an_empty_queue_says_what_comes_next(scene: ConsoleScene) -> None:
    put(scene, 1, NOW - HOUR, department="billing")
    put(scene, 2, NOW + 2 * HOUR, department="network")
    put(scene, 3, review=Review.CHAT)

    body = text_of(html_of(scene.signed_in().get("inbox/to_answer"))).replace("\xa0", " ").replace("\u2060", "")

    assert "모두 답변했어요 · 검토할 글 1건 → 다음 기한 오후 2:00" in body


def test_a_department_sees_its_own_cases_only_and_no_mentions_of_others(scene: ConsoleScene) -> None:
    put(scene, 1, department="billing")
    put(scene, 2, department="network")
    put(scene, 3)
    person = scene.signed_in(BILLING)
    body = html_of(person.get("inbox/all"))

    assert keys(person, "inbox/all") == ["AAAAA-00001"]
    assert keys(person, "inbox/all?department=network") == ["AAAAA-00001"]
    assert count(person, "at_department") == "1"
    assert "읽을 글" not in body
    assert person.get("inbox/to_read")["statusCode"] == 404
    assert person.get("list/nothing")["statusCode"] == 404


def test_a_viewer_sees_everything(scene: ConsoleScene) -> None:
    put(scene, 1, department="network")

    assert keys(scene.signed_in(VIEWER), "inbox/at_department") == ["AAAAA-00001"]


def test_a_part_has_the_list_and_the_counts_of_the_bar(scene: ConsoleScene) -> None:
    put(scene, 1)
    body = html_of(scene.signed_in().part("list/to_answer?key=AAAAA-00001"))

    assert "<html" not in body
    assert 'id="row-AAAAA-00001"' in body
    assert 'aria-current="true"' in body
    assert '<nav id="section" class="section" aria-labelledby="section-title" hx-swap-oob="true">' in body


def test_hostile_names_and_texts_stay_texts(scene: ConsoleScene) -> None:
    hostile = '"><script>alert(1)</script>'
    put(scene, 1, holder=hostile, author=Author("7", hostile, hostile), lang=hostile)

    assert "<script>alert" not in html_of(scene.signed_in().get("inbox/to_answer"))


def test_a_busy_table_is_said_to_be_busy(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    scene.seen.busy.add("day_counts")

    assert person.get("inbox/to_answer")["statusCode"] == 503


def test_a_list_takes_at_most_fourteen_calls(scene: ConsoleScene) -> None:
    put(scene, 1, NOW + 2 * HOUR, department="network")
    person = scene.signed_in()
    for path in ("inbox/to_answer?mine=1", "inbox/to_answer", "inbox/all?mine=1"):
        before = _calls(scene)
        person.get(path)
        assert _calls(scene) - before <= 12, path  # and the session, and the pause switch


def _calls(scene: ConsoleScene) -> int:
    return sum(sum(store.calls.values()) for store in (scene.inbox, scene.seen, scene.posts, scene.cases))


def test_the_case_of_the_scene_is_with_its_department() -> None:
    assert keys(ConsoleScene().signed_in(), "inbox/at_department") == [CASE.id]
