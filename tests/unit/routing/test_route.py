import json
from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import Event, RoutedMention
from desk.errors import StoreBusy
from desk.mentions.model import RoutingOutcome, Stage, Unsent
from desk.notifications.model import Notification, routed
from desk.routing.route import READ_TRIES
from tests.unit.routing.scene import Scene, TextReader, mention, mention_id


def test_an_inquiry_opens_a_case_and_its_department_gets_json_and_one_mail() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2), mention(3, "network fault"))

    report = scene.router.route(ids)

    assert (report.read, report.opened, report.published, report.mails) == (3, 3, 3, 2)
    assert scene.topics.cases("billing") == ids[:2]
    assert len(scene.topics.mails("billing")) == 1
    assert scene.unsent == {}


def test_messages_have_the_attributes_that_subscriptions_filter_on() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1, "network fault high")))

    note = scene.topics.got["network"][0]
    assert note.attributes == {
        "delivery": "case",
        "department": "network",
        "kind": "fault",
        "review": "false",
        "need": "information",
        "urgency": "high",
        "lang": "ko",
    }


def test_a_mention_that_joins_is_filtered_by_its_own_kind_and_the_urgency_of_the_case() -> None:
    scene = Scene()
    first = mention(1, "network fault high", author="7")

    scene.router.route(scene.receive(first, mention(2, "network chat", author="7", conversation=1)))

    joined = scene.topics.got["network"][1]
    told = json.loads(joined.body)
    assert (told["event"], told["case"]["kind"], told["reading"]["kind"]) == (Event.CASE_JOINED, "fault", "chat")
    assert (joined.attributes["kind"], joined.attributes["urgency"]) == ("chat", "high")
    assert told["reading"]["urgency"] != "high"


def test_a_case_opened_and_joined_in_one_batch_is_one_case_with_its_thread() -> None:
    scene = Scene()
    first, second = mention(1, author="7"), mention(2, "network fault", author="7", conversation=1)

    report = scene.router.route(scene.receive(second, first))

    assert (report.opened, report.joined) == (1, 1)
    assert [told["event"] for told in scene.heard("billing")] == [Event.CASE_OPENED, Event.CASE_JOINED]
    assert next(iter(scene.cases.cases.values())).mention_ids == (first.id, second.id)


def test_a_third_person_in_a_thread_gets_a_case_of_their_own() -> None:
    scene = Scene()
    ids = scene.receive(mention(1, author="7"), mention(2, author="8", conversation=1))

    report = scene.router.route(ids)

    assert report.opened == 2
    assert len(scene.cases.cases) == 2


def test_an_edit_opens_no_second_case() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1, author="7")))

    report = scene.router.route(scene.receive(mention(2, author="7", conversation=2, versions=(1, 2))))

    assert (report.opened, report.joined) == (0, 1)
    assert scene.heard("billing")[1]["event"] == Event.CASE_EDITED


def test_the_same_event_delivered_twice_is_published_once() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2))

    scene.router.route(ids)
    again = scene.router.route([*ids, *ids])

    assert again.read == again.published == 0
    assert scene.topics.cases("billing") == ids
    assert len(scene.topics.mails("billing")) == 1


def test_chat_and_junk_are_read_and_published_to_nobody() -> None:
    scene = Scene()

    report = scene.router.route(scene.receive(mention(1, "- chat"), mention(2, "- junk")))

    assert (report.read, report.published) == (2, 0)
    assert not scene.topics.got
    assert scene.unsent == {}


def test_feedback_is_published_for_machines_and_mailed_to_nobody() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1, "billing feedback")))

    assert [told["case"] for told in scene.heard("billing")] == [None]
    assert scene.topics.mails("billing") == []
    assert (scene.cases.cases, scene.links.links) == ({}, {})


def test_the_backlog_of_the_first_poll_opens_cases_without_mail() -> None:
    scene = Scene()

    report = scene.router.route(scene.receive(mention(1, backlog=True)))

    assert (report.opened, report.mails) == (1, 0)
    assert scene.heard("billing")[0]["backlog"] is True
    assert scene.unsent == {}


def test_a_mention_that_cannot_be_read_fails_alone_with_its_reason() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2, "gibberish nonsense"), mention(3))

    report = scene.router.route(ids)

    assert list(report.failures) == [mention_id(2)]
    assert scene.topics.cases("billing") == [mention_id(1), mention_id(3)]
    assert scene.mentions.reasons[mention_id(2)] == ["ValueError"]


def test_a_mention_that_repeatedly_cannot_be_read_goes_to_the_operator() -> None:
    scene = Scene()
    ids = scene.receive(mention(1, "gibberish nonsense"))

    for _ in range(READ_TRIES):
        report = scene.router.route(ids)

    assert report.failures == {}
    assert scene.topics.cases("operator") == ids
    assert scene.heard("operator")[0]["reading"]["why"][0]["rule"] == "unreadable"


def test_a_malformed_item_is_not_given_to_the_reader() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2))
    scene.mentions.stored[mention_id(2)] = replace(scene.mentions.stored[mention_id(2)], fault="malformed item")

    report = scene.router.route(ids)

    assert list(report.failures) == [mention_id(2)]
    assert scene.topics.cases("billing") == [mention_id(1)]


def test_a_note_that_sns_refuses_is_sent_by_the_sweep_and_its_neighbours_are_not_again() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2))
    scene.topics.refused = {mention_id(2)}

    first = scene.router.route(ids)
    left = scene.unsent
    scene.topics.refused = set()
    scene.now += timedelta(minutes=2)
    second = scene.send_outbox()

    assert (first.failures, list(first.unsent), left) == ({}, [mention_id(2)], {mention_id(2): Unsent.JSON})
    assert (second.mentions, second.failures, scene.unsent) == (1, {}, {})
    assert scene.topics.cases("billing") == ids
    assert len(scene.topics.mails("billing")) == 1


