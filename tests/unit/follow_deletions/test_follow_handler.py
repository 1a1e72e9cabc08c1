"""The function as it is wired, beside a local X: what is deleted there loses its words here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
import pytest

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft, case_id_of
from desk.cases.store import CaseStoreItems
from desk.favourites.store import FavouriteItems, FavouriteNote, KeptFavourite
from desk.mentions.items import mention_item
from desk.mentions.model import Mention, Parent, Source
from desk.mentions.threads import ThreadPostItems
from desk.outbox.store import OutboxItems
from desk.praise.store import PassedPraise, PraiseItems
from desk.reading import Kind, Need, Reading, Urgency, Why
from desk.reports.store import ReportFiles, ReportKind, ReportName
from desk.routing.answered_mentions import AnsweredMentions
from desk.routing.decide import plan
from desk.x.compliance import Round, RoundItems
from desk.x.look_ups import AUTHOR_KEPT, LookUp, LookUpItems, LookUpState, author_key
from desk.x.model import Author, XPost
from follow_deletions import handler
from follow_deletions.wiring import wire
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from tests.brands import small_brand
from tests.cases import unit_of_work_on
from tests.invocations import Context
from tests.tables import Tables, dynamodb

pytestmark = pytest.mark.emulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BRAND: Brand = small_brand()
SEOUL = ZoneInfo(BRAND.timezone)
READING = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.75, (Why("question", "환불"),))


@dataclass
class Deployed:
    """A desk and its X. `now` is the schedule's time."""

    client: "DynamoDBClient"
    tables: Tables
    x: XControl
    now: datetime = NOW

    @property
    def cases(self) -> CaseStoreItems:
        names = self.tables
        return CaseStoreItems(
            self.client, cases_table=names.cases, mentions_table=names.mentions, desk_table=names.desk
        )

    def run(self) -> None:
        event = {"scheduled_time": self.now.isoformat().replace("+00:00", "Z")}
        handler.lambda_handler(event, Context())  # type: ignore[arg-type]  # as much of it as the handler needs

    def receive(
        self, text: str, *, parent: Mention | None = None, age: timedelta = timedelta(0), by: str = "minji"
    ) -> Mention:
        """Somebody posts on X, and the desk has read it and opened a case."""
        post_id = self.x.post(by, text)
        author = Author(self.x.person(by), by, "민지")
        created = self.now - age
        post = XPost(
            post_id,
            text,
            author.id,
            created,
            parent.post.conversation_id if parent else post_id,
            "ko",
            (post_id,),
            in_reply_to=parent.id if parent else None,
            author=author,
        )
        mention = Mention(post, created, Parent(parent.id, parent.post) if parent else None)
        self.client.put_item(TableName=self.tables.mentions, Item=mention_item(mention, SEOUL))
        store = unit_of_work_on(self.client, self.tables)
        cases = store.cases.get_many([case_id_of(post.conversation_id, author.id)])
        store.commit(plan([(mention, READING)], cases, BRAND).steps, created)
        return mention

    def hear(self, text: str, *, opened: bool = False) -> Mention:
        """Listening finds a post, and somebody may open a case for it."""
        post_id = self.x.post("yuri", text)
        post = XPost(post_id, text, self.x.person("yuri"), self.now, post_id, "ko", (post_id,))
        mention = Mention(post, self.now, source=Source.LISTENING)
        self.client.put_item(TableName=self.tables.mentions, Item=mention_item(mention, SEOUL))
        store = unit_of_work_on(self.client, self.tables)
        store.commit(plan([(mention, READING)], {}, BRAND).steps, self.now)
        if opened:
            answered, stored = AnsweredMentions(store, BRAND), store.mentions.get_many([post_id])[post_id]
            answered.open(stored, answered.new_case(stored, self.now))
        return mention

    def draft(self, case_id: str) -> None:
        file = self.cases.file(case_id)
        assert file is not None
        draft = Draft("민지 님, 환불했습니다", "지은", NOW)
        event = CaseEvent(CaseEventKind.DRAFTED, NOW, "지은", draft.text, "billing")
        self.cases.save(case_steps.drafted(file.case, draft), file.case, event)

    def everything(self) -> str:
        return str([self.client.scan(TableName=name)["Items"] for name in (self.tables.mentions, self.tables.cases)])

    def kept(self, mention: Mention) -> dict[str, Any]:
        key: Any = {"mention_id": {"S": mention.id}}
        return self.client.get_item(TableName=self.tables.mentions, Key=key)["Item"]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    account = Account(username=BRAND.handle, user_id=BRAND.user_id)
    with dynamodb() as (client, tables), start(account=account, now=NOW) as x:
        boto3.client("s3").create_bucket(
            Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
        )
        boto3.client("secretsmanager").create_secret(Name="x", SecretString=account.secret_json())
        settings = {
            "MENTIONS_TABLE": tables.mentions,
            "CASES_TABLE": tables.cases,
            "DESK_TABLE": tables.desk,
            "X_SECRET": "x",
            "X_API_URL": x.url,
            "REPORTS_BUCKET": "reports",
            "PICTURES_BUCKET": "pictures",
        }
        wired = wire(settings, BRAND)
        monkeypatch.setattr(handler, "_wired", lambda: wired)
        control = XControl(x.url)
        yield Deployed(client, tables, control)
        control.close()


