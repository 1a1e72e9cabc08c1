"""Posts of the brand, their pictures, and what the people who use the console left."""

from typing import Any

from desk.pictures.model import Picture
from desk.pictures.store import PictureItems
from desk.posts.announcement_drafts import AnnouncementDraft, AnnouncementDraftItems
from desk.posts.model import IdempotentRequest, LastGreeting, Post, PostKind, PostState, UniqueKey
from desk.posts.pause import Pause, PauseItems
from desk.posts.performance import MeasuredAge, Measurement, MeasurementClaim, PerformanceItems
from desk.posts.store import PostStoreItems
from desk.staff.devices import Device, DeviceItems, PushChoices
from desk.staff.drafts import DraftItems, PersonalDraft
from desk.staff.model import Person
from desk.staff.practice import PracticeItems
from desk.staff.presence import PresenceItems
from desk.staff.saved_replies import SavedReply, SavedReplyItems
from desk.staff.sessions import SessionItems
from desk.staff.settings import PersonSettings, SettingsItems
from desk.staff.sign_ins import SignInItems, StartedSignIn
from desk.x.model import first_id_at
from tests.recorded.filled import NOW, filled
from tests.recorded.of_desk import DAY, LATER, kept
from tests.recorded.recording import Recording, no_key, no_pause
from tests.tables import Dynamo

POST = filled(Post, id="post-1", state=PostState.QUEUED, version=1)
X_ID = first_id_at(NOW)
PERSON = filled(Person, id="https://login.emerald.example|1")
PICTURE_ID = "p-7Q2M4XD93K"


def _posts(on: Dynamo) -> PostStoreItems:
    return PostStoreItems(on.client, posts_table=on.tables.posts, desk_table=on.tables.desk, pause=no_pause)


def _add_post(on: Dynamo) -> None:
    request = filled(IdempotentRequest, key="request-1", post=POST)
    _posts(on).add(POST, [filled(UniqueKey, key="external-1", replaces=None)], request)


def _post(on: Dynamo, _: Any) -> object:
    posts = _posts(on)
    return {
        "post": posts.get(POST.id),
        "holder": posts.holder("external-1"),
        "request": posts.request("request-1"),
        "due": posts.due(PostState.QUEUED, until=NOW + DAY, limit=5),
    }


def _pause(switch: PauseItems) -> None:
    switch.pause(filled(Pause, began_at=NOW, ended_at=None, ended_by=None))
    switch.resume(by="박지민", at=LATER)
    switch.pause(filled(Pause, began_at=LATER, ended_at=None, ended_by=None))


def _measure(performance: PerformanceItems) -> None:
    claim = MeasurementClaim("measure", NOW, LATER)
    performance.claim(X_ID, PostKind.ANNOUNCEMENT, MeasuredAge.HOUR, claim)
    performance.record(X_ID, MeasuredAge.HOUR, filled(Measurement))
    shown, gone = str(int(X_ID) + 1), str(int(X_ID) + 2)
    performance.record_shown(shown, "첫눈이 왔어요")
    performance.claim(gone, None, MeasuredAge.DAY, claim)
    performance.record_gone(gone, LATER)


def _settings(on: Dynamo) -> SettingsItems:
    return SettingsItems(on.client, on.tables.desk, PersonSettings())


def _devices(on: Dynamo) -> DeviceItems:
    return DeviceItems(on.client, on.tables.desk)


def _device(devices: DeviceItems) -> None:
    devices.save_public_key("BPublic")
    devices.save(filled(Device, id="device-1", person=PERSON._replace(email=""), seen_at=NOW))
    devices.save_choices(PERSON.id, filled(PushChoices, hours="07:30-22:00"))
    devices.claim("device-1", "event-1", NOW)


def _drafts(on: Dynamo) -> DraftItems:
    return DraftItems(on.client, on.tables.desk, lasts=DAY)


def _saved_replies(on: Dynamo) -> SavedReplyItems:
    return SavedReplyItems(on.client, on.tables.desk, ())


RECORDINGS = (
    Recording("post", (PostStoreItems,), _add_post, _post),
    Recording(
        "last_greeting",
        (PostStoreItems,),
        lambda on: no_key(_posts(on).save_greeting(filled(LastGreeting))),
        lambda on, _: _posts(on).last_greeting(),
    ),
    kept("pause", PauseItems, _pause, lambda switch: {"now": switch.current(), "log": switch.since(NOW - DAY)}),
    kept(
        "post_performance",
        PerformanceItems,
        _measure,
        lambda performance: performance.between(NOW - DAY, NOW + DAY),
    ),
    kept(
        "announcement_draft",
        AnnouncementDraftItems,
        lambda drafts: drafts.add(filled(AnnouncementDraft)),
        AnnouncementDraftItems.all,
    ),
    kept(
        "picture",
        PictureItems,
        lambda pictures: pictures.add(filled(Picture, id=PICTURE_ID)),
        lambda pictures: pictures.get_many([PICTURE_ID]),
    ),
    kept(
        "practice",
        PracticeItems,
        lambda practice: practice.record(PERSON.id, ["answer"], NOW),
        lambda practice: practice.done(PERSON.id),
    ),
    kept(
        "presence",
        PresenceItems,
        lambda presence: presence.mark("case-1", PERSON.id, "박지민", NOW, is_typing=True),
        lambda presence: presence.others("case-1", "other", "이수진", NOW),
    ),
    Recording(
        "saved_reply",
        (SavedReplyItems,),
        lambda on: no_key(_saved_replies(on).save(filled(SavedReply, version=0, removed=False))),
        lambda on, _: _saved_replies(on).all(),
    ),
    Recording(
        "session",
        (SessionItems,),
        lambda on: SessionItems(on.client, on.tables.desk).begin(PERSON, NOW, id_token="token"),
        lambda on, session_id: SessionItems(on.client, on.tables.desk).find(session_id, NOW),
    ),
    Recording(
        "sign_in",
        (SignInItems,),
        lambda on: SignInItems(on.client, on.tables.desk).start("state", filled(StartedSignIn), NOW),
        lambda on, _: SignInItems(on.client, on.tables.desk).take("state", NOW),
    ),
    Recording(
        "person_settings",
        (SettingsItems,),
        lambda on: _settings(on).save(PERSON.id, filled(PersonSettings), NOW),
        lambda on, _: _settings(on).find(PERSON.id),
    ),
    Recording(
        "device",
        (DeviceItems,),
        lambda on: _device(_devices(on)),
        lambda on, _: (
            *_devices(on).all(NOW),
            _devices(on).choices(PERSON.id),
            _devices(on).public_key(),
            _devices(on).claim("device-1", "event-1", NOW),
        ),
    ),
    Recording(
        "personal_draft",
        (DraftItems,),
        lambda on: _drafts(on).save(PERSON.id, "case-1", filled(PersonalDraft, saved_at=NOW)),
        lambda on, _: _drafts(on).find(PERSON.id, "case-1", NOW),
    ),
)
