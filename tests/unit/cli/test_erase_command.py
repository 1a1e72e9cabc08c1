"""`dorothy erase` on the tables and files of a desk: what it erases, what it leaves, and what it says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from typer.testing import CliRunner, Result

from desk.attendance.store import AttendanceItems, AttendanceRecord
from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.author_notes import AuthorNote, AuthorNoteItems
from desk.cases.model import Case, CaseEvent, CaseEventKind, Draft, case_id_of
from desk.cases.opt_outs import OptOutItems, Withdrawal
from desk.cases.private_messages import PrivateMessageItems
from desk.cases.store import CaseStoreItems
from desk.favourites.store import FavouriteItems, FavouriteNote, KeptFavourite
from desk.mentions.items import mention_item
from desk.mentions.model import Mention, Parent, Source
from desk.mentions.store import MentionStoreItems
from desk.mentions.threads import ThreadPostItems
from desk.posts.model import IdempotentRequest, Post, PostState
from desk.posts.store import PostStoreItems
from desk.praise.store import PassedPraise, PraiseItems
from desk.reading import Kind, Need, Reading, Urgency, Why
from desk.reports.store import ReportFiles, ReportKind, ReportName
from desk.routing.decide import plan
from desk.routing.unit_of_work import UnitOfWorkItems
from desk.x.look_ups import AUTHOR_KEPT, LookUp, LookUpItems, LookUpState, author_key
from desk.x.model import Author, DirectMessage, XPost
from local.brand.load import load_desk
from local.cli import erase as command
from local.cli.main import app
from tests.brands import small_brand
from tests.cases import unit_of_work_on
from tests.failing_calls import KILLED_AFTER, Calls, put_back, stored
from tests.fakes.in_trouble import Killed
from tests.families import sample
from tests.tables import Dynamo, Tables
from tests.unit.posts.scene import a_post

pytestmark = pytest.mark.emulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
BRAND: Brand = small_brand()
MINJI, HANA = "2890000501", "2890000502"
READING = Reading(
    Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.75, (Why("question", "민지의 청구서"),), ("청구서",)
)
CHATS = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.75, (Why("question", "저도요"),))
ASKED, AGAIN, OTHERS = "1993000000000000001", "1993000000000000002", "1993000000000000003"
CASE_ID = case_id_of(ASKED, MINJI)
TODAY = ReportName("evening", date(2026, 11, 24))
OUT_OF_SIGHT = ("minji", "민지", "환불", "청구서", "돌려")


def attendance_of(client: "DynamoDBClient", tables: Tables) -> AttendanceItems:
    return AttendanceItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)


def post(post_id: str, author: Author, text: str, **more: Any) -> XPost:
    return XPost(
        id=post_id,
        text=text,
        author_id=author.id,
        created_at=NOON,
        conversation_id=more.pop("conversation", post_id),
        lang="ko",
        edit_ids=(post_id,),
        author=author,
        **more,
    )


A, B = Author(MINJI, "Minji_K", "민지"), Author(HANA, "hana", "하나")
ASKS = Mention(post(ASKED, A, "@jade 환불해 주세요 민지입니다"), NOON)
ASKS_AGAIN = Mention(post(AGAIN, A, "@jade 청구서도요", conversation=ASKED, in_reply_to=ASKED), NOON)
ANSWERS = Mention(
    post(OTHERS, B, "@jade 저도요", conversation=ASKED, in_reply_to=ASKED), NOON, Parent(ASKED, ASKS.post)
)
PAGE = f'<p>하루 정리</p><ul><li>@Minji_K 12일째</li><li>@hana</li><li>환불 <a href="/status/{ASKED}">X</a></li></ul>'
TABLE = "\ufeff구분,이름\r\n출석부,Minji_K\r\n출석부,hana\r\n"


@dataclass
class Desk:
    """A desk that knows minji from everywhere, and hana, whose mention quotes hers. `now` is the machine's time."""

    client: "DynamoDBClient"
    tables: Tables
    reports: ReportFiles
    now: datetime = NOON

    @property
    def cases(self) -> CaseStoreItems:
        names = self.tables
        return CaseStoreItems(
            self.client, cases_table=names.cases, mentions_table=names.mentions, desk_table=names.desk
        )

    @property
    def posts(self) -> PostStoreItems:
        return PostStoreItems(self.client, posts_table=self.tables.posts, desk_table=self.tables.desk)

    @property
    def routing(self) -> UnitOfWorkItems:
        return unit_of_work_on(self.client, self.tables)

    def run(self, *arguments: str, keys: str = "") -> Result:
        return CliRunner().invoke(app, ["erase", *arguments], input=keys)

    def route(self, *mentions: Mention) -> None:
        for one in mentions:
            self.client.put_item(TableName=self.tables.mentions, Item=mention_item(one, SEOUL))
            cases = self.routing.cases.get_many([case_id_of(one.post.conversation_id, one.post.author_id)])
            self.routing.commit(
                plan([(one, READING if one.post.author_id == MINJI else CHATS)], cases, BRAND).steps, NOON
            )

    def draft(self) -> Case:
        file = self.cases.file(CASE_ID)
        assert file is not None
        draft = Draft("민지 님, 내일 돌려 드립니다", "지은", NOON)
        event = CaseEvent(CaseEventKind.DRAFTED, NOON, "지은", draft.text, "billing")
        return self.cases.save(case_steps.drafted(file.case, draft), file.case, event)

    def published(self, one: Post) -> None:
        self.posts.add(one, [], IdempotentRequest(f"request#{one.id}", "f", one, NOON + timedelta(days=1)))

    def fill(self) -> None:
        """Whatever the desk keeps of people, of both."""
        self.route(ASKS, ASKS_AGAIN, ANSWERS)
        self.draft()
        stands = {"state": PostState.PUBLISHED, "at": NOON}
        reply = {"in_reply_to": AGAIN, "case_id": CASE_ID, "continuation": "민지 님 감사합니다"}
        self.published(a_post("민지 님, 환불했습니다", id="r1", x_id="1993000000000000009", **reply, **stands))
        self.published(a_post("오늘의 단골 @minji_k, @hana 님", id="a1", x_id="1993000000000000008", **stands))
        self.published(a_post("내일 찾아뵙겠습니다", id="n1"))
        attendance = attendance_of(self.client, self.tables)
        attendance.save(
            date(2026, 11, 24), [AttendanceRecord(one.id, (date(2026, 11, 24),), 1, one) for one in (A, B)], NOON
        )
        self.like()
        opt_outs = OptOutItems(self.client, self.tables.desk)
        opt_outs.record(MINJI, ASKED, NOON)
        opt_outs.withdraw(MINJI, Withdrawal(AGAIN, NOON + timedelta(seconds=1), "지은", "p-1", NOON))
        self.note()
        self.look_up()
        private = DirectMessage("1993000000000000001", MINJI, f"1-{MINJI}", "민지 번호는 7입니다", NOON)
        PrivateMessageItems(self.client, self.tables.cases).add(CASE_ID, private, is_ours=False)
        self.keep_reports()

    def like(self) -> None:
        """A post of each that the account liked, with a note of a colleague."""
        favourites = FavouriteItems(self.client, self.tables.desk)
        for n, one in enumerate((A, B)):
            key = f"199200000000000000{n}"
            liked = XPost(key, f"{one.name} 글", one.id, NOON, key, "ko", (key,), author=one)
            favourite = KeptFavourite(key, one.id, one, NOON, NOON, NOON, settled=True, post=liked)
            favourites.save([favourite])
            favourites.keep(favourite, FavouriteNote(f"{one.name} 님 후기", "지은", NOON, "form-0001"))
            praise = PassedPraise(key, one.id, "billing", f"{one.name} 님의 칭찬", "지은", NOON)
            PraiseItems(self.client, self.tables.desk, lasts=timedelta(days=30)).pass_on(praise, timedelta(0))

    def note(self) -> None:
        """What a colleague noted about each."""
        notes = AuthorNoteItems(self.client, self.tables.desk, lasts=timedelta(days=30))
        for one in (A, B):
            notes.add(one.id, AuthorNote("form-0002", f"{one.name} 님은 짧게", "지은", "p-1", NOON))

    def look_up(self) -> None:
        """What people looked up in the console: both accounts, and a post of each in another thread."""
        found = (LookUp(author_key(one.id), LookUpState.DONE, NOON, NOON + AUTHOR_KEPT, author=one) for one in (A, B))
        LookUpItems(self.client, self.tables.desk).finish(list(found))
        posts = (
            XPost(f"199300000000000010{n}", f"{one.name} 글", one.id, NOON, "1993", "ko", (), author=one)
            for n, one in enumerate((A, B))
        )
        ThreadPostItems(self.client, self.tables.desk).add(list(posts), NOON)

    def keep_reports(self) -> None:
        self.reports.put(TODAY, ReportKind.PAGE, PAGE.encode())
        self.reports.put(TODAY, ReportKind.TABLE, TABLE.encode())

    def everything(self) -> str:
        """All that lies in the tables and the bucket, but for the record by which an erasure goes on."""
        names = (self.tables.mentions, self.tables.cases, self.tables.desk, self.tables.posts)
        items = [item for name in names for item in self.client.scan(TableName=name)["Items"]]
        files = [self.reports.get(TODAY, kind) for kind in ReportKind]
        kept = [item for item in items if item.get("item") != {"S": "erasure"}]
        return str(kept) + "".join(file.decode() for file in files if file)


