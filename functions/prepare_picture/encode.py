"""Encoding a picture anew: what leaves has only pixels of what came in.

What a file claims to be does not count. It is decoded by its content, as JPEG, PNG or WebP and nothing else, and its
pixels are encoded again: turned as its camera held it, in sRGB, and without any metadata. So no place, no serial
number and nothing that is hidden behind the picture reaches X.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from desk.pictures.model import MOST_BYTES, PictureReason

MOST_PIXELS = 25_000_000
"""More are not decoded. Phones make pictures of 12 to 24 million; each takes up to four bytes of memory."""

LONGEST_SIDE = 4_096
"""Pixels of the longer side, as large as X shows a picture."""

MOST_WEBP_PIXELS = LONGEST_SIDE**2
"""The decoder of WebP needs four times the memory of the others."""

_FORMATS = tuple(
    plugin.format
    for plugin in (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile, WebPImagePlugin.WebPImageFile)
)
_JPEG, _PNG = "image/jpeg", "image/png"
_QUALITIES = (90, 80, 65)
_FAST, _THOROUGH, _LARGE = 1, 6, 6_000_000
"""How thoroughly a PNG is compressed: large ones would take seconds."""
_SHRINK = 0.7
_WHITE = (255, 255, 255)
_ORIENTATION = 0x0112
_TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture upright, by the orientation in its EXIF data."""
_GREY_STEPS: Mapping[str, int] = {"L;2": 85, "L;4": 17}
"""How far apart the shades of a PNG with two or four bits are once they have eight."""
_GAMMA_OF_SRGB, _NEARLY = 1 / 2.2, 0.05
"""A picture whose gamma is as near as this to that of sRGB means sRGB."""

Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit warns; ours refuses, before anything is decoded


