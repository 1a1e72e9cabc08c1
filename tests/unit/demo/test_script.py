import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.replies.compose import reply_posts
from desk.x.weight import weigh
from local.brand.load import load_desk
from local.demo.script import (
    EMERGENCIES,
    Asked,
    Blogged,
    Day,
    Fired,
    Fires,
    Happening,
    Operated,
    Replied,
    Said,
    Trended,
    Worked,
    read_day,
)

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture(scope="module")
def day() -> Day:
    return read_day(SEOUL)


def happenings(day: Day) -> list[Happening]:
    return [happening for act in day.acts for happening in act.happenings]


def said(day: Day) -> list[Said]:
    return [happening for act in day.acts for happening in act.happenings if isinstance(happening, Said)]


def test_the_day_has_at_least_150_mentions(day: Day) -> None:
    mentions = [one for one in said(day) if "@emeraldmobile" in one.text]

    assert len(mentions) >= 150


def test_three_quarters_are_korean_and_a_good_part_is_english(day: Day) -> None:
    texts = [one.text.replace("@emeraldmobile", "") for one in said(day)]
    korean = sum(bool(re.search("[가-힣]", text)) for text in texts)
    english = sum(bool(re.search("[a-z]{3}", text)) and not re.search("[가-힣]", text) for text in texts)

    assert 0.7 < korean / len(texts) < 0.9
    assert 0.15 < english / len(texts) < 0.25


def test_nobody_says_the_same_thing_twice(day: Day) -> None:
    counts = Counter(one.text for one in said(day) if "@emeraldmobile" in one.text)

    assert [text for text, count in counts.items() if count > 1] == []


def test_time_only_goes_forward(day: Day) -> None:
    moments = [happening.at for act in day.acts for happening in act.happenings]

    assert moments == sorted(moments)


def test_the_first_thing_that_happens_is_a_poll_that_finds_nothing(day: Day) -> None:
    first = day.acts[0].happenings[0]

    assert isinstance(first, Fired)
    assert first.schedule is Fires.POLL
    assert first.at < min(one.at for one in said(day))


def test_every_post_is_polled_in_its_own_act(day: Day) -> None:
    for act in day.acts:
        polls = [one.at for one in act.happenings if isinstance(one, Fired) and one.schedule is Fires.POLL]
        assert max(polls) >= max((one.at for one in act.happenings if isinstance(one, Said)), default=max(polls))


def test_every_name_is_made_before_it_is_referred_to(day: Day) -> None:
    known = set[str]()
    for one in happenings(day):
        assert referred_to(one) <= known
        known |= made_by(one)


def referred_to(one: Happening) -> set[str]:
    match one:
        case Said():
            marks = ("to", "edits", "retweets", "quotes", "deletes", "likes")
            return {value for mark, value in one.marks.items() if mark in marks}
        case Asked():
            return set(re.findall(r"{(\w+)}", one.route))
        case Worked():
            return {one.about} - {EMERGENCIES}
        case Operated():
            return set(re.findall(r"{(\w+)}", " ".join((*one.opens, one.form))))
    return set()


def made_by(one: Happening) -> set[str]:
    match one:
        case Said():
            return {one.marks["name"]} if "name" in one.marks else set()
        case Asked() | Worked():
            return {one.name} if one.name else set()
    return {"greeting"} if isinstance(one, Fired) and one.schedule is Fires.GREETING else set()


def test_texts_of_the_cms_fit_but_for_the_one_that_shows_what_does_not(day: Day) -> None:
    bodies = [one.body for one in happenings(day) if isinstance(one, Asked) and one.body]
    texts = [body["text"] for body in bodies if "text" in body]

    assert [weigh(text).weighted_length <= 280 for text in texts].count(False) == 1