@pytest.fixture
def desk(deployed_tables: Dynamo, deployed_outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    deployed_outputs["ReportsBucket"], deployed_outputs["PicturesBucket"] = "reports", "pictures"
    running = Desk(*deployed_tables, ReportFiles(s3, "reports"))
    monkeypatch.setattr(command, "utc_now", lambda: running.now)
    return running


def counts(printed: str) -> dict[str, int]:
    """The last list of counts that was printed."""
    pairs = [line.split("\t") for line in printed.splitlines() if "\t" in line]
    return {name: int(count) for count, name in pairs}


def test_nothing_that_a_person_wrote_or_that_names_them_is_left_anywhere(desk: Desk) -> None:
    desk.fill()

    result = desk.run("@minji_k", "--yes")

    assert result.exit_code == 0, result.output
    left = desk.everything().lower()
    assert [words for words in OUT_OF_SIGHT if words in left] == []
    assert set(counts(result.stdout).values()) == {0}


def test_data_of_others_is_not_changed(desk: Desk) -> None:
    desk.fill()

    desk.run("@minji_k", "--yes")

    left = desk.everything()
    for words in (
        "저도요",
        "하나",
        "@hana 님",
        "@hana</li>",
        "출석부,hana",
        "하나 글",
        "하나 님은 짧게",
        "내일 찾아뵙겠습니다",
    ):
        assert words in left
    announcement = desk.posts.get("a1")
    assert announcement is not None
    assert announcement.text == "오늘의 단골 @…, @hana 님"


def test_counting_first_changes_nothing_and_counts_what_would_go(desk: Desk) -> None:
    desk.fill()
    before = desk.everything()

    result = desk.run("@Minji_K", "--dry-run")

    assert desk.everything() == before
    assert counts(result.stdout) == {
        "mentions": 2,
        "quotes in mentions of others": 1,
        "cases": 1,
        "favourites": 1,
        "attendance": 1,
        "notes": 1,
        "praise": 1,
        "posts behind an opt-out": 2,
        "names that were looked up": 1,
        "posts of threads": 1,
        "posts of the brand": 4,  # two posts, and the answers to the requests for them
        "reports": 2,
    }


def test_an_erasure_that_is_not_confirmed_changes_nothing(desk: Desk) -> None:
    desk.fill()
    before = desk.everything()

    result = desk.run("@minji_k", keys="n\n")

    assert (result.exit_code, desk.everything()) == (1, before)
    assert "Nothing was changed." in result.output


def test_a_wish_for_no_replies_stays_by_its_id(desk: Desk) -> None:
    desk.fill()

    desk.run("@minji_k", "--yes")

    key: Any = {"item": {"S": "opted_out"}, "part": {"S": MINJI}}
    item = desk.client.get_item(TableName=desk.tables.desk, Key=key)["Item"]
    assert item.keys() == {"item", "part", "at", "again_written_at", "again_by", "again_by_id", "again_at"}
    found = OptOutItems(desk.client, desk.tables.desk).find(MINJI)
    assert found
    assert (found.at, found.mention_id, found.is_withdrawn) == (NOON, None, True)


def test_nothing_of_the_person_is_stored_again(desk: Desk) -> None:
    desk.fill()
    names = desk.tables
    running = MentionStoreItems(desk.client, mentions_table=names.mentions, desk_table=names.desk, zone=SEOUL)
    running.erased_authors()  # a poll that began before

    desk.run(MINJI, "--yes")
    stored = running.store([Mention(post("1993000000000000011", A, "@jade 민지 또 왔어요"), NOON), ASKS])

    assert stored == frozenset()
    assert "민지" not in desk.everything()


def test_a_second_run_is_asked_for_and_takes_what_came_in_between(desk: Desk) -> None:
    desk.fill()
    first = desk.run("@minji_k", "--yes")
    attendance = attendance_of(desk.client, desk.tables)
    attendance.save(
        date(2026, 11, 25), [AttendanceRecord(MINJI, (date(2026, 11, 25),), 1, A)], NOON
    )  # by a digest under way
    desk.reports.put(TODAY, ReportKind.TABLE, TABLE.encode())
    desk.now += timedelta(minutes=16)

    second = desk.run(MINJI, "--yes")

    assert "Run it once more after 2026-11-24 12:15" in first.stdout
    assert f"dorothy erase {MINJI}" in first.stdout
    assert second.exit_code == 0
    assert "Done" in second.stdout
    assert "minji" not in desk.everything().lower()
    record: Any = {"item": {"S": "erasure"}, "part": {"S": MINJI}}
    assert "Item" not in desk.client.get_item(TableName=desk.tables.desk, Key=record)


def test_a_second_run_too_soon_is_not_the_last(desk: Desk) -> None:
    desk.fill()
    desk.run("@minji_k", "--yes")
    desk.now += timedelta(minutes=14)

    result = desk.run(MINJI, "--yes")

    assert "Run it once more after 2026-11-24 12:15" in result.stdout
    assert "Done" not in result.stdout


def test_a_waiting_reply_is_cancelled_and_one_being_published_is_named_and_erased_later(desk: Desk) -> None:
    desk.fill()
    desk.published(a_post("민지 님, 기다려 주세요", id="q1", in_reply_to=AGAIN, case_id=CASE_ID))
    going = a_post("민지 님 죄송합니다", id="q2", in_reply_to=AGAIN, case_id=CASE_ID, state=PostState.PUBLISHING)
    desk.posts.add(going, [], None)

    first = desk.run("@minji_k", "--yes")
    cancelled, seen = desk.posts.get("q1"), desk.posts.get("q2")
    assert cancelled is not None
    assert seen is not None
    desk.posts.save(seen._replace(state=PostState.PUBLISHED, x_id="1993000000000000010"), seen)
    desk.now += timedelta(minutes=16)
    second = desk.run(MINJI, "--yes")

    assert (first.exit_code, second.exit_code) == (1, 0)
    assert "Post q2 is publishing" in first.stdout
    assert (cancelled.state, cancelled.text) == (PostState.CANCELLED, "…")
    left = desk.everything()
    assert "민지" not in left, left[max(0, left.index("민지") - 400) :][:600]


def test_a_post_that_names_the_person_and_is_still_to_come_is_not_changed_behind_its_authors_back(desk: Desk) -> None:
    desk.fill()
    text = "내일은 @minji_k 님 이야기"
    desk.posts.add(a_post(text, id="s1", state=PostState.SCHEDULED), [], None)

    result = desk.run("@minji_k", "--yes")

    kept = desk.posts.get("s1")
    assert kept is not None
    assert (kept.text, kept.state, result.exit_code) == (text, PostState.SCHEDULED, 1)
    assert "Post s1 is scheduled" in result.stdout


def test_a_post_that_cannot_be_read_stops_no_erasure_and_is_named_if_it_may_be_theirs(desk: Desk) -> None:
    desk.fill()
    broken: Any = {"text": {"S": "글"}, "state": {"S": "from another release"}}
    theirs: Any = broken | {"in_reply_to": {"S": ASKED}}
    aside: Any = {"unreadable_state": {"S": "queued"}, "text": {"S": "@minji_k 님 이야기"}}
    for post_id, item in (("p-odd", broken), ("p-theirs", theirs), ("p-aside", aside)):
        desk.client.put_item(TableName=desk.tables.posts, Item={"post_id": {"S": post_id}, **item})

    result = desk.run("@minji_k", "--yes")

    assert result.exit_code == 1
    named = [line for line in result.output.splitlines() if "can't be read" in line]
    assert {line.split()[1] for line in named} == {"p-theirs", "p-aside"}
    assert "하나 글" in desk.everything()
    assert "청구서" not in desk.everything()


def test_an_unknown_handle_is_an_error_and_an_id_with_a_handle_works(desk: Desk) -> None:
    unknown = desk.run("@minji_k", "--yes")
    desk.published(a_post("오늘의 단골 @minji_k", id="a1", state=PostState.PUBLISHED))

    known = desk.run(MINJI, "--handle", "@minji_k", "--yes")

    assert unknown.exit_code == 1
    assert unknown.stderr.splitlines()[1].startswith("Nothing that is stored says which account @minji_k is.")
    assert known.exit_code == 0, known.output
    assert "minji" not in desk.everything()


def test_a_handle_that_two_accounts_had_is_not_guessed(desk: Desk) -> None:
    desk.fill()
    desk.route(Mention(post("1993000000000000021", Author(HANA, "minji_k", "하나"), "@jade 저예요"), NOON))

    result = desk.run("@minji_k", "--yes")

    assert result.exit_code == 1
    assert f"{MINJI}, {HANA}" in result.stderr
    assert "환불" in desk.everything()


@pytest.mark.parametrize("whom", [load_desk().brand.user_id, "@not a handle", ""])
def test_an_invalid_person_is_refused(desk: Desk, whom: str) -> None:
    result = desk.run(whom, "--yes")

    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_run_that_is_killed_after_any_write_is_completed_by_the_next(desk: Desk) -> None:
    desk.fill()
    filled = stored()
    with Calls().watched() as clean:
        desk.run("@minji_k", "--yes")
    writes = [number for number, call in enumerate(clean.made) if not call.is_read]
    assert len(writes) > 12

    for number in sample("an erasure that is killed", writes, 4):
        put_back(filled)
        desk.keep_reports()
        with Calls({number: KILLED_AFTER}).watched(), pytest.raises(Killed):
            desk.run("@minji_k", "--yes")

        result = desk.run(MINJI, "--yes")

        assert result.exit_code == 0, (number, result.output)
        left = desk.everything().lower()
        assert [words for words in OUT_OF_SIGHT if words in left] == [], (number, left)


def test_what_listening_found_of_a_person_is_erased_too(desk: Desk) -> None:
    found = (
        Mention(post(f"199300000000000020{n}", one, f"{one.name}는 환불받았대요"), NOON, source=Source.LISTENING)
        for n, one in enumerate((A, B))
    )
    desk.route(*found)

    assert desk.run(MINJI, "--yes").exit_code == 0

    left = desk.everything()
    assert "민지" not in left
    assert "하나는 환불받았대요" in left
