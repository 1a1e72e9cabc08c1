"""Documents of the web, and what links answer, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from desk.fetch.model import Fetched, FetchFailed, FetchReason, Limits, LinkAnswer


@dataclass
class FakeFetcher:
    """Implements Fetcher: `pages` are answers, or why there is none, by address; `asked` is what was asked for."""

    pages: dict[str, Fetched | FetchReason] = field(default_factory=dict)
    asked: list[tuple[str, Limits, Mapping[str, str]]] = field(default_factory=list)

    def get(self, url: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Fetched:
        self.asked.append((url, limits, headers or {}))
        found = self.pages.get(url, FetchReason.NOT_FOUND)
        if isinstance(found, FetchReason):
            raise FetchFailed(found)
        if len(found.body) > limits.most_bytes:
            if not limits.truncates:
                raise FetchFailed(FetchReason.TOO_LARGE)
            return found._replace(body=found.body[: limits.most_bytes])
        return found


@dataclass
class FakeLinkChecker:
    """Implements LinkChecker: every link answers unless `answers` says otherwise."""

    answers: dict[str, LinkAnswer] = field(default_factory=dict)
    checked: list[str] = field(default_factory=list)

    def check(self, url: str) -> LinkAnswer:
        self.checked.append(url)
        return self.answers.get(url, LinkAnswer(answers=True, detail="200"))
