"""Sixty faults, each of which breaks something that the documentation guarantees.

A fault replaces a piece of code, which is there once, by another one. If you change that piece, change the fault with
it, so that it still breaks the same guarantee.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    """A fault: `old` in the file becomes `new`, and at least one of the `tests` must fail."""

    breaks: str
    file: str
    old: str
    new: str
    tests: str


_POLL = "tests/unit/poll_mentions"
_WALK = ("functions/desk/mentions/walk.py", "tests/unit/mentions/test_walk.py")
_GAPS = ("functions/desk/mentions/walk.py", "tests/unit/mentions/test_gaps_below.py")
_FILLER = ("functions/poll_mentions/gaps.py", f"{_POLL}/test_gaps.py {_POLL}/test_proof.py")
_PUBLISH = ("functions/desk/posts/publish.py", "tests/unit/posts/test_publish.py")
_SETTLE = ("functions/desk/posts/settle.py", "tests/unit/posts/test_publish.py tests/unit/posts/test_reconcile.py")
_RECONCILE = ("functions/desk/posts/reconcile.py", "tests/unit/posts/test_reconcile.py")
_SUBMIT = ("functions/desk/posts/submit.py", "tests/unit/posts/test_submit.py")
_POLICY = ("functions/desk/replies/policy.py", "tests/unit/replies/test_policy.py")
_CASE = "functions/desk/cases/transitions.py"
_SPEND = ("functions/desk/x/spend.py", "tests/contract/test_x_spend.py")
_BREAKERS = ("functions/desk/x/breakers.py", "tests/unit/x_client/test_breakers.py")
_READER = ("functions/desk/reader/trained_reader.py", "tests/unit/reader/test_safety_checks.py")
_ADDRESSES = ("functions/desk/fetch/addresses.py", "tests/unit/fetch/test_addresses.py")


def _of(place: tuple[str, str], breaks: str, old: str, new: str) -> Mutant:
    return Mutant(breaks, place[0], old, new, place[1])


NO_MENTION_IS_LOST = (
    _of(_WALK, "the end of X's timeline counts as the whole range", "most >= self._reach else", "most > 9_999 else"),
    _of(
        _WALK,
        "a walk that ran out of time counts as whole",
        "self._may_go_on() else Stop.DEADLINE",
        "self._may_go_on() else Stop.WHOLE",
    ),
    _of(_WALK, "a page that X repeats counts as new", "return is_repeated", "return False"),
    _of(
        _GAPS,
        "what a walk left open is not on record",
        "if walked.is_whole or walked.oldest_id is None:",
        "if walked.is_whole or walked.oldest_id:",
    ),
    _of(
        _GAPS, "what X indexes late is never looked at again", "checkpoint.walked_at - overlap", "checkpoint.walked_at"
    ),
    Mutant(
        "a page without limits is walked to the first floor only",
        "functions/poll_mentions/poll.py",
        "return earlier(self.record.checkpoint.newest_id, polling.overlap)",
        "return self.record.checkpoint.newest_id",
        f"{_POLL}/test_poll.py",
    ),
    Mutant(
        "two polls run at once",
        "functions/desk/mentions/poll_state.py",
        "if seen and seen.until > now and seen.holder != holder:",
        "if False:",
        f"{_POLL}/test_poll.py {_POLL}/test_handler.py tests/contract/test_poll_state.py",
    ),
    Mutant(
        "a run that lost the lease moves the checkpoint",
        "functions/desk/mentions/poll_state.py",
        '"ConditionExpression": "#turn = :turn",',
        '"ConditionExpression": "#turn = :turn OR attribute_exists(#turn)",',
        "tests/contract/test_poll_state.py",
    ),
    _of(
        _FILLER,
        "a gap that nothing proves filled is closed",
        "return replace(gap, source=GapSource.MENTIONS, due_at=self.now + pause)",
        "return replace(gap, state=GapState.FILLED)",
    ),
    _of(
        _FILLER,
        "a range that search no longer reaches is not reported",
        "gap.source is GapSource.SEARCH and int(gap.before_id) <= self._limit_id",
        "False",
    ),
    Mutant(
        "a text on which the reader fails stops those that follow",
        "functions/poll_mentions/enrich.py",
        '_log.exception("mention %s could not be read; it is stored as one that is routed", mention.id)',
        "raise",
        f"{_POLL}/test_enrich.py",
    ),
    Mutant(
        "a mention on which routing fails stops the others",
        "functions/desk/routing/decide.py",
        "            planned.failures[mention.id] = failure_of(exc)\n            continue",
        "            raise",
        "tests/unit/routing/test_decide.py",
    ),
)
NOTHING_IS_PUBLISHED_TWICE = (
    _of(
        _PUBLISH,
        "a post is sent without a claim",
        "            mine = self._store.save(claim, post, unless_paused=not post.through_pause)",
        "            mine = claim",
    ),
    _of(
        _PUBLISH,
        "a call may outlast its lease",
        "if now + X_WHOLE > mine.at or is_too_late(mine, now):",
        "if is_too_late(mine, now):",
    ),
    _of(
        _PUBLISH,
        "a pause does not hold a post that is due",
        "unless_paused=not post.through_pause",
        "unless_paused=False",
    ),
    _of(_PUBLISH, "other posts do not wait for one in doubt", "if report.unconfirmed - {post.id}:", "if False:"),
    _of(
        _SETTLE,
        "a lost answer lets the post be sent again",
        "return to_reconcile(post, at=now + _FIRST_RECONCILIATION, reason=PostReason.ANSWER_LOST, detail=message)",
        "return waiting(post, before, until=now, reason=PostReason.NOT_REACHED, detail=message)",
    ),
    _of(
        _SETTLE,
        "a duplicate after an attempt counts as refused",
        "reason = PostReason.DUPLICATE if before.claimed_at is None else PostReason.ANSWER_LOST",
        "reason = PostReason.DUPLICATE",
    ),
    _of(
        _RECONCILE,
        "a post that is on X is not recognised",
        "int(one.id) >= int(since_id) and is_same(post, one)",
        "int(one.id) < int(since_id) and is_same(post, one)",
    ),
    _of(
        _RECONCILE,
        "a post that was not found is refused, not in doubt",
        "if post.reason is PostReason.DUPLICATE:",
        "if True:",
    ),
    _of(
        _RECONCILE,
        "two runs reconcile one post",
        "            mine = self._store.save(claim, post)\n",
        "            mine = claim\n",
    ),
    _of(
        _SUBMIT,
        "the same text goes out twice within a day",
        "abs(holder.publish_at - post.publish_at) < SAME_TEXT_APART",
        "False",
    ),
    _of(_SUBMIT, "two days share no key of a text", "for each in (day, day + 1)]", "for each in (day,)]"),
    _of(
        _SUBMIT,
        "two callers share their keys of requests",
        'return f"request#{_digest(by, key)}"',
        'return f"request#{_digest(key)}"',
    ),
)
REPLIES_KEEP_TO_THE_POLICY = (
    _of(_POLICY, "a case that a person closed gets a reply", "facts.case.state is CaseState.CLOSED", "False"),
    _of(_POLICY, "a second reply overtakes one that is on its way", "facts.case.state is CaseState.QUEUED", "False"),
    _of(
        _POLICY,
        "a reply reaches another conversation",
        "    return (post.author_id, conversation_of(post)) != (facts.case.author_id, facts.case.conversation_id)",
        "    return False",
    ),
    _of(
        _POLICY,
        "a post that did not mention the brand gets a reply",
        "    if facts.mention.source is Source.LISTENING:\n        return True\n",
        "",
    ),
    _of(
        _POLICY,
        "who asked for no replies gets an automatic one",
        "(facts.automatic or facts.mention.post.created_at <= since)",
        "facts.mention.post.created_at <= since",
    ),
    _of(
        _POLICY,
        "who may be in danger gets an automatic reply",
        "return is_at_risk and (facts.automatic or not facts.is_named)",
        "return False",
    ),
    _of(
        _POLICY,
        "only what was read as danger is left to a person",
        "facts.case.safety is not None or",
        "facts.case.safety == 'danger' or",
    ),
    _of(
        _POLICY,
        "a case is acknowledged twice",
        "return facts.automatic and (facts.acknowledged or facts.case.state in _REPLIED)",
        "return False",
    ),
    _of(_POLICY, "a pause does not hold a reply", "lambda facts: facts.paused", "lambda facts: False"),
    Mutant(
        "a case in trial is acknowledged",
        "functions/chase_cases/acknowledge.py",
        "if case.awaits_release or brand.in_trial(case.department):",
        "if False:",
        "tests/unit/trial/test_nothing_leaves.py",
    ),
    Mutant(
        "a case on which a person acted is acknowledged",
        "functions/chase_cases/acknowledge.py",
        "any(event.by for event in file.events)",
        "False",
        "tests/unit/chase_cases/test_acknowledge.py",
    ),
)
DANGER_COMES_FIRST = (
    Mutant(
        "mails about danger are bundled",
        "functions/desk/notifications/model.py",
        "return [*([one] for one in notifications if one.safety_note), *([others] if others else [])]",
        "return [list(notifications)] if notifications else []",
        "tests/unit/notifications/test_danger_mail.py tests/unit/routing/test_danger.py",
    ),
    Mutant(
        "the budget of mails holds back danger",
        "functions/desk/notifications/mail_budget.py",
        "count=None, a_second=DANGER_A_SECOND",
        "count=self._count, a_second=1",
        "tests/contract/test_notification_stores.py",
    ),
    _of(
        _READER,
        "who may be in danger is read as chat",
        "return self._is_at_risk(text, features) or self._words.by_signs(text)",
        "return self._words.by_signs(text)",
    ),
    Mutant(
        "self-harm is left to the heads",
        "functions/desk/reader/trained_reader.py",
        "return Safety.DANGER if is_self_harm else",
        "return",
        "tests/unit/reader/test_danger.py tests/unit/reader/test_self_harm.py",
    ),
    Mutant(
        "a heard post in danger opens no case",
        "functions/desk/routing/decide.py",
        "    if reading.safety:\n",
        "    if False:\n",
        "tests/unit/routing/test_heard.py tests/unit/routing/test_decide.py",
    ),
    Mutant(
        "a calmer mention takes danger away",
        _CASE,
        "after = case._replace(safety=stronger(case.open_safety, reading.safety))",
        "after = case._replace(safety=reading.safety)",
        "tests/unit/routing/test_safety_checks.py",
    ),
    Mutant(
        "a promise for a calmer matter holds in danger",
        _CASE,
        "return waits._replace(holder=None, promised_until=None, alarmed_at=mention.received_at)",
        "return waits",
        "tests/unit/routing tests/unit/cases/test_transitions.py",
    ),
    Mutant(
        "what nobody opened is never reported",
        "functions/desk/cases/sla.py",
        "return is_to_check and since is not None and since + UNSEEN_FOR <= now",
        "return False",
        "tests/unit/chase_cases/test_safety_checks.py",
    ),
    Mutant(
        "a case in danger is put off",
        "functions/desk/replies/decide.py",
        "and case.safety is None and",
        "and",
        "tests/unit/replies/test_operator_actions.py",
    ),
)
CASES_KEEP_THEIR_DEADLINES = (
    Mutant(
        "an urgent case waits for working hours",
        "functions/desk/cases/sla.py",
        "return case.urgency is Urgency.HIGH or not brand.hours.days",
        "return not brand.hours.days",
        "tests/unit/cases/test_sla.py",
    ),
    Mutant(
        "a promise shortens the due time",
        "functions/desk/cases/sla.py",
        "return max(case.due_at, case.promised_until or case.due_at)",
        "return case.promised_until or case.due_at",
        "tests/unit/cases/test_sla.py",
    ),
    Mutant(
        "a holiday counts as a working day",
        "functions/desk/working_time.py",
        "hours is None or day in brand.hours.holidays",
        "hours is None",
        "tests/unit/test_working_time.py",
    ),
    Mutant(
        "a holding reply ends the wait",
        _CASE,
        "ReplyAs.HOLDING: CaseState.PROMISED,",
        "ReplyAs.HOLDING: CaseState.ANSWERED,",
        "tests/unit/cases/test_transitions.py",
    ),
    Mutant(
        "an answered case does not open again",
        _CASE,
        "    if case.state not in WAITING:\n        return doubted(_reopened(",
        "    if False:\n        return doubted(_reopened(",
        "tests/unit/routing/test_decide.py",
    ),
    Mutant(
        "a more urgent mention keeps the later deadline",
        _CASE,
        "due_at=min(due, case.due_at),",
        "due_at=max(due, case.due_at),",
        "tests/unit/cases/test_transitions.py tests/unit/routing/test_decide.py",
    ),
    Mutant(
        "a text that was not posted is lost",
        _CASE,
        "state=CaseState.DRAFTED if case.draft else _state_without_draft(case),",
        "state=CaseState.OPEN,",
        "tests/unit/cases/test_transitions.py tests/unit/replies/test_outcome.py",
    ),
)
MONEY_AND_SECRETS_ARE_SAFE = (
    _of(
        _SPEND,
        "a call that does not fit into the budget is made",
        'conditions += [f"{_ATTRIBUTES[limit]} <= :{limit}" for limit in limits]',
        "limits = {}",
    ),
    _of(
        _SPEND,
        "a reservation that is settled twice is counted twice",
        '"#reserved = :before",',
        '"attribute_exists(calls)",',
    ),
    _of(_BREAKERS, "a breaker that is open lets calls pass", "if breaker and now < breaker.retry_at:", "if False:"),
    _of(_ADDRESSES, "an address with a password is fetched", 'if "@" in parts.netloc:', "if False:"),
    _of(
        _ADDRESSES,
        "an IPv6 address hides a private IPv4 address",
        "        if ip.ipv4_mapped is not None:\n            return is_public(str(ip.ipv4_mapped))\n",
        "",
    ),
    Mutant(
        "a private number stays readable",
        "functions/desk/private_numbers.py",
        "_SHOWN = 2\n",
        "_SHOWN = 6\n",
        "tests/unit/test_private_numbers.py",
    ),
    Mutant(
        "an erased author's words are stored as a parent",
        "functions/desk/mentions/store.py",
        "items = [without_quoted(item, erased.ids) for item in items if",
        "items = [item for item in items if",
        "tests/contract/test_mentions.py",
    ),
    Mutant(
        "an erased handle stays in a table of a report",
        "functions/desk/reports/redaction.py",
        "cell.lower() in marks.handles or marks.are_in(cell)",
        "marks.are_in(cell)",
        "tests/unit/reports",
    ),
    Mutant(
        "words are removed from a case that goes on",
        "functions/desk/retention/store.py",
        "and not any(_is_since(until, item) for item in happened)",
        "",
        "tests/contract/test_retention.py tests/contract/test_unit_of_work.py",
    ),
)
MUTANTS = (
    *NO_MENTION_IS_LOST,
    *NOTHING_IS_PUBLISHED_TWICE,
    *REPLIES_KEEP_TO_THE_POLICY,
    *DANGER_COMES_FIRST,
    *CASES_KEEP_THEIR_DEADLINES,
    *MONEY_AND_SECRETS_ARE_SAFE,
)
