"""Why a command on a case was not done: errors with the values that an edge makes a sentence of.

```
CommandRefused
├── InvalidField        a field is to be corrected: its `name`, the `problem`, and the problem's `values`
│   └── ReplyRefused       the reply was saved, but X would not take it: `file` is the case, with the text as its draft
├── ReplyBlocked        the reply policy forbids a reply now: `reason`
├── CheckNotPassed      the pre-send check found what the edge does not accept: `checked`
├── NotPossible         the case, which is in `state`, does not allow it; `problem` says more
│   └── NothingToChange   it is so already: `case`
├── CaseChanged         the case is not at the version that was seen, but at `version`
├── DangerLeftAlone     somebody may be at risk, and it was an action on several cases
├── NotConfirmed        a person has to confirm the reply first: `confirmation`
├── CaseNotOpened       the case is not there for the person who acts: `opened`
└── ReplyNotPosted      the reply of this very request was not posted on X: `reason`
```

`RequestReused` is raised where a request's id came with another content, and `StoreBusy` where it may be sent again.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from desk.checks.model import CheckResult, Finding

if TYPE_CHECKING:
    from desk.cases.model import Case, CaseState
    from desk.cases.store import CaseFile
    from desk.replies.open import OpenedCase
    from desk.replies.policy import BlockReason


class PostPreview(NamedTuple):
    """One post as it would appear on X, with X's count of its length and its price: "0.01"."""

    text: str
    weighted_length: int
    usd: str


class Confirmation(NamedTuple):
    """The one or two posts to confirm, with the total price in dollars: "0.02".

    `is_private`: X adds a button for a private message. `findings` are those of the pre-send check.
    """

    parts: Sequence[PostPreview]
    usd: str
    is_private: bool = False
    findings: Sequence[Finding] = ()


class CommandRefused(Exception):
    """The command was not done."""


class InvalidField(CommandRefused):
    """A field is to be corrected; `problem` is a key below `answer.problem.` in the catalogue."""

    def __init__(self, name: str, problem: str, **values: object) -> None:
        super().__init__(f"{name}: {problem}")
        self.name, self.problem, self.values = name, problem, values


class ReplyRefused(InvalidField):
    """The reply was saved, but the post is not accepted: the case waits again, with the text as its draft."""

    def __init__(self, invalid: InvalidField, file: "CaseFile") -> None:
        super().__init__(invalid.name, invalid.problem, **invalid.values)
        self.file = file


class ReplyBlocked(CommandRefused):
    """The reply policy forbids a reply now."""

    def __init__(self, reason: "BlockReason") -> None:
        super().__init__(reason.value)
        self.reason = reason


class CheckNotPassed(CommandRefused):
    """The pre-send check found something that the person must correct, or override with a reason."""

    def __init__(self, checked: CheckResult) -> None:
        super().__init__("the pre-send check found something")
        self.checked = checked


class NotPossible(CommandRefused):
    """The state of the case does not allow it; `problem` is a key below `answer.problem.` in the catalogue."""

    def __init__(self, state: "CaseState", problem: str = "not_now") -> None:
        super().__init__(f"{problem} in state {state}")
        self.state, self.problem = state, problem


class NothingToChange(NotPossible):
    """The case is already as the command wants it."""

    def __init__(self, case: "Case") -> None:
        super().__init__(case.state)
        self.case = case


class CaseChanged(CommandRefused):
    """Somebody else was faster: the case is not at the version that was seen."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the case is at version {version}")
        self.version = version


class DangerLeftAlone(CommandRefused):
    """Somebody may be at risk: a person opens the case and acts on it by itself."""


class NotConfirmed(CommandRefused):
    """A person has to confirm the reply first, as it would appear."""

    def __init__(self, confirmation: Confirmation) -> None:
        super().__init__("to be confirmed")
        self.confirmation = confirmation


class CaseNotOpened(CommandRefused):
    """The case is not there for the person who acts; `opened` says why."""

    def __init__(self, opened: "OpenedCase") -> None:
        super().__init__(opened.reason)
        self.opened = opened


class ReplyNotPosted(CommandRefused):
    """The reply of this very request was not posted on X. The case waits again, with the text as its draft."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
