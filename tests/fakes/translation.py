"""A translator in memory."""

from dataclasses import dataclass, field

from desk.translation.translate import NotTranslated


@dataclass
class FakeTranslator:
    """Implements Translator: says which text it was given, or fails with `error`."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    error: NotTranslated | None = None

    def translate(self, text: str, source: str, target: str) -> str:
        self.asked.append((text, source, target))
        if self.error:
            raise self.error
        return f"{source}에서 옮긴 글: {text}"
