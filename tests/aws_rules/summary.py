"""The report at the end of a run of which permissions no recorded call needed."""

import os
import tempfile
from pathlib import Path

import pytest

from tests.aws_rules.check import Permission
from tests.aws_rules.recording import PERMISSIONS_FOLDER, unused

_LOST_ANSWER = "a write whose answer was lost is looked up before it is called refused"
_SECOND_OF_ITS_KIND = "a post that takes over what a cancelled one held checks that one"
_X_REFUSES = "written when X refuses what the digest asks"
_POST_REFUSED = "written when a reply is refused after its case was saved as queued"
_X_REFUSES_LOOK_UPS = "written when X refuses what people look up"
_X_REFUSES_METRICS = "written when X refuses to show own posts"
_X_REFUSES_TRENDS = "written when X refuses to show trends"
_ENTRY_GOES = "a report that has an entry of a deleted post is written without it, or deleted"
_APPROVED_POST = "written where an announcement of a feed needs a second person"
_PICTURE_GOES = "removed with the words of a case whose reply had a picture"
_STREAM_LOST = "the sweep reads what the stream lost, whatever that is"

EXPLAINED: dict[Permission, str] = {
    Permission("AnswerCaseRole", "FollowRepliesThatAreUnderWay", "dynamodb:DeleteItem"): _POST_REFUSED,
    Permission("AnswerCaseRole", "KnowWhoIsSignedIn", "dynamodb:GetItem"): "read where answering needs a sign-in",
    Permission("AnswerCaseRole", "KnowWhoIsSignedIn", "leading key console_session"): "see above",
    Permission("AnswerCaseRole", "StepCasesAlong", "dynamodb:GetItem"): _LOST_ANSWER,
    Permission("AnswerCaseRole", "QueueReplies", "dynamodb:ConditionCheckItem"): _SECOND_OF_ITS_KIND,
    Permission("ChaseCasesRole", "QueueAcknowledgements", "dynamodb:ConditionCheckItem"): _SECOND_OF_ITS_KIND,
    Permission("GreetRole", "QueueTheGreeting", "dynamodb:ConditionCheckItem"): _SECOND_OF_ITS_KIND,
    Permission("PostUpdateRole", "KeepPosts", "dynamodb:ConditionCheckItem"): _SECOND_OF_ITS_KIND,
    Permission("DailyDigestRole", "KeepBreakersAndDialects", "leading key x_dialect"): _X_REFUSES,
    Permission("DailyDigestRole", "KeepBreakersAndDialects", "dynamodb:DeleteItem"): _X_REFUSES,
    Permission("DailyDigestRole", "KeepBreakersAndDialects", "dynamodb:PutItem"): _X_REFUSES,
    Permission("DailyDigestRole", "KeepBreakersAndDialects", "leading key breaker"): _X_REFUSES,
    Permission("FollowDeletionsRole", "KeepBreakers", "dynamodb:DeleteItem"): "written when X refuses compliance jobs",
    Permission("FollowDeletionsRole", "KeepBreakers", "dynamodb:PutItem"): "written when X refuses compliance jobs",
    Permission("FollowDeletionsRole", "TakeEntriesFromReports", "s3:DeleteObject"): _ENTRY_GOES,
    Permission("FollowDeletionsRole", "TakeEntriesFromReports", "s3:GetObject"): _ENTRY_GOES,
    Permission("FollowDeletionsRole", "TakeEntriesFromReports", "s3:PutObject"): _ENTRY_GOES,
    Permission(
        "ListenRole", "KeepCheckpointsGapsLeasesSurgesAndCounts", "leading key surge"
    ): "written when far more is said than a run reads",
    Permission("LookUpRole", "KeepBreakersAndDialects", "dynamodb:DeleteItem"): _X_REFUSES_LOOK_UPS,
    Permission("LookUpRole", "KeepBreakersAndDialects", "dynamodb:PutItem"): _X_REFUSES_LOOK_UPS,
    Permission("LookUpRole", "LinkPrivateMessagesToCases", "dynamodb:GetItem"): _LOST_ANSWER,
    Permission("MeasurePostsRole", "KeepBreakersAndDialects", "dynamodb:DeleteItem"): _X_REFUSES_METRICS,
    Permission("MeasurePostsRole", "KeepBreakersAndDialects", "dynamodb:PutItem"): _X_REFUSES_METRICS,
    Permission(
        "PollMentionsRole", "KeepCheckpointGapsLeaseAndCounts", "dynamodb:DeleteItem"
    ): "a gap goes once it is filled: pytest --all-variants fills one",
    Permission("PollMentionsRole", "TellCasesThatWereAnsweredOnX", "dynamodb:GetItem"): _LOST_ANSWER,
    Permission("PostUpdateRole", "FollowRepliesThatAreUnderWay", "dynamodb:DeleteItem"): _POST_REFUSED,
    Permission("PostUpdateRole", "LeaveNewsForTheSweep", "dynamodb:PutItem"): _POST_REFUSED,
    Permission("PostUpdateRole", "LeaveNewsForTheSweep", "leading key outbox#*"): _POST_REFUSED,
    Permission("PostUpdateRole", "ShowCasesAndStepThemAlong", "dynamodb:GetItem"): _LOST_ANSWER,
    Permission("PostUpdateRole", "TurnThePauseSwitch", "dynamodb:Query"): "a pause that ended just so is looked up",
    Permission("PublishPostRole", "SettleTheCaseOfAReply", "dynamodb:GetItem"): _LOST_ANSWER,
    Permission("ReadFeedsRole", "LeaveNewsForTheSweep", "dynamodb:PutItem"): _APPROVED_POST,
    Permission("ReadFeedsRole", "LeaveNewsForTheSweep", "leading key outbox#*"): _APPROVED_POST,
    Permission("ReadTrendsRole", "KeepBreakers", "dynamodb:DeleteItem"): _X_REFUSES_TRENDS,
    Permission("ReadTrendsRole", "KeepBreakers", "dynamodb:PutItem"): _X_REFUSES_TRENDS,
    Permission(
        "SweepRole", "FollowRepliesThatAreUnderWayAndForgetTheirPictures", "dynamodb:DeleteItem"
    ): "the sweep settles replies",
    Permission("SweepRole", "SeePostsAndRecordGreetingsByHand", "dynamodb:GetItem"): "the sweep settles replies",
    Permission("SweepRole", "CountWhatATrialWithholdsSendPraiseAndNoteOptOuts", "dynamodb:UpdateItem"): _STREAM_LOST,
    Permission("SweepRole", "CountWhatATrialWithholdsSendPraiseAndNoteOptOuts", "leading key opted_out"): _STREAM_LOST,
    Permission("SweepRole", "OpenJoinAndSettleCases", "dynamodb:GetItem"): _LOST_ANSWER,
    Permission("SweepRole", "OpenJoinAndSettleCases", "dynamodb:UpdateItem"): _STREAM_LOST,
    Permission("FollowDeletionsRole", "ForgetPicturesOfReplies", "dynamodb:DeleteItem"): _PICTURE_GOES,
    Permission("FollowDeletionsRole", "ForgetPicturesOfReplies", "leading key picture"): _PICTURE_GOES,
    Permission("FollowDeletionsRole", "RemovePicturesOfReplies", "s3:DeleteObject"): _PICTURE_GOES,
    Permission("SweepRole", "FollowRepliesThatAreUnderWayAndForgetTheirPictures", "leading key picture"): _PICTURE_GOES,
    Permission("SweepRole", "RemovePicturesOfReplies", "s3:DeleteObject"): _PICTURE_GOES,
    Permission("SweepRole", "TellNewsThatNobodyTold", "dynamodb:PutItem"): "the sweep settles replies",
}
"""Permissions that end-to-end tests do not need, and why a desk on AWS does."""


def name_folder(config: pytest.Config) -> None:
    """Name a folder in which every check of this run leaves what was used; workers of the run inherit it."""
    if PERMISSIONS_FOLDER not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="dorothy-permissions-")
        config.add_cleanup(folder.cleanup)
        config.add_cleanup(_forget_folder)
        os.environ[PERMISSIONS_FOLDER] = folder.name


def report_unused(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List what was granted, not used and not explained, after a run of all tests; fewer say nothing about it."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    left = [one for one in unused(Path(os.environ[PERMISSIONS_FOLDER])) if one not in EXPLAINED]
    if left:
        reporter.section("permissions that no recorded call used")
        for one in left:
            reporter.write_line(" ".join(one))


def _forget_folder() -> None:
    del os.environ[PERMISSIONS_FOLDER]
