"""Erasing a person: mark, erase place by place, search again, and say what is left to do."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from desk.mentions.erased_authors import erased_since, mark_erased
from desk.pictures.store import PictureFilesS3, PictureItems, PictureRemover
from desk.posts.store import PostStoreItems
from desk.reports.redaction import KeptReports
from desk.retention.store import ErasureItems
from local.deployed.erase.person import Handles, Person
from local.deployed.erase.tables import Cases, DeskItems, Favourites, LookedUp, Mentions, Place, Posts, Reports

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

LONGEST_RUN = timedelta(minutes=15)
"""No Lambda function runs for longer: what had begun before an author was marked is over, and may have written."""


class Search(NamedTuple):
    """What a search found by what it is, and sentences about what a person has to see to."""

    counts: Mapping[str, int]
    left: Sequence[str]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts.values())


class Erased(NamedTuple):
    """What a run took away, what a search found after it, and when another run is due; None: the erasure is done."""

    removed: Search
    remaining: Search
    again_at: datetime | None


class Eraser:
    """The use case. `clock` is the wall clock. The next run continues one that was interrupted."""

    def __init__(
        self, client: "DynamoDBClient", s3: "S3Client", outputs: Mapping[str, str], clock: Callable[[], datetime]
    ) -> None:
        mentions, cases = outputs["MentionsTable"], outputs["CasesTable"]
        posts, self._desk = outputs["PostsTable"], outputs["DeskTable"]
        self._client = client
        self._clock = clock
        self._handles = Handles(client, self._desk, clock)
        pictures = PictureRemover(
            PictureItems(client, self._desk), PictureFilesS3(lambda: s3, outputs["PicturesBucket"])
        )
        erasure = ErasureItems(client, pictures, mentions_table=mentions, cases_table=cases, desk_table=self._desk)
        store = PostStoreItems(client, posts_table=posts, desk_table=self._desk)
        self._places: Sequence[Place] = (  # posts and reports last: they are searched by what the others tell
            Mentions(client, mentions, erasure, self._handles),
            Cases(client, cases, erasure, self._handles),
            Favourites(client, self._desk, self._handles),
            DeskItems(client, self._desk, self._handles),
            LookedUp(client, self._desk, self._handles),
            Posts(client, posts, store, clock),
            Reports(KeptReports(s3, outputs["ReportsBucket"])),
        )

    def search(self, person: Person) -> Search:
        """What there is of the person; changes nothing. Raises StoreBusy and ReportsUnavailable."""
        person.handles |= self._handles.known_for(person.id)
        return self._through(person, erase=False)

    def marked_at(self, person: Person) -> datetime | None:
        """Since when nothing of the person is stored any more, if an earlier run has marked them."""
        return erased_since(self._client, self._desk, person.id)

    def erase(self, person: Person) -> Erased:
        """Mark the person, take away what there is, and search again; raises as `search` does.

        The handles are kept until a run that began 15 minutes after the mark has found nothing more.
        """
        began = self._clock()
        marked = mark_erased(self._client, self._desk, person.id, began)
        person.handles |= self._handles.known_for(person.id)
        self._handles.keep(person)
        removed = self._through(person, erase=True)
        remaining = self._through(person, erase=False)
        due = marked + LONGEST_RUN
        if remaining.total:
            return Erased(removed, remaining, max(due, began))
        if began < due:
            return Erased(removed, remaining, due)
        self._handles.forget(person.id)
        return Erased(removed, remaining, None)

    def _through(self, person: Person, *, erase: bool) -> Search:
        counts, left = Counter[str](), list[str]()
        for place in self._places:
            found = place.search(person, erase=erase)
            counts.update(found.counts)
            left += found.left
        return Search(counts, left)