class NotUsable(Exception):
    """The file can't become a picture of a post."""

    def __init__(self, reason: PictureReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Encoded(NamedTuple):
    """A picture that was encoded anew, at most MOST_BYTES."""

    content: bytes
    content_type: str
    width: int
    height: int


def encode(content: bytes) -> Encoded:
    """The picture in these bytes, encoded anew; of an animation, its first picture. Raises NotUsable.

    It stays a PNG if it was one of this size or has transparent parts. Otherwise, and if the PNG would have more bytes
    than X takes, it becomes a JPEG.
    """
    with _refusing_damage():
        image = Image.open(BytesIO(content), formats=_FORMATS)
        most = MOST_WEBP_PIXELS if image.format == "WEBP" else MOST_PIXELS
        if image.width * image.height > most:
            raise NotUsable(PictureReason.TOO_LARGE, f"{image.width} × {image.height}")
        keeps_png = image.format == "PNG" and max(image.size) <= LONGEST_SIDE
        upright = _upright(image)
    is_opaque = upright.mode == "RGB"
    if keeps_png or not is_opaque:
        encoded = _as_png(upright)
        if len(encoded.content) <= MOST_BYTES:
            return encoded
    return _as_jpeg(upright if is_opaque else _on_white(upright))


@contextmanager
def _refusing_damage() -> Iterator[None]:
    """Pillow's decoders raise many kinds of errors for files that are damaged, or made to do harm."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except (NotUsable, MemoryError):
        raise
    except Exception as exc:
        raise NotUsable(PictureReason.NOT_A_PICTURE, type(exc).__name__) from exc


def _upright(image: ImageFile.ImageFile) -> Image.Image:
    """The pixels in RGB or, with transparent parts, RGBA: no larger than X shows them, and turned upright."""
    size = _fitting(image.size)
    image.draft(None, size)  # a JPEG can be decoded at a half or a quarter of its size
    transparent, gamma = _transparent_value(image), _gamma(image)
    image.load()
    turn = _TURNS.get(_orientation(image))
    if transparent is not None:
        image.info["transparency"] = transparent
    plain = _in_srgb(image, image.info.get("icc_profile"), gamma)
    if plain.size != size:
        plain = plain.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if turn is not None:
        plain = plain.transpose(turn)
    plain.info.clear()  # Pillow would write comments and profiles that it finds there
    return plain


def _orientation(image: Image.Image) -> int:
    """The orientation in the EXIF data alone: Pillow's `getexif` also believes XMP, which browsers and X ignore."""
    with suppress(Exception):  # unreadable EXIF data turn nothing
        exif = Image.Exif()
        exif.load(image.info["exif"])
        return int(exif.get(_ORIENTATION, 1))
    return 1


def _transparent_value(image: ImageFile.ImageFile) -> int | tuple[int, ...] | None:
    """The value of a PNG that stands for transparent, in eight bits; None if it is not one value, or is so already.

    Pillow gives it in the bits of the file, while it decodes pixels to eight.
    """
    value, bits = image.info.get("transparency"), image.tile[0].args if image.tile else None
    if isinstance(value, int) and isinstance(bits, str) and bits in _GREY_STEPS:
        step = _GREY_STEPS[bits]
        return value % (255 // step + 1) * step
    if isinstance(value, int) and image.mode.startswith("I;16"):
        return value >> 8
    if isinstance(value, tuple) and bits == "RGB;16B":
        return tuple(part >> 8 for part in value)
    return None


def _gamma(image: Image.Image) -> float | None:
    """The exponent with which a PNG is encoded, if it differs from that of sRGB and nothing better is stated."""
    gamma = image.info.get("gamma")
    if not gamma or "srgb" in image.info or abs(gamma / _GAMMA_OF_SRGB - 1) < _NEARLY:
        return None
    return float(gamma)


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    longest = max(size)
    if longest <= LONGEST_SIDE:
        return size
    width, height = (max(1, round(side * LONGEST_SIDE / longest)) for side in size)
    return width, height


def _in_srgb(image: Image.Image, profile: bytes | None, gamma: float | None) -> Image.Image:
    """RGB or RGBA in sRGB. A profile that can't be used is ignored, as browsers do."""
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            return _by_profile(image, profile)
    return _in_rgb(image) if gamma is None else _by_gamma(_in_rgb(image), gamma)


def _by_gamma(plain: Image.Image, gamma: float) -> Image.Image:
    """The pixels in sRGB, whose values are light to the power of `gamma`."""
    shades = [_srgb((shade / 255) ** (1 / gamma)) for shade in range(256)]
    return plain.point(shades * 3 + list(range(256)) * (len(plain.mode) - 3))


def _srgb(light: float) -> int:
    """The value of sRGB for this share of full light (IEC 61966-2-1)."""
    linear_up_to = 0.0031308
    return round(255 * (12.92 * light if light <= linear_up_to else 1.055 * light ** (1 / 2.4) - 0.055))


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    source, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
    if "sRGB" in ImageCms.getProfileDescription(source):
        return _in_rgb(image)
    if image.mode in {"CMYK", "L"}:
        converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
        return converted or _in_rgb(image)
    plain = _in_rgb(image)
    ImageCms.profileToProfile(plain, source, srgb, inPlace=True)
    return plain


def _in_rgb(image: Image.Image) -> Image.Image:
    is_transparent = image.has_transparency_data
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    wanted = "RGBA" if is_transparent else "RGB"
    converted = image if image.mode == wanted else image.convert(wanted)
    is_opaque = wanted == "RGBA" and converted.getchannel("A").getextrema() == (255, 255)
    return converted.convert("RGB") if is_opaque else converted


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGB", image.size, _WHITE)
    white.paste(image, mask=image.getchannel("A"))
    return white


def _as_png(image: Image.Image) -> Encoded:
    written = BytesIO()
    image.save(written, "PNG", compress_level=_THOROUGH if image.width * image.height < _LARGE else _FAST)
    return Encoded(written.getvalue(), _PNG, *image.size)


def _as_jpeg(image: Image.Image) -> Encoded:
    """With the best quality at which it has few enough bytes; a picture of noise is made smaller."""
    while True:
        for quality in _QUALITIES:
            written = BytesIO()
            image.save(written, "JPEG", quality=quality)
            if written.tell() <= MOST_BYTES:
                return Encoded(written.getvalue(), _JPEG, *image.size)
        width, height = (max(1, round(side * _SHRINK)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BICUBIC)