def test_in_one_minute_the_poll_comes_before_the_digest_that_counts_it(day: Day) -> None:
    fired = [one for one in happenings(day) if isinstance(one, Fired)]
    digests = [one for one in fired if one.schedule in (Fires.MORNING_DIGEST, Fires.EVENING_DIGEST)]
    with_poll = [one for one in digests if one.at in {poll.at for poll in fired if poll.schedule is Fires.POLL}]

    assert len(with_poll) >= 2
    for digest in with_poll:
        schedules = [one.schedule for one in fired if one.at == digest.at]
        assert schedules.index(Fires.POLL) < schedules.index(digest.schedule)


def test_a_dozen_people_answer_the_days_greeting(day: Day) -> None:
    answers = {one.author for one in said(day) if one.marks.get("to") == "greeting" and one.at.date() == day.date}

    assert 9 <= len(answers) <= 15


def test_a_line_that_is_no_post_is_named(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(
        "date: 2026-11-24\nacts:\n  - {title: t, story: s, polls: ['09:00'], posts: 'half past nine, somebody'}\n",
        encoding="utf-8",
    )

    with pytest.raises(ValueError, match="half past nine"):
        read_day(SEOUL, path)


@pytest.mark.parametrize("reply", ["09:30 billing", "09:30 nobody mina hello", "soon billing mina hello"])
def test_a_line_that_is_no_reply_is_named(tmp_path: Path, reply: str) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(
        "date: 2026-11-24\npeople: {billing: 박가온}\nacts:\n"
        f"  - {{title: t, story: s, polls: ['09:00'], replies: '{reply}'}}\n",
        encoding="utf-8",
    )

    with pytest.raises(ValueError, match=reply):
        read_day(SEOUL, path)


def test_departments_answer_most_of_what_they_receive(day: Day) -> None:
    """Of some 140 cases; `dorothy demo` itself says of which department's."""
    replies = [one for act in day.acts for one in act.happenings if isinstance(one, Replied)]

    assert len(replies) > 100
    assert len({one.text for one in replies}) == len(replies)
    assert {one.department for one in replies} == set(load_desk().departments)
    assert all(weigh(one.text).valid for one in replies)


def test_a_call_and_a_time_days_later_are_read(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(
        "date: 2026-11-24\nacts:\n  - title: t\n    story: s\n    days_before: 5\n    greetings: ['+4 09:00']\n"
        "    calls:\n      - {at: '10:30', why: news, call: POST /posts, key: k, name: n, body: {text: hello}}\n",
        encoding="utf-8",
    )

    (act,) = read_day(SEOUL, path).acts

    call, greeting = act.happenings
    assert call == Asked(
        datetime(2026, 11, 19, 10, 30, tzinfo=SEOUL), "news", "POST /posts", {"text": "hello"}, "k", "n"
    )
    assert greeting == Fired(datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL), Fires.GREETING)


def test_actions_on_a_page_are_read_from_the_script(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(
        "date: 2026-11-24\nacts:\n  - title: t\n    story: s\n    pages:\n"
        "      - {at: '10:22', department: billing, about: mention, action: answer, filled: {text: yes}, name: n,\n"
        "         refused: true}\n",
        encoding="utf-8",
    )

    (act,) = read_day(SEOUL, path).acts

    at = datetime(2026, 11, 24, 10, 22, tzinfo=SEOUL)
    assert act.happenings == (Worked(at, "billing", "mention", "answer", {"text": "yes"}, "n", refused=True),)


def test_steps_in_the_console_and_entries_of_the_blog_are_read_from_the_script(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(
        "date: 2026-11-24\nacts:\n  - title: t\n    story: s\n    feeds: ['13:20']\n    blog:\n"
        "      - {at: '13:15', title: 새 글, link: 'https://emerald.example.com/1', picture: 눈}\n    console:\n"
        "      - {at: '13:25', why: sends it, opens: [write, 'write?draft='], form: write, shows: 됐어요}\n",
        encoding="utf-8",
    )

    (act,) = read_day(SEOUL, path).acts

    at = partial(datetime, 2026, 11, 24, 13, tzinfo=SEOUL)
    assert act.happenings == (
        Blogged(at(15), "새 글", "https://emerald.example.com/1", "눈"),
        Fired(at(20), Fires.FEEDS),
        Operated(at(25), "sends it", ("write", "write?draft="), "write", {}, "됐어요"),
    )


def test_trends_and_what_looks_beyond_the_mentions_are_read_from_the_script(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(
        "date: 2026-11-24\nacts:\n  - title: t\n    story: s\n    listens: ['14:02']\n    trend_readings: ['14:01']\n"
        "    measurements: ['14:03']\n    trending:\n      - {at: '14:00', trends: {첫눈: 52300, 귤: 12}}\n",
        encoding="utf-8",
    )

    (act,) = read_day(SEOUL, path).acts

    at = partial(datetime, 2026, 11, 24, 14, tzinfo=SEOUL)
    assert act.happenings == (
        Trended(at(0), {"첫눈": 52300, "귤": 12}),
        Fired(at(1), Fires.TRENDS),
        Fired(at(2), Fires.LISTEN),
        Fired(at(3), Fires.MEASURE),
    )


def test_a_switch_completes_a_department_and_the_blog_is_the_only_feed(day: Day) -> None:
    desk = day.at(load_desk(), feed="http://127.0.0.1:1/feed.xml")

    marketing = desk.departments["marketing"]
    assert (marketing.mode, marketing.words) == ("trial", load_desk().departments["marketing"].words)
    assert [(feed.name, feed.url) for feed in desk.feeds] == [("에메랄드 블로그", "http://127.0.0.1:1/feed.xml")]
    assert day.at(load_desk()).feeds == load_desk().feeds


def test_every_kind_of_answer_is_shown_once(day: Day) -> None:
    worked = [one for one in happenings(day) if isinstance(one, Worked)]
    answers = [one for one in worked if one.action == "answer"]

    assert sorted({one.action for one in worked}) == ["answer", "close", "hand", "misread", "private", "take"]
    assert {one.department for one in answers} == {"billing", "devices", "network", "operator"}
    assert [one.department for one in answers if "holding" in one.filled] == ["billing", "network"]
    assert [one.department for one in answers if one.refused] == ["billing"]
    assert [one.department for one in answers if parts_of(one.filled.get("text", "")) == 2] == ["billing"]


def parts_of(text: str) -> int:
    return len(reply_posts(text, "")) if text else 0


def test_the_desk_of_the_day_has_a_phone_that_rings_and_acknowledges(day: Day) -> None:
    usual = load_desk()

    desk = day.at(usual)

    assert (len(usual.on_call.phones), len(desk.on_call.phones)) == (0, 1)
    assert (set(usual.acknowledgements), set(desk.acknowledgements)) == (set(), {"inquiry"})
    assert desk.model_copy(update=dict.fromkeys(("on_call", "acknowledgements", "departments"))) == usual.model_copy(
        update=dict.fromkeys(("on_call", "acknowledgements", "departments"))
    )


def test_a_switch_that_desk_yaml_would_not_take_is_refused(day: Day) -> None:
    with pytest.raises(ValueError, match="phones"):
        replace(day, switches={"on_call": {"phones": ["call me"]}}).at(load_desk())


def test_posts_of_one_minute_are_spread_over_it_and_the_next_minutes_poll_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(
        "date: 2026-11-24\nacts:\n  - title: t\n    story: s\n    polls: ['09:01']\n"
        "    posts: |\n      09:00 one {photos=2} first\n      09:00 two second\n",
        encoding="utf-8",
    )

    (act,) = read_day(SEOUL, path).acts

    first, second, poll = act.happenings
    assert [first.at, second.at] == [datetime(2026, 11, 24, 9, 0, second, tzinfo=SEOUL) for second in (0, 30)]
    assert isinstance(first, Said)
    assert (first.text, first.marks) == ("first", {"photos": "2"})
    assert isinstance(poll, Fired)
