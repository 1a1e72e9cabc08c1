"""Pictures of the local X: what was uploaded, and drawings in the place of profile pictures and other media."""

from html import escape
from re import compile as pattern
from zlib import crc32

from local.x.http import Answer
from local.x.state import World
from local.x.uploads import Upload

_PROFILE = pattern(r"/profile_images/(?P<id>\d{1,19})_normal\.jpg")
_MEDIUM = pattern(r"/media/(?P<key>\d{1,2}_\d{1,19})\.jpg")
_WIDTH, _HEIGHT, _SIDE = 1200, 900, 48


def picture(world: World, path: str) -> Answer | None:
    """The picture at this path; None for any other path, and for a person or post that does not exist."""
    if found := _PROFILE.fullmatch(path):
        user = world.users.get(found["id"])
        return _drawing(_SIDE, _SIDE, user.name[:1], user.id) if user else None
    if found := _MEDIUM.fullmatch(path):
        if upload := world.uploads.get(found["key"].partition("_")[2]):
            return _uploaded(upload)
        shown = (medium for post in world.posts.values() if world.is_shown(post) for medium in post.media)
        medium = next((one for one in shown if one.media_key == found["key"]), None)
        return _drawing(_WIDTH, _HEIGHT, medium.alt_text or medium.type, medium.media_key) if medium else None
    return None


_SAFE = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


def _uploaded(upload: Upload) -> Answer:
    return Answer(upload.content, 200, _SAFE, content_type=upload.content_type)


def _drawing(width: int, height: int, words: str, seed: str) -> Answer:
    """The words on a colour that goes with the seed."""
    hue, size = crc32(seed.encode()) % 360, height // (2 if width == height else 12)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="100%" height="100%" fill="hsl({hue} 45% 40%)"/>'
        f'<text x="50%" y="50%" fill="#fff" font-family="sans-serif" font-size="{size}" text-anchor="middle"'
        f' dominant-baseline="central">{escape(words[:40])}</text></svg>'
    )
    headers = {"Cache-Control": "public, max-age=3600", **_SAFE}
    return Answer(drawn.encode("utf-8", "replace"), 200, headers, content_type="image/svg+xml")