def test_while_sns_is_down_nothing_is_lost_and_afterwards_all_is_published() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2, "network fault"))
    scene.topics.down = True

    down = scene.router.route(ids)
    left = scene.unsent
    scene.topics.down = False
    scene.now += timedelta(minutes=1)
    early = scene.send_outbox()
    scene.now += timedelta(minutes=1)
    up = scene.send_outbox()

    assert (down.failures, set(down.unsent)) == ({}, set(ids))
    assert left == dict.fromkeys(ids, Unsent.ALL)
    assert (early.mentions, up.mentions, up.failures, scene.unsent) == (0, 2, {}, {})
    assert len(scene.topics.mails("billing")) == len(scene.topics.mails("network")) == 1


def test_a_run_that_cannot_remove_what_it_sent_makes_the_sweep_send_it_again() -> None:
    scene = Scene()
    ids = scene.receive(mention(1))
    scene.outbox.fail_before = ["settle"]

    died = scene.router.route(ids)
    scene.now += timedelta(minutes=5)
    scene.send_outbox()

    assert (died.failures, list(died.unsent)) == ({}, ids)
    assert scene.topics.cases("billing") == ids * 2
    assert scene.unsent == {}


def test_a_defect_with_one_mention_in_the_outbox_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    ids = scene.receive(*(mention(number) for number in range(1, 6)))
    scene.topics.down = True
    scene.router.route(ids)
    scene.topics.down = False
    scene.now += timedelta(minutes=5)

    def broken(entry: RoutedMention, *about: Any) -> Notification:
        if entry.mention.id == ids[2]:
            raise KeyError("kind")
        return routed(entry, *about)

    monkeypatch.setattr("desk.notifications.mention_news.routed", broken)

    report = scene.send_outbox()

    assert report.failures == {ids[2]: "KeyError"}
    assert scene.unsent[ids[2]] == Unsent.ALL
    assert set(scene.topics.cases("billing")) == set(ids) - {ids[2]}


def test_what_cannot_be_sent_holds_up_no_stream() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2, "network fault"), mention(3, "gibberish"))
    scene.topics.gone = {"billing"}

    report = scene.router.route(ids)

    assert (list(report.failures), list(report.unsent)) == ([ids[2]], [ids[0]])
    assert scene.topics.cases("network") == [ids[1]]


def test_a_mention_that_was_erased_meanwhile_leaves_the_outbox() -> None:
    scene = Scene()
    ids = scene.receive(mention(1))
    scene.topics.down = True
    scene.router.route(ids)
    scene.mentions.erase(ids[0])
    scene.topics.down = False
    scene.now += timedelta(minutes=5)

    report = scene.send_outbox()

    assert (report.failures, scene.unsent, scene.topics.cases("billing")) == ({}, {}, [])


def test_a_mail_that_sns_refuses_waits_for_the_summary_and_the_json_is_not_repeated() -> None:
    scene = Scene()
    ids = scene.receive(mention(1))
    scene.topics.refused = {"mail"}

    report = scene.router.route(ids)

    assert (report.failures, report.put_off) == ({}, 1)
    assert scene.summary_of == {mention_id(1): "billing"}


def test_a_mention_that_another_run_read_meanwhile_is_left_to_that_run() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2))
    reading = TextReader().read(mention(1))
    theirs = replace(
        scene.mentions.stored[mention_id(1)],
        stage=Stage.NOTHING,
        outcome=RoutingOutcome(reading, Event.CASE_OPENED, None),
    )
    scene.unit_of_work.raced = {mention_id(1): theirs}

    report = scene.router.route(ids)

    assert (report.read, report.failures) == (1, {})
    assert scene.topics.cases("billing") == [mention_id(2)]


def test_a_case_that_changed_meanwhile_is_joined_as_it_is_now() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1, author="7")))
    stale = dict(scene.cases.cases)
    ids = scene.receive(mention(2, author="7", conversation=1), mention(3, author="7", conversation=1))
    scene.router.route(ids[:1])
    scene.cases.stale_cases = stale

    report = scene.router.route(ids[1:])

    assert (report.joined, report.failures) == (1, {})
    assert next(iter(scene.cases.cases.values())).mention_ids == tuple(mention_id(n) for n in (1, 2, 3))


def test_a_busy_store_at_commit_fails_just_these_mentions() -> None:
    scene = Scene()
    ids = scene.receive(mention(1))
    scene.unit_of_work.busy = True

    report = scene.router.route(ids)

    assert list(report.failures) == ids
    assert not scene.topics.got


def test_a_store_that_cannot_even_be_read_fails_the_whole_batch() -> None:
    scene = Scene()
    scene.mentions.busy_methods = {"get_many"}

    with pytest.raises(StoreBusy):
        scene.router.route([mention_id(1)])


def test_many_mentions_of_one_author_in_one_conversation_stay_one_case() -> None:
    scene = Scene()
    ids = scene.receive(*(mention(number, author="7", conversation=1) for number in range(1, 101)))

    report = scene.router.route(ids)

    assert (report.opened, report.joined, report.failures) == (1, 99, {})
    assert [len(joined) for joined in scene.cases.joined.values()] == [100]


def test_ids_that_are_not_there_or_forgotten_are_passed_over() -> None:
    scene = Scene()

    report = scene.router.route(["1", "2"])

    assert (report.read, report.failures) == (0, {})
