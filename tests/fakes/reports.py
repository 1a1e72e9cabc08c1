"""The port Reports in memory."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.errors import ReportsUnavailable, StoreBusy, TopicsUnavailable
from desk.links import REPORT_LINK_LASTS, hash_of, new_link_id
from desk.mentions.model import Mention
from desk.notifications.mail.parts import Mail
from desk.reports.attendance import MORNINGS_KEPT, Attending, GreetingReply
from desk.reports.digest_log import Turn
from desk.reports.favourites import FavouriteProgress, KeptFavourite
from desk.reports.links import ReportLink
from desk.reports.store import ReportKind, ReportName
from tests.fakes.cases import FakeLinks


@dataclass
class FakeReports:
    """Files by name and kind; `ill` makes every call fail."""

    files: dict[tuple[ReportName, ReportKind], bytes] = field(default_factory=dict)
    ill: bool = False

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        self._check()
        self.files[name, kind] = content

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        self._check()
        return self.files.get((name, kind))

    def _check(self) -> None:
        if self.ill:
            raise ReportsUnavailable("ill")


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
    """What was made, and who makes what until when; `busy` are methods that fail."""

    made: dict[tuple[str, date], datetime] = field(default_factory=dict)
    covered: dict[tuple[str, date], datetime] = field(default_factory=dict)
    held: dict[tuple[str, date], tuple[str, datetime]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def begin(self, edition: str, day: date, *, holder: str, now: datetime, until: datetime) -> Turn:
        self._answer("begin")
        if (edition, day) in self.made:
            return Turn.MADE
        there = self.held.get((edition, day))
        if there and there[0] != holder and there[1] > now:
            return Turn.ELSEWHERE
        self.held[edition, day] = (holder, until)
        return Turn.OURS

    def note(self, edition: str, day: date, *, at: datetime, covered_until: datetime) -> None:
        self._answer("note")
        self.made[edition, day], self.covered[edition, day] = at, covered_until
        self.held.pop((edition, day), None)

    def covered_until(self, editions: Collection[str], *, day: date, now: datetime) -> datetime | None:
        self._answer("covered_until")
        there = (end for (edition, made), end in self.covered.items() if edition in editions and made <= day)
        return max((end for end in there if end <= now), default=None)

    def release(self, edition: str, day: date, *, holder: str) -> None:
        self._answer("release")
        there = self.held.get((edition, day))
        if there and there[0] == holder:
            del self.held[edition, day]

    def _answer(self, method: str) -> None:
        if method in self.busy:
            raise StoreBusy(method)


@dataclass
class FakeDigestTopic:
    """What readers got; `down` makes it fail before, `after` runs once a mail is out, as a kill would."""

    got: list[Mail] = field(default_factory=list)
    down: bool = False
    after: Callable[[], object] | None = None

    def publish(self, mail: Mail) -> None:
        if self.down:
            raise TopicsUnavailable("down")
        self.got.append(mail)
        if self.after:
            self.after()


@dataclass
class FakeFavouriteStore:
    """The liked posts by id. `fail_half` makes the next calls of `keep` fail after half was kept."""

    kept: dict[str, KeptFavourite] = field(default_factory=dict)
    noted: FavouriteProgress = field(default_factory=FavouriteProgress)
    erased_authors: set[str] = field(default_factory=set)
    fail_half: int = 0
    busy: bool = False

    def progress(self) -> FavouriteProgress:
        self._answer()
        return self.noted

    def note(self, progress: FavouriteProgress) -> None:
        self._answer()
        self.noted = progress

    def all(self) -> Sequence[KeptFavourite]:
        self._answer()
        return list(self.kept.values())

    def keep(self, favourites: Iterable[KeptFavourite]) -> None:
        self._answer()
        new = {each.post_id: each for each in favourites}
        if self.fail_half and new:
            self.fail_half -= 1
            self.kept |= dict(list(new.items())[: len(new) // 2])
            raise StoreBusy("keep")
        self.kept |= new

    def remove(self, post_ids: Iterable[str]) -> None:
        self._answer()
        for post_id in post_ids:
            self.kept.pop(post_id, None)

    def erased(self, author_ids: Collection[str]) -> frozenset[str]:
        self._answer()
        return frozenset(self.erased_authors.intersection(author_ids))

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("favourites")


@dataclass
class FakeGreetingReplies:
    """The mentions as stored; `junk` are ids read as such, `erased` are authors; `looked` is what was asked for."""

    mentions: list[Mention] = field(default_factory=list)
    junk: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    looked: list[tuple[datetime, datetime]] = field(default_factory=list)
    busy: bool = False

    def replies(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        if self.busy:
            raise StoreBusy("replies")
        self.looked.append((since, until))
        posts = sorted((mention.post for mention in self.mentions), key=lambda post: int(post.id))
        return [
            GreetingReply(post.id, post.author_id, post.author)
            for post in posts
            if greeting_id in (post.in_reply_to, post.conversation_id)
            and since <= post.created_at < until
            and post.id not in self.junk | self.forgotten
            and post.author_id not in self.erased
        ][:limit]


@dataclass
class FakeAttendanceRoll:
    """The roll as a dictionary. `fail_before` and `fail_half` fail one `write` each: nothing or half is written."""

    people: dict[str, Attending] = field(default_factory=dict)
    taken: set[date] = field(default_factory=set)
    fail_before: int = 0
    fail_half: int = 0

    def mornings(self) -> Sequence[date]:
        return sorted(self.taken)

    def of(self, author_ids: Collection[str]) -> Mapping[str, Attending]:
        return {each: self.people[each] for each in author_ids if each in self.people}

    def write(self, day: date, attending: Collection[Attending], now: datetime) -> None:
        if self.fail_before:
            self.fail_before -= 1
            raise StoreBusy("write")
        half = list(attending)[: len(attending) // 2] if self.fail_half else list(attending)
        self.people |= {each.author_id: each._replace(mornings=each.mornings[-MORNINGS_KEPT:]) for each in half}
        if self.fail_half:
            self.fail_half -= 1
            raise StoreBusy("write")
        self.taken.add(day)


@dataclass
class FakeFeedbackLog:
    """Up to which day departments were mailed, and who mails now; `busy` are methods that fail."""

    until: dict[str, date] = field(default_factory=dict)
    held: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def mailed_until(self) -> dict[str, date]:
        self._answer("mailed_until")
        return dict(self.until)

    def begin(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        self._answer("begin")
        there = self.held.get(department)
        if self.until.get(department, date.min) >= until or (there and there[0] != holder and there[1] > now):
            return False
        self.held[department] = (holder, ends_at)
        return True

    def note(self, department: str, until: date) -> None:
        self._answer("note")
        if self.until.get(department, date.min) < until:
            self.until[department] = until
            self.held.pop(department, None)

    def _answer(self, method: str) -> None:
        if method in self.busy:
            raise StoreBusy(method)


@dataclass
class FakeFeedbackMentions:
    """Mentions by id; `erased` are authors, `busy` makes it fail, `most` is the most that was ever asked for."""

    stored: dict[str, Mention] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    busy: bool = False
    most: int = 0

    def mentions(self, mention_ids: Collection[str]) -> dict[str, Mention]:
        if self.busy:
            raise StoreBusy("mentions")
        self.most = max(self.most, len(mention_ids))
        found = {key: self.stored[key] for key in mention_ids if key in self.stored}
        return {key: one for key, one in found.items() if one.post.author_id not in self.erased}


@dataclass
class FakeFeedbackWords:
    """Texts by mention; `busy` makes it fail."""

    words: dict[str, str] = field(default_factory=dict)
    busy: bool = False

    def texts(self, mention_ids: Collection[str]) -> dict[str, str]:
        if self.busy:
            raise StoreBusy("texts")
        return {key: self.words[key] for key in mention_ids if key in self.words}
