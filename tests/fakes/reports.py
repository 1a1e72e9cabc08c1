"""The stores of reports in memory: one fake for each store, with the state that its tables would have."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from desk.attendance.store import MORNINGS_KEPT, AttendanceRecord, GreetingReply
from desk.errors import ReportsUnavailable, StoreBusy, TopicsUnavailable
from desk.favourites.store import (
    MOST_NOTES,
    FavouriteNote,
    FavouritePage,
    FavouriteProgress,
    KeptFavourite,
    KeptMark,
)
from desk.links import REPORT_LINK_LASTS, hash_of, new_link_id
from desk.mentions.model import Mention
from desk.notifications.mail.parts import Mail
from desk.reports.digest_log import ClaimResult
from desk.reports.store import ReportKind, ReportLink, ReportName
from desk.x.model import XPost
from tests.fakes.cases import FakeLinks


@dataclass
class FakeReports:
    """Files by name and kind; `unavailable` makes every call fail."""

    files: dict[tuple[ReportName, ReportKind], bytes] = field(default_factory=dict)
    unavailable: bool = False

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        self._check()
        self.files[name, kind] = content

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        self._check()
        return self.files.get((name, kind))

    def _check(self) -> None:
        if self.unavailable:
            raise ReportsUnavailable("unavailable")


class FakeReportLinks(FakeLinks[ReportLink]):
    """Links that open reports."""

    def make(self, report: ReportName, now: datetime) -> str:
        self._check()
        link_id = new_link_id()
        hash_ = hash_of(link_id)
        self.links[hash_] = ReportLink(hash_, report, made_at=now, expires_at=now + REPORT_LINK_LASTS)
        return link_id

    def all(self) -> Sequence[ReportLink]:
        self._check()
        return sorted(self.links.values(), key=lambda link: link.made_at, reverse=True)


@dataclass
class FakeDigestLog:
    """Editions that were made, and who holds which until when; `busy` are methods that fail."""

    made: dict[tuple[str, date], datetime] = field(default_factory=dict)
    covered: dict[tuple[str, date], datetime] = field(default_factory=dict)
    held: dict[tuple[str, date], tuple[str, datetime]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def claim(self, edition: str, day: date, *, holder: str, now: datetime, until: datetime) -> ClaimResult:
        self._check("claim")
        if (edition, day) in self.made:
            return ClaimResult.MADE
        held = self.held.get((edition, day))
        if held and held[0] != holder and held[1] > now:
            return ClaimResult.ELSEWHERE
        self.held[edition, day] = (holder, until)
        return ClaimResult.OURS

    def mark_made(self, edition: str, day: date, *, at: datetime, covered_until: datetime) -> None:
        self._check("mark_made")
        self.made[edition, day], self.covered[edition, day] = at, covered_until
        self.held.pop((edition, day), None)

    def covered_until(self, editions: Collection[str], *, day: date, now: datetime) -> datetime | None:
        self._check("covered_until")
        ends = (end for (edition, made), end in self.covered.items() if edition in editions and made <= day)
        return max((end for end in ends if end <= now), default=None)

    def release(self, edition: str, day: date, *, holder: str) -> None:
        self._check("release")
        held = self.held.get((edition, day))
        if held and held[0] == holder:
            del self.held[edition, day]

    def _check(self, method: str) -> None:
        if method in self.busy:
            raise StoreBusy(method)


@dataclass
class FakeDigestTopic:
    """Mails that were sent. `down` makes it fail before, `after` runs after a mail, as a kill would."""

    mails: list[Mail] = field(default_factory=list)
    down: bool = False
    after: Callable[[], object] | None = None

    def publish(self, mail: Mail) -> None:
        if self.down:
            raise TopicsUnavailable("down")
        self.mails.append(mail)
        if self.after:
            self.after()


@dataclass
class FakeFavouriteStore:
    """The liked posts by id, and the ids of each `save`. `fail_half` makes the next ones fail after half was saved."""

    stored: dict[str, KeptFavourite] = field(default_factory=dict)
    saved_progress: FavouriteProgress = field(default_factory=FavouriteProgress)
    erased: set[str] = field(default_factory=set)
    fail_half: int = 0
    busy: bool = False
    saves: list[list[str]] = field(default_factory=list)

    def progress(self) -> FavouriteProgress:
        self._check()
        return self.saved_progress

    def save_progress(self, progress: FavouriteProgress) -> None:
        self._check()
        self.saved_progress = progress

    def all(self) -> Sequence[KeptFavourite]:
        self._check()
        return list(self.stored.values())

    def save(self, favourites: Iterable[KeptFavourite]) -> None:
        self._check()
        new = [self._merged(each) for each in favourites if each.is_liked or each.post_id in self.stored]
        self.saves.append([each.post_id for each in new])
        if self.fail_half and new:
            self.fail_half -= 1
            self.stored |= {each.post_id: each for each in new[: len(new) // 2]}
            raise StoreBusy("save")
        self.stored |= {each.post_id: each for each in new}

    def _merged(self, favourite: KeptFavourite) -> KeptFavourite:
        before = self.stored.get(favourite.post_id, favourite)
        return favourite._replace(noted_at=before.noted_at, notes=before.notes, case_id=before.case_id)

    def page(self, *, limit: int, after: str | None = None) -> FavouritePage:
        self._check()
        ordered = sorted(self.stored.values(), key=_order, reverse=True)
        if after is not None:
            noted_at, post_id = after.split("#")
            place = (datetime.fromisoformat(noted_at), int(post_id))
            ordered = [each for each in ordered if _order(each) < place]
        last = (
            f"{ordered[limit - 1].noted_at.isoformat()}#{ordered[limit - 1].post_id}" if len(ordered) > limit else None
        )
        return FavouritePage(tuple(ordered[:limit]), last)

    def find(self, post_id: str) -> KeptFavourite | None:
        self._check()
        return self.stored.get(post_id)

    def keep(self, favourite: KeptFavourite, note: FavouriteNote) -> bool:
        self._check()
        stored = self.stored.get(favourite.post_id)
        known = stored or favourite._replace(notes=())
        others = tuple(each for each in known.notes if each.request != note.request)
        if len(others) >= MOST_NOTES or (stored is None and favourite.author_id in self.erased):
            return False
        case_id = favourite.case_id or known.case_id
        self.stored[favourite.post_id] = known._replace(notes=(*others, note), case_id=case_id)
        return True

    def remove_note(self, post_id: str, request: str) -> FavouriteNote | None:
        self._check()
        found = self.stored.get(post_id)
        note = next((each for each in found.notes if each.request == request), None) if found else None
        if found and note:
            left = found._replace(notes=tuple(each for each in found.notes if each.request != request))
            if left.notes or left.is_liked:
                self.stored[post_id] = left
            else:
                del self.stored[post_id]
        return note

    def marks(self) -> Sequence[KeptMark]:
        self._check()
        return [KeptMark(each.post_id, each.case_id, each.notes) for each in self.stored.values() if each.notes]

    def ids(self) -> Iterator[str]:
        self._check()
        return iter(list(self.stored))

    def forget(self, post_ids: Collection[str]) -> int:
        self._check()
        return len([self.stored.pop(each) for each in dict.fromkeys(post_ids) if each in self.stored])

    def erased_authors(self, author_ids: Collection[str]) -> frozenset[str]:
        self._check()
        return frozenset(self.erased.intersection(author_ids))

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("favourites")


def _order(favourite: KeptFavourite) -> tuple[datetime, int]:
    return favourite.noted_at, int(favourite.post_id)


@dataclass
class FakeAttendance:
    """Mentions as stored (of which `junk` and `removed` are ids, `erased` authors), records and mornings.

    `spans` are the times that were asked for. `fail_before` and `fail_half` make one `save` each fail, after which
    nothing or half is stored.
    """

    mentions: list[Mention] = field(default_factory=list)
    junk: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    people: dict[str, AttendanceRecord] = field(default_factory=dict)
    saved_mornings: set[date] = field(default_factory=set)
    fail_before: int = 0
    fail_half: int = 0

    def replies_to(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        self.spans.append((since, until))
        posts = sorted((mention.post for mention in self.mentions), key=lambda post: int(post.id))
        return [
            GreetingReply(post.id, post.author_id, post.author)
            for post in posts
            if greeting_id in (post.in_reply_to, post.conversation_id)
            and since <= post.created_at < until
            and post.id not in self.junk | self.removed
            and post.author_id not in self.erased
        ][:limit]

    def mornings(self) -> Sequence[date]:
        return sorted(self.saved_mornings)

    def records(self, author_ids: Collection[str]) -> Mapping[str, AttendanceRecord]:
        return {each: self.people[each] for each in author_ids if each in self.people}

    def all_records(self) -> Sequence[AttendanceRecord]:
        return list(self.people.values())

    def save(self, day: date, records: Collection[AttendanceRecord], now: datetime) -> None:
        if self.fail_before:
            self.fail_before -= 1
            raise StoreBusy("save")
        half = list(records)[: len(records) // 2] if self.fail_half else list(records)
        self.people |= {each.author_id: each._replace(mornings=each.mornings[-MORNINGS_KEPT:]) for each in half}
        if self.fail_half:
            self.fail_half -= 1
            raise StoreBusy("save")
        self.saved_mornings.add(day)


@dataclass
class FakeFeedback:
    """Mentions by id (`erased` are authors), up to which day departments were mailed, and who mails now.

    `busy` are methods that fail; `most` is the largest number of mentions that was asked for at once.
    """

    stored: dict[str, Mention] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    until: dict[str, date] = field(default_factory=dict)
    held: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    most: int = 0

    def put(self, mention_id: str, text: str) -> None:
        """Store a mention with this text."""
        at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
        self.stored[mention_id] = Mention(XPost(mention_id, text, "7", at, mention_id, "ko", (mention_id,)), at)

    def mentions(self, mention_ids: Collection[str]) -> dict[str, Mention]:
        self._check("mentions")
        self.most = max(self.most, len(mention_ids))
        found = {key: self.stored[key] for key in mention_ids if key in self.stored}
        return {key: one for key, one in found.items() if one.post.author_id not in self.erased}

    def mailed_until(self) -> dict[str, date]:
        self._check("mailed_until")
        return dict(self.until)

    def claim(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        self._check("claim")
        held = self.held.get(department)
        if self.until.get(department, date.min) >= until or (held and held[0] != holder and held[1] > now):
            return False
        self.held[department] = (holder, ends_at)
        return True

    def mark_mailed(self, department: str, until: date) -> None:
        self._check("mark_mailed")
        if self.until.get(department, date.min) < until:
            self.until[department] = until
            self.held.pop(department, None)

    def _check(self, method: str) -> None:
        if method in self.busy:
            raise StoreBusy(method)
