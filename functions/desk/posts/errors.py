"""Why a post is not accepted: errors that the caller can correct.

```
PostNotAccepted
├── TextEmpty              no visible character
├── TextTooLong            too long for X; `count` is X's weighted length
├── BadEncoding            U+FFFD is in the place of bytes that are not UTF-8
├── ForbiddenCharacters    control characters, or characters that change the direction of the text that follows
├── TooManyCashtags        X allows one
├── BadLink                X would make no link of it, or only of a part
├── BadHashtag             X would make no hashtag of it
├── TitleDoesNotFit        hashtags and link leave no room for a title
├── QuoteNotAllowed        a link to a post on X, which would become a quote
├── MentionNotAllowed      names accounts that did not mention ours; `handles` lists them
├── BadReplyTarget         not an id of a post on X
├── MomentUnreadable       neither RFC 3339 nor a local time
├── MomentSkipped          a local time that the clock skips
├── MomentAmbiguous        a local time that the clock shows twice
├── TimeInThePast          too late
├── TimeTooFar             too far ahead
├── ExpiresTooEarly        it would expire before it is published
├── NextUpdateTime         the update that it promises is not due after it, or too far ahead
├── NothingToKeep          there is no promise of an update that it can keep or move
├── SameText               a post with the same text within a day; `earlier_id` is its id
└── RequestReused          the idempotency key was used for another request
```
"""

from typing import TYPE_CHECKING, ClassVar

from desk.errors import DeskError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOT_UTF_8 = "has U+FFFD in it, which replaces bytes that are not UTF-8; send it encoded as UTF-8"
"""The message for a field with U+FFFD."""


class PostNotAccepted(DeskError):
    """An error with a message for people and, for programs, `field`, `code` and `values`."""

    code: ClassVar[str] = "not_accepted"

    def __init__(self, field: str, message: str, **values: str | int) -> None:
        super().__init__(message)
        self.field = field
        self.values: Mapping[str, str | int] = values


class TextEmpty(PostNotAccepted):
    """The field has no visible character."""

    code = "text_empty"

    def __init__(self, field: str = "text") -> None:
        super().__init__(field, f"The {field} is empty.")


class TextTooLong(PostNotAccepted):
    """`count` is the weighted length, `limit` is X's."""

    code = "text_too_long"

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(
            "text", f"X counts {count} for the text; at most {limit} are possible.", count=count, limit=limit
        )
        self.count = count


class BadEncoding(PostNotAccepted):
    """The field has U+FFFD in it, which decoders put in the place of bytes that are not UTF-8."""

    code = "bad_encoding"

    def __init__(self, field: str) -> None:
        super().__init__(field, f"The {field} {NOT_UTF_8}.")


class ForbiddenCharacters(PostNotAccepted):
    """`characters` lists them, such as `U+202E`."""

    code = "forbidden_characters"

    def __init__(self, field: str, characters: str) -> None:
        super().__init__(
            field, f"The {field} has characters that nobody sees; remove them: {characters}.", characters=characters
        )


class TooManyCashtags(PostNotAccepted):
    """X allows one."""

    code = "too_many_cashtags"

    def __init__(self, field: str, count: int) -> None:
        super().__init__(field, f"The {field} has {count} cashtags; X allows one.", count=count)


class BadLink(PostNotAccepted):
    """X would make no link of the URL, or only of a part."""

    code = "bad_link"

    def __init__(self, why: str) -> None:
        super().__init__("url", f"The URL {why}.")


class BadHashtag(PostNotAccepted):
    """X would make no hashtag of it, or only of a part."""

    code = "bad_hashtag"

    def __init__(self, hashtag: str) -> None:
        super().__init__("hashtags", f"X makes no hashtag of “{hashtag}”: letters, digits and _ only.", hashtag=hashtag)


class TitleDoesNotFit(PostNotAccepted):
    """Hashtags and link leave no room."""

    code = "title_does_not_fit"

    def __init__(self) -> None:
        super().__init__("hashtags", "Hashtags and link leave no room for the title; send fewer hashtags.")


