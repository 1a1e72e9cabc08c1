"""The port XCredentialSource in memory."""

from typing import TYPE_CHECKING

from desk.ports.credentials import XCredentials

if TYPE_CHECKING:
    from desk.errors import DeskError


def credentials(generation: int = 1) -> XCredentials:
    """Credentials whose every part can be told apart, and from those of another generation."""
    return XCredentials(
        api_key=f"api-key-{generation}",
        api_secret=f"api-secret-{generation}",
        access_token=f"access-token-{generation}",
        access_token_secret=f"access-token-secret-{generation}",
        bearer_token=f"bearer-token-{generation}",
    )


class FakeCredentials:
    """Holds `known` until it is asked to read anew, then has `stored`. While `unreadable`, it holds nothing."""

    def __init__(self, known: XCredentials, stored: XCredentials | None = None) -> None:
        self._known = known
        self.stored = stored or known
        self.renewals = 0
        self.fails_with: DeskError | None = None
        self.unreadable: DeskError | None = None

    def current(self) -> XCredentials:
        if self.unreadable:
            raise self.unreadable
        return self._known

    def renewed(self) -> XCredentials:
        self.renewals += 1
        if self.fails_with:
            raise self.fails_with
        self._known = self.stored
        return self._known