def test_texts_of_deleted_and_protected_posts_are_erased_once_a_day(desk: Deployed) -> None:
    deleted, kept = desk.receive("환불해 주세요"), desk.receive("언제 와요?")
    answer = desk.receive("저도요", parent=deleted)
    old = desk.receive("환불이 안 돼요", age=timedelta(days=BRAND.words_days + 60))
    hidden = desk.receive("환불하고 싶어요", by="hana")
    desk.x.delete(deleted.id, old.id)
    desk.x.person("hana", protected=True)

    desk.run()

    assert desk.kept(deleted).keys().isdisjoint({"post", "why", "waiting"})
    assert desk.kept(deleted)["erased"] == {"BOOL": True}
    assert ["post" in desk.kept(each) for each in (kept, answer, old, hidden)] == [True, True, False, False]
    assert desk.kept(answer)["parent"] == {"M": {"id": {"S": deleted.id}}}
    assert RoundItems(desk.client, desk.tables.desk).load() == Round(NOW, followed_at=NOW)

    desk.x.forget_calls()
    desk.now += timedelta(hours=1)
    desk.run()
    assert desk.x.counts() == {}, "the round of this day is over"


def test_posts_of_threads_go_with_their_deletion_and_names_with_a_post_of_their_author(desk: Deployed) -> None:
    mention, kept = desk.receive("환불해 주세요"), desk.receive("언제 와요?", by="hana")
    threads, look_ups = ThreadPostItems(desk.client, desk.tables.desk), LookUpItems(desk.client, desk.tables.desk)
    earlier = [mention.post._replace(id=desk.x.post("yuri", text), text=text) for text in ("앞선 글", "남는 글")]
    threads.add(earlier, NOW)
    keys = [author_key(each.post.author_id) for each in (mention, kept)]
    look_ups.finish([LookUp(key, LookUpState.DONE, NOW, NOW + AUTHOR_KEPT) for key in keys])
    desk.x.delete(mention.id, earlier[0].id)

    desk.run()

    assert [post.text for post in threads.of(mention.post.conversation_id, NOW)] == ["남는 글"]
    assert look_ups.results(keys, NOW).keys() == {keys[1]}


def test_a_heard_post_goes_as_well_once_somebody_opened_a_case_for_it(desk: Deployed) -> None:
    used, unused = desk.hear("환불한다는 소문", opened=True), desk.hear("환불된다던데")
    desk.x.delete(used.id)

    desk.run()

    assert (desk.kept(used)["erased"], "post" in desk.kept(used)) == ({"BOOL": True}, False)
    assert "post" in desk.kept(unused)  # until its day is over


def test_a_liked_post_goes_with_what_was_noted_about_it_and_others_stay(desk: Deployed) -> None:
    favourites = FavouriteItems(desk.client, desk.tables.desk)
    liked = [desk.x.post("yuri", text) for text in ("지워질 글", "남는 글")]
    author = Author(desk.x.person("yuri"), "yuri", "유리")
    stored = [KeptFavourite(each, author.id, author, NOW, NOW, NOW, settled=True) for each in liked]
    favourites.save(stored)
    favourites.keep(stored[0], FavouriteNote("유리 님께 연락함", "박지민", NOW, "form-0001"))
    praise = PraiseItems(desk.client, desk.tables.desk, lasts=timedelta(days=30))
    praise.pass_on(PassedPraise(liked[0], author.id, "billing", "고맙습니다", "박지민", NOW), timedelta(0))
    assert praise.begin_sending(liked[0], "billing")
    OutboxItems(desk.client, desk.tables.desk).settle(OutboxItems(desk.client, desk.tables.desk).entries("billing"))
    desk.x.delete(liked[0])

    desk.run()

    assert list(favourites.ids()) == [liked[1]]
    assert liked[0] not in str(desk.client.scan(TableName=desk.tables.desk)["Items"])


def test_a_case_without_texts_loses_draft_and_name_and_one_with_others_keeps_them(desk: Deployed) -> None:
    alone, first = desk.receive("환불해 주세요"), desk.receive("환불이 안 돼요", by="hana")
    desk.receive("주문 번호는 7입니다", parent=first, by="hana")
    empty, other = (case_id_of(each.id, each.post.author_id) for each in (alone, first))
    desk.draft(empty)
    desk.draft(other)
    desk.x.delete(alone.id, first.id)

    desk.run()

    emptied, kept = desk.cases.file(empty), desk.cases.file(other)
    assert emptied is not None
    assert kept is not None
    case = emptied.case
    assert (case.state, case.author, case.draft, emptied.mentions) == (CaseState.OPEN, None, None, [])
    assert kept.case.draft is not None
    assert "해 주세요" not in desk.everything()


def test_an_error_of_x_is_logged_and_a_later_run_continues(desk: Deployed, caplog: pytest.LogCaptureFixture) -> None:
    deleted = desk.receive("환불해 주세요")
    desk.x.delete(deleted.id)
    desk.x.fault("compliance_create", status=503)
    desk.run()
    desk.now += timedelta(minutes=15)

    desk.run()

    assert "X was not followed" in caplog.text
    assert "post" not in desk.kept(deleted)


def test_reports_lose_the_entries_of_deleted_posts_and_keep_the_others(desk: Deployed) -> None:
    deleted, kept = desk.receive("환불해 주세요"), desk.receive("언제 와요?")
    entries = "".join(f'<li>{one.post.text} <a href="/status/{one.id}">X</a></li>' for one in (deleted, kept))
    reports, name = ReportFiles(boto3.client("s3"), "reports"), ReportName("evening", NOW.date())
    reports.put(name, ReportKind.PAGE, f"<ul>{entries}</ul>".encode())
    desk.x.delete(deleted.id)

    desk.run()

    left = reports.get(name, ReportKind.PAGE)
    assert left is not None
    assert left.decode() == f'<ul><li>언제 와요? <a href="/status/{kept.id}">X</a></li></ul>'