class QuoteNotAllowed(PostNotAccepted):
    """X turns a link to a post on X into a quote, which self-serve access to its API cannot make."""

    code = "quote_not_allowed"

    def __init__(self, link: str, field: str = "text") -> None:
        super().__init__(
            field,
            f"X would show {link} as a quoted post, which its API does not allow this account; remove the link.",
            link=link,
        )


class MentionNotAllowed(PostNotAccepted):
    """X lets an account mention others by its API only if they mentioned it."""

    code = "mention_not_allowed"

    def __init__(self, handles: "Sequence[str]", field: str = "text") -> None:
        named = ", ".join(f"@{handle}" for handle in handles)
        super().__init__(
            field,
            f"X does not let this account mention {named}, who did not mention it; write the name without @.",
            handles=named,
        )
        self.handles = handles


class NextUpdateTime(PostNotAccepted):
    """The promised update must be due after the post appears, within so many `days`."""

    code = "next_update_time"

    def __init__(self, days: int) -> None:
        super().__init__(
            "next_update_at", f"The next update must be due after the post appears, within {days} days.", days=days
        )


class NothingToKeep(PostNotAccepted):
    """No post of this id promises an update, or it is to be moved without a new time."""

    code = "nothing_to_keep"

    def __init__(self) -> None:
        super().__init__("keeps", "There is no such promise of an update; one that is moved needs a new time.")


class BadReplyTarget(PostNotAccepted):
    """X's ids are up to 19 digits."""

    code = "bad_reply_target"

    def __init__(self) -> None:
        super().__init__("in_reply_to", "A reply names the post it answers by X's id.")


class MomentUnreadable(PostNotAccepted):
    """Neither RFC 3339 nor a local time."""

    code = "moment_unreadable"

    def __init__(self, field: str) -> None:
        super().__init__(field, f"{field} must be a moment such as 2026-11-25T09:00:00+09:00.")


class MomentSkipped(PostNotAccepted):
    """The clock is put forward and skips this time."""

    code = "moment_skipped"

    def __init__(self, field: str, zone: str) -> None:
        super().__init__(
            field,
            f"{field}: the clock in {zone} is put forward and never shows that time; give another, or an offset.",
            zone=zone,
        )


class MomentAmbiguous(PostNotAccepted):
    """The clock is put back and shows this time twice."""

    code = "moment_ambiguous"

    def __init__(self, field: str, zone: str) -> None:
        super().__init__(
            field, f"{field}: the clock in {zone} is put back and shows that time twice; give an offset.", zone=zone
        )


class TimeInThePast(PostNotAccepted):
    """More than a few minutes ago."""

    code = "time_in_the_past"

    def __init__(self) -> None:
        super().__init__("publish_at", "publish_at has passed; leave it out to publish at once.")


class TimeTooFar(PostNotAccepted):
    """More than a year ahead."""

    code = "time_too_far"

    def __init__(self, days: int) -> None:
        super().__init__("publish_at", f"publish_at is more than {days} days ahead.", days=days)


class ExpiresTooEarly(PostNotAccepted):
    """The post would expire before it could be published."""

    code = "expires_too_early"

    def __init__(self) -> None:
        super().__init__("expires_at", "expires_at must be later than publish_at and than now.")


class SameText(PostNotAccepted):
    """Another post has the same text for the same place within a day."""

    code = "same_text"

    def __init__(self, earlier_id: str) -> None:
        super().__init__(
            "text",
            f"The post {earlier_id} has the same text for the same place within 24 hours.",
            earlier_id=earlier_id,
        )
        self.earlier_id = earlier_id


class RequestReused(PostNotAccepted):
    """The idempotency key was used for another request."""

    code = "request_reused"

    def __init__(self) -> None:
        super().__init__("Idempotency-Key", "This key came with another request before; use a new one for each change.")
