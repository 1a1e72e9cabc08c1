"""One entry of a list of cases or mentions, as page, mail and table say it."""

from daily_digest.digest import Digest, ListedCase, ListedMention, MentionList
from daily_digest.spoken import Spoken
from desk.mail.plain import one_line


def case_head(case: ListedCase, digest: Digest, spoken: Spoken) -> str:
    """With whom the case is, what it is, by when an answer is due and whether that is over, and its number."""
    late = spoken.say("entry.late") if case.due_at < digest.made_at else ""
    due = spoken.say("entry.due", time=spoken.moment(case.due_at), late=late)
    number = spoken.say("misread.case", case=case.id)
    return spoken.say("entry.case", about=_about(case.department, case.kind, spoken), due=due, number=number)


def mention_head(mention: ListedMention, spoken: Spoken) -> str:
    """What the mention is and whose, and when it was written."""
    urgent = spoken.say("urgency.high") if mention.urgent else ""
    about = _about(mention.department, mention.kind, spoken)
    return spoken.say("entry.mention", urgent=urgent, about=about, time=spoken.moment(mention.created_at))


def mentions_note(mentions: MentionList, spoken: Spoken) -> str:
    """How many mentions there are, in which order they stand, and which are left out."""
    counts = {"mentions.count": mentions.total, "mentions.above": mentions.above, "mentions.junk": mentions.junk}
    return " ".join(spoken.say(key, count=spoken.number(count)) for key, count in counts.items() if count)


def words_of(entry: ListedCase | ListedMention, spoken: Spoken) -> str:
    """What the person wrote, in one line; why there is nothing to read where there is not."""
    if entry.text is None:
        return spoken.say("feedback.gone")
    return one_line(entry.text) or spoken.say("mail.entry_empty")


def _about(department: str | None, kind: str | None, spoken: Spoken) -> str:
    named = spoken.known(f"kind.{kind}", kind) if kind else spoken.say("balance.waiting")
    return f"{spoken.department(department)}, {named}" if department else named
