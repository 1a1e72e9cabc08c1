"""Sessions, saved replies, drafts, presences and settings of people in memory."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import SavedReplyMoved
from desk.links import hash_of, new_link_id
from desk.staff.devices import Device, PushChoices, newest_first, replaced_by
from desk.staff.drafts import PersonalDraft
from desk.staff.model import Person
from desk.staff.presence import PRESENCE_LASTS, Presence, others_of
from desk.staff.saved_replies import SavedReply, with_seeds
from desk.staff.sessions import SESSION_LASTS, Session
from desk.staff.settings import PersonSettings
from desk.staff.sign_ins import SIGN_IN_LASTS, StartedSignIn
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeSessions(InTrouble):
    """Implements SessionStore in memory."""

    sessions: dict[str, Session] = field(default_factory=dict)

    def begin(self, person: Person, now: datetime, *, id_token: str) -> str:
        self._begin("begin")
        session_id = new_link_id()
        hash_, expires_at = hash_of(session_id), (now + SESSION_LASTS).replace(microsecond=0)
        self.sessions[hash_] = Session(hash_, person, new_link_id(), expires_at, id_token)
        return session_id

    def find(self, session_id: str, now: datetime) -> Session | None:
        self._begin("find")
        session = self.sessions.get(hash_of(session_id))
        return session if session and now < session.expires_at else None

    def end(self, session_id: str) -> None:
        self._begin("end")
        self.sessions.pop(hash_of(session_id), None)


@dataclass
class FakeSavedReplies(InTrouble):
    """Implements SavedReplyStore in memory."""

    seeds: dict[str, SavedReply] = field(default_factory=dict)
    stored: dict[str, SavedReply] = field(default_factory=dict)

    def all(self) -> Sequence[SavedReply]:
        self._begin("all")
        return with_seeds(self.stored.values(), self.seeds)

    def find(self, reply_id: str) -> SavedReply | None:
        self._begin("find")
        reply = self.stored.get(reply_id) or self.seeds.get(reply_id)
        return None if reply is None or reply.removed else reply

    def save(self, reply: SavedReply) -> SavedReply:
        self._begin("save")
        stored = self.stored.get(reply.id)
        if (stored.version if stored else 0) != reply.version:
            if stored and stored.request == reply.request:
                return stored
            raise SavedReplyMoved(reply.id)
        self.stored[reply.id] = saved = reply._replace(version=reply.version + 1)
        self._end("save")
        return saved


@dataclass
class FakeDrafts(InTrouble):
    """Implements DraftStore in memory."""

    lasts: timedelta = timedelta(days=30)
    drafts: dict[tuple[str, str], PersonalDraft] = field(default_factory=dict)

    def save(self, person_id: str, key: str, draft: PersonalDraft) -> None:
        self._begin("save")
        stored = self.drafts.get((key, person_id))
        if stored is None or stored.sequence < draft.sequence:
            self.drafts[key, person_id] = draft
        self._end("save")

    def find(self, person_id: str, key: str, now: datetime) -> PersonalDraft | None:
        self._begin("find")
        draft = self.drafts.get((key, person_id))
        return draft if draft and draft.text and now < draft.saved_at + self.lasts else None

    def discard(self, person_id: str, key: str, sequence: int, now: datetime) -> None:
        self._begin("discard")
        stored = self.drafts.get((key, person_id))
        if stored is None or stored.sequence <= sequence:
            self.drafts[key, person_id] = PersonalDraft("", {}, 0, sequence, now)
        self._end("discard")


@dataclass
class FakePresence(InTrouble):
    """Implements PresenceStore in memory."""

    there: dict[str, dict[str, tuple[Presence, datetime]]] = field(default_factory=lambda: defaultdict(dict))

    def mark(self, key: str, person_id: str, name: str, now: datetime, *, is_typing: bool) -> Sequence[Presence]:
        self._begin("mark")
        self.there[key][person_id] = (Presence(person_id, name, is_typing), now + PRESENCE_LASTS)
        return self._others(key, person_id, name, now)

    def leave(self, key: str, person_id: str) -> None:
        self._begin("leave")
        self.there[key].pop(person_id, None)

    def others(self, key: str, person_id: str, name: str, now: datetime) -> Sequence[Presence]:
        self._begin("others")
        return self._others(key, person_id, name, now)

    def _others(self, key: str, person_id: str, name: str, now: datetime) -> Sequence[Presence]:
        return others_of((one for one, until in self.there[key].values() if now < until), person_id, name)


@dataclass
class FakeSettings(InTrouble):
    """Implements SettingsStore in memory."""

    defaults: PersonSettings = field(default_factory=PersonSettings)
    settings: dict[str, PersonSettings] = field(default_factory=dict)

    def find(self, person_id: str) -> PersonSettings:
        self._begin("find")
        return self.settings.get(person_id, self.defaults)

    def save(self, person_id: str, settings: PersonSettings, now: datetime) -> None:
        self._begin("save")
        self.settings[person_id] = settings
        self._end("save")


@dataclass
class FakeSignIns(InTrouble):
    """Implements SignInStore in memory."""

    started: dict[str, tuple[StartedSignIn, datetime]] = field(default_factory=dict)

    def start(self, state: str, started: StartedSignIn, now: datetime) -> None:
        self._begin("start")
        self.started[hash_of(state)] = started, now + SIGN_IN_LASTS

    def take(self, state: str, now: datetime) -> StartedSignIn | None:
        self._begin("take")
        started, until = self.started.pop(hash_of(state), (None, now))
        return started if now < until else None


@dataclass
class FakePractice(InTrouble):
    """Implements PracticeStore in memory."""

    by_person: dict[str, frozenset[str]] = field(default_factory=dict)

    def done(self, person_id: str) -> frozenset[str] | None:
        self._begin("done")
        return self.by_person.get(person_id)

    def record(self, person_id: str, lessons: Collection[str], now: datetime) -> None:
        self._begin("record")
        self.by_person[person_id] = self.by_person.get(person_id, frozenset()) | frozenset(lessons)
        self._end("record")

    def begin_again(self, person_id: str) -> None:
        self._begin("begin_again")
        self.by_person.pop(person_id, None)


@dataclass
class FakeDevices(InTrouble):
    """Implements DeviceStore in memory."""

    devices: dict[str, Device] = field(default_factory=dict)
    chosen: dict[str, PushChoices] = field(default_factory=dict)
    sent: set[tuple[str, str]] = field(default_factory=set)
    key: str = ""

    def all(self, now: datetime) -> Sequence[Device]:
        self._begin("all")
        return newest_first(device for device in self.devices.values() if device.is_due(now))

    def save(self, device: Device) -> None:
        self._begin("save")
        for other in replaced_by(device, list(self.devices.values())):
            del self.devices[other.id]
        self.devices[device.id] = device
        self._end("save")

    def signed_in(self, device_id: str, person: Person, language: str, now: datetime) -> None:
        self._begin("signed_in")
        device = self.devices.get(device_id)
        if device and device.person.id == person.id:
            seen = person._replace(email="")
            self.devices[device_id] = device._replace(person=seen, language=language, seen_at=now)
        elif device:
            del self.devices[device_id]

    def record_refusal(self, device: Device, *, is_refused: bool) -> None:
        self._begin("record_refusal")
        stored = self.devices.get(device.id)
        if stored and (stored.endpoint, stored.seen_at) == (device.endpoint, device.seen_at):
            self.devices[device.id] = device._replace(is_refused=is_refused)

    def remove(self, device_id: str, endpoint: str = "") -> None:
        self._begin("remove")
        device = self.devices.get(device_id)
        if device and endpoint in ("", device.endpoint):
            del self.devices[device_id]

    def remove_all_of(self, person_id: str) -> None:
        self._begin("remove_all_of")
        self.devices = {id_: device for id_, device in self.devices.items() if device.person.id != person_id}

    def choices(self, person_id: str) -> PushChoices:
        self._begin("choices")
        return self.chosen.get(person_id, PushChoices())

    def save_choices(self, person_id: str, choices: PushChoices) -> None:
        self._begin("save_choices")
        self.chosen[person_id] = choices

    def public_key(self) -> str:
        self._begin("public_key")
        return self.key

    def save_public_key(self, key: str) -> None:
        self._begin("save_public_key")
        self.key = key
        self.devices.clear()

    def claim(self, device_id: str, event: str, now: datetime) -> bool:
        self._begin("claim")
        is_first = (device_id, event) not in self.sent
        self.sent.add((device_id, event))
        return is_first

    def give_back(self, device_id: str, event: str) -> None:
        self._begin("give_back")
        self.sent.discard((device_id, event))
