"""The port ApiTokens in memory."""

from collections.abc import Sequence

from desk.errors import TokensUnavailable
from post_update.api.auth import ApiToken, TokenRight

CMS = ApiToken("cms", "cms-token-that-nobody-can-guess", frozenset({TokenRight.POST}))
EDITOR = ApiToken("editor", "editor-token-that-nobody-can-guess", frozenset({TokenRight.POST, TokenRight.PAUSE}))
CRM = ApiToken("crm", "crm-token-that-nobody-can-guess", frozenset({TokenRight.READ_CASES, TokenRight.ANSWER_CASES}))


class FakeApiTokens:
    """Holds `known` until it is asked to read anew, then has `stored`; `fails` makes it refuse from then on."""

    def __init__(self, *known: ApiToken) -> None:
        self._known: Sequence[ApiToken] = known
        self.stored: Sequence[ApiToken] = known
        self.refreshes = 0
        self.fails = False

    def current(self) -> Sequence[ApiToken]:
        if self.fails:
            raise TokensUnavailable("scripted")
        return self._known

    def refreshed(self) -> Sequence[ApiToken]:
        self.refreshes += 1
        if self.fails:
            raise TokensUnavailable("scripted")
        self._known = self.stored
        return self._known
