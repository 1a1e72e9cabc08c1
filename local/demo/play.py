"""Plays the scripted day on a stage: people post on X, schedules fire, the stream carries, mails arrive."""

from dataclasses import dataclass, field
from typing import Any

from local.aws.mail_file import Mail
from local.demo.script import Act, Fired, Fires, Said
from local.stage import Stage


@dataclass(slots=True)
class Played:
    """What an act did: posts on X, polls, and the mails that arrived."""

    act: Act
    posts: int = 0
    polls: int = 0
    mails: list[Mail] = field(default_factory=list)

    def mails_by_department(self) -> dict[str, list[Mail]]:
        """Each mail once, to however many addresses it went."""
        once = {mail.message_id: mail for mail in self.mails}
        by_department: dict[str, list[Mail]] = {}
        for mail in once.values():
            by_department.setdefault(mail.department, []).append(mail)
        return by_department


class Player:
    """Plays acts one after the other; names of posts live across acts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ids: dict[str, str] = {}

    def play(self, act: Act) -> Played:
        """Play the act to its end. Raises FunctionError when a function raised."""
        played = Played(act)
        for happening in act.happenings:
            self._stage.reach(happening.at)
            if isinstance(happening, Said):
                self._say(happening)
                played.posts += "deletes" not in happening.marks
            else:
                self._fire(happening)
                played.polls += happening.schedule is Fires.POLL
                played.mails += self._stage.mailboxes.collect()
        return played

    def _fire(self, fired: Fired) -> None:
        self._stage.schedules[fired.schedule].fire(fired.at)
        self._stage.pump.step(flush=True)

    def _say(self, said: Said) -> None:
        marks = said.marks
        control = self._stage.control
        if "deletes" in marks:
            control.delete(self._ids[marks["deletes"]])
        elif "edits" in marks:
            self._ids[marks["edits"]] = control.edit(self._ids[marks["edits"]], said.text)
        elif "retweets" in marks:
            control.retweet(self._ids[marks["retweets"]], [said.author])
        else:
            post_id = control.post(said.author, said.text, created_at=said.at.isoformat(), **self._more(marks))
            self._ids[marks.get("name", post_id)] = post_id

    def _more(self, marks: Any) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if "to" in marks:
            more["in_reply_to"] = self._ids[marks["to"]]
        if "quotes" in marks:
            more["quotes"] = self._ids[marks["quotes"]]
        if "photos" in marks:
            more["media"] = [{"type": "photo"}] * int(marks["photos"])
        if "late" in marks:
            more["late_seconds"] = 60 * int(marks["late"])
        return more
