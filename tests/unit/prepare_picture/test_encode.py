"""Encoding anew: real formats only, upright, in sRGB, without metadata, small enough for X."""

import random
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from desk.pictures.model import MOST_BYTES, PictureReason
from prepare_picture.encode import LONGEST_SIDE, MOST_PIXELS, MOST_WEBP_PIXELS, Encoded, NotUsable, encode
from tests.families import for_each

SECRET = b"Seoul 37.5665 126.9780"
RED, BLUE = (220, 20, 30), (20, 40, 210)


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red with a blue left half."""
    made = Image.new("RGB", (width, height), RED)
    made.paste(BLUE, (0, 0, width // 2, height))
    return made.convert(mode)


def saved(image: Image.Image, format_: str, **how: Any) -> bytes:
    written = BytesIO()
    image.save(written, format_, **how)
    return written.getvalue()


def shown(encoded: Encoded) -> Image.Image:
    image = Image.open(BytesIO(encoded.content))
    assert Image.MIME[str(image.format)] == encoded.content_type
    assert image.size == (encoded.width, encoded.height)
    return image


def near(colour: Any, wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


@pytest.mark.parametrize(
    ("content", "becomes"),
    [
        (saved(picture(), "JPEG"), "image/jpeg"),
        (saved(picture(), "PNG"), "image/png"),
        (saved(picture(), "WEBP", lossless=True), "image/jpeg"),
        (saved(picture().quantize(4), "PNG"), "image/png"),
        (saved(picture(mode="CMYK"), "JPEG"), "image/jpeg"),
    ],
)
def test_a_picture_keeps_its_size_and_colours(content: bytes, becomes: str) -> None:
    encoded = encode(content)

    image = shown(encoded).convert("RGB")
    assert encoded.content_type == becomes
    assert image.size == (60, 40)
    assert near(image.getpixel((10, 20)), BLUE)
    assert near(image.getpixel((50, 20)), RED)


@for_each(
    "orientation, size, blue, red",
    [
        (1, (60, 40), (10, 20), (50, 20)),
        (2, (60, 40), (50, 20), (10, 20)),
        (3, (60, 40), (50, 20), (10, 20)),
        (6, (40, 60), (20, 10), (20, 50)),
        (8, (40, 60), (20, 50), (20, 10)),
        (99, (60, 40), (10, 20), (50, 20)),
    ],
)
@for_each("format_", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright(
    orientation: int, size: tuple[int, int], blue: tuple[int, int], red: tuple[int, int], format_: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    image = shown(encode(saved(picture(), format_, exif=exif))).convert("RGB")

    assert image.size == size
    assert near(image.getpixel(blue), BLUE, 40)
    assert near(image.getpixel(red), RED, 40)
    assert image.getexif().get(0x0112) is None


XMP_ON_ITS_SIDE = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_an_orientation_that_only_xmp_states_turns_nothing(format_: str) -> None:
    how: dict[str, Any] = {"xmp": XMP_ON_ITS_SIDE.encode()}
    if format_ == "PNG":
        how = {"pnginfo": PngImagePlugin.PngInfo()}
        how["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP_ON_ITS_SIDE)
    content = saved(picture(), format_, **how)
    assert Image.open(BytesIO(content)).getexif()[0x0112] == 6  # Pillow believes it

    assert shown(encode(content)).size == (60, 40)


def drawn_png(bits: int, colour_type: int, row: bytes, **chunks: bytes) -> bytes:
    """A PNG with one row of pixels, with these chunks before them."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    channels = {0: 1, 2: 3, 3: 1, 6: 4}[colour_type]
    head = (len(row) * 8 // bits // channels).to_bytes(4) + (1).to_bytes(4) + bytes([bits, colour_type, 0, 0, 0])
    written = [chunk(name.encode(), data) for name, data in chunks.items()]
    parts = [chunk(b"IHDR", head), *written, chunk(b"IDAT", zlib.compress(b"\0" + row)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def pixels(content: bytes) -> list[Any]:
    """Red, green, blue and alpha of each pixel of the first row, once encoded."""
    image = shown(encode(content)).convert("RGBA")
    return [image.getpixel((x, 0)) for x in range(image.width)]


@pytest.mark.parametrize(
    ("bits", "row", "shades"),
    [
        (1, bytes([0b01010101]), [0, 255] * 4),
        (2, bytes([0b00011011]), [0, 85, 170, 255]),
        (4, bytes([0x05, 0xAF]), [0, 85, 170, 255]),
        (8, bytes([0, 85, 170, 255]), [0, 85, 170, 255]),
        (16, bytes([0, 0, 85, 85, 170, 170, 255, 255]), [0, 85, 170, 255]),
    ],
)
def test_the_grey_that_stands_for_transparent_is_so_in_every_depth(bits: int, row: bytes, shades: list[int]) -> None:
    most = 2**bits - 1
    for transparent in sorted(set(shades)):
        value = (transparent * most // 255).to_bytes(2)

        shown_as = pixels(drawn_png(bits, 0, row, tRNS=value))

        assert shown_as == [(*[shade] * 3, 0 if shade == transparent else 255) for shade in shades]


def test_the_colour_that_stands_for_transparent_is_so_in_sixteen_bits() -> None:
    two = bytes([128, 0, 0, 0, 255, 255]), bytes([1, 1, 2, 2, 3, 3])

    assert pixels(drawn_png(16, 2, b"".join(two), tRNS=two[0])) == [(128, 0, 255, 0), (1, 2, 3, 255)]


def gamma(value: float) -> bytes:
    return round(value * 100_000).to_bytes(4)


GREYS = bytes([64] * 3 + [128] * 3)


@pytest.mark.parametrize(
    ("chunks", "shades"),
    [
        ({"gAMA": gamma(1)}, (137, 188)),  # light itself
        ({"gAMA": gamma(1 / 1.8)}, (81, 146)),  # of old Macs
        ({"gAMA": gamma(0.35)}, (38, 104)),
        ({"gAMA": gamma(0.45455)}, (64, 128)),  # what nearly all files say
        ({"gAMA": gamma(0.45)}, (64, 128)),
        ({"gAMA": gamma(0)}, (64, 128)),
        ({"sRGB": b"\0", "gAMA": gamma(1)}, (64, 128)),
        ({}, (64, 128)),
    ],
)
def test_the_gamma_of_a_png_is_that_of_srgb_afterwards(chunks: dict[str, bytes], shades: tuple[int, int]) -> None:
    assert pixels(drawn_png(8, 2, GREYS, **chunks)) == [(*[shade] * 3, 255) for shade in shades]


def test_gamma_changes_colours_of_every_kind_and_no_transparency() -> None:
    palette = {"PLTE": bytes([64] * 3 + [128] * 3), "tRNS": bytes([255, 90])}

    assert pixels(drawn_png(8, 6, bytes([64, 64, 64, 90]), gAMA=gamma(1))) == [(137, 137, 137, 90)]
    assert pixels(drawn_png(8, 0, bytes([64]), gAMA=gamma(1))) == [(137, 137, 137, 255)]
    assert pixels(drawn_png(8, 3, bytes([0, 1]), gAMA=gamma(1), **palette)) == [
        (137, 137, 137, 255),
        (188, 188, 188, 90),
    ]


def test_a_profile_counts_and_gamma_does_not() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    profile = drawn_png(8, 2, GREYS, iCCP=b"x\0\0" + zlib.compress(srgb), gAMA=gamma(1))

    assert pixels(profile) == [(64, 64, 64, 255), (128, 128, 128, 255)]


def with_metadata(format_: str, mode: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    how: dict[str, Any] = {
        "exif": exif,
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    if format_ == "PNG":
        how["pnginfo"] = PngImagePlugin.PngInfo()
        how["pnginfo"].add_text("Comment", SECRET.decode())
    if format_ == "JPEG":
        how |= {"comment": SECRET, "xmp": b"<x:xmpmeta>" + SECRET}
    if format_ == "WEBP":
        how["xmp"] = b"<x:xmpmeta>" + SECRET
    return saved(picture(mode=mode), format_, **how)


@pytest.mark.parametrize(
    ("format_", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")]
)
def test_nothing_but_pixels_is_left(format_: str, mode: str) -> None:
    content = with_metadata(format_, mode) + SECRET  # and something behind the picture's end
    assert content.count(SECRET) >= 2

    encoded = encode(content)

    image = shown(encoded)
    assert SECRET not in encoded.content
    assert b"Exif" not in encoded.content
    assert not image.getexif()
    assert not {"comment", "icc_profile", "xmp", "Comment", "exif", "XML:com.adobe.xmp"} & {
        str(key) for key in image.info
    }


def profile_with_red_for_blue() -> bytes:
    """The profile of sRGB, under another name, with the primaries of red and blue exchanged."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    return exchanged.replace("sRGB".encode("utf-16-be"), "rgbS".encode("utf-16-be"))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_of_another_profile_become_those_of_srgb(mode: str) -> None:
    image = picture(mode=mode)
    if mode == "RGBA":
        image.putalpha(200)

    exchanged = shown(encode(saved(image, "PNG", icc_profile=profile_with_red_for_blue())))
    kept = shown(encode(saved(image, "PNG", icc_profile=b"no profile at all")))

    assert (exchanged.mode, kept.mode) == (mode, mode)
    assert near(exchanged.convert("RGB").getpixel((50, 20)), RED[::-1], 20)
    assert near(kept.convert("RGB").getpixel((50, 20)), RED)


def test_transparent_parts_stay_and_an_unused_transparency_goes() -> None:
    glass = picture(mode="RGBA")
    glass.putalpha(Image.linear_gradient("L").resize(glass.size))

    assert shown(encode(saved(glass, "WEBP", lossless=True))).mode == "RGBA"
    assert shown(encode(saved(picture(mode="RGBA"), "PNG"))).mode == "RGB"
    assert encode(saved(picture(mode="RGBA"), "WEBP", lossless=True)).content_type == "image/jpeg"


def test_sixteen_bits_of_grey_become_eight() -> None:
    grey = Image.new("I;16", (8, 8), 0x8000)

    assert near(shown(encode(saved(grey, "PNG"))).convert("RGB").getpixel((4, 4)), (128, 128, 128), 2)


def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]

    for format_ in ("WEBP", "PNG"):
        content = saved(frames[0], format_, save_all=True, append_images=frames[1:], duration=100)
        image = shown(encode(content))
        assert getattr(image, "n_frames", 1) == 1
        assert near(image.convert("RGB").getpixel((10, 10)), RED, 30)


@pytest.mark.parametrize("size", [(LONGEST_SIDE + 1000, 800), (800, LONGEST_SIDE * 2), (1, LONGEST_SIDE * 5)])
def test_a_picture_is_no_larger_than_x_shows_it(size: tuple[int, int]) -> None:
    encoded = encode(saved(Image.new("RGB", size, RED), "JPEG"))

    assert max(encoded.width, encoded.height) == LONGEST_SIDE
    assert abs(encoded.width * size[1] - encoded.height * size[0]) <= max(size)


def test_a_picture_of_noise_is_made_small_enough() -> None:
    noise = Image.frombytes("RGB", (3000, 2000), random.Random(1).randbytes(18_000_000))
    content = saved(noise, "JPEG", quality=40)

    encoded = encode(content)

    assert len(encoded.content) <= MOST_BYTES
    assert shown(encoded).format == "JPEG"


def test_a_transparent_picture_of_noise_gets_a_white_ground() -> None:
    noise = Image.frombytes("RGBA", (1500, 1500), random.Random(1).randbytes(9_000_000))
    noise.paste((0, 0, 0, 0), (0, 0, 50, 50))

    encoded = encode(saved(noise, "PNG"))

    assert (encoded.content_type, len(encoded.content) <= MOST_BYTES) == ("image/jpeg", True)
    assert near(shown(encoded).getpixel((10, 10)), (255, 255, 255))


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"GIF89a" + bytes(100),
        lambda: saved(picture(), "GIF"),
        lambda: saved(picture(), "BMP"),
        lambda: saved(picture(), "TIFF"),
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        lambda: b"%PDF-1.7 " + bytes(1000),
        lambda: b"\xff\xd8\xff\xe0" + bytes(50),
        lambda: saved(picture(400, 400), "JPEG")[:900],
        lambda: saved(picture(400, 400), "PNG")[:200],
        lambda: saved(Image.effect_noise((200, 200), 80), "WEBP")[:600],
        lambda: random.Random(3).randbytes(4_000),
    ],
)
def test_what_is_no_picture_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(NotUsable) as refused:
        encode(make())

    assert refused.value.reason is PictureReason.NOT_A_PICTURE


@for_each("seed", range(60))
def test_a_damaged_picture_is_refused_or_encoded_and_does_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(saved(picture(90, 70, "RGBA" if seed % 3 else "P"), "PNG" if seed % 2 else "WEBP"))
    for _ in range(1 + seed % 12):
        content[chance.randrange(len(content))] = chance.randrange(256)

    with suppress(NotUsable):
        shown(encode(bytes(content))).load()


def png_of(width: int, height: int) -> bytes:
    """A small PNG that claims to have so many pixels."""
    content = bytearray(saved(Image.new("1", (8, 8)), "PNG"))
    content[16:24] = width.to_bytes(4) + height.to_bytes(4)
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4)
    return bytes(content)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(NotUsable) as refused:
        encode(png_of(50_000, 50_000))
    assert (refused.value.reason, refused.value.detail) == (PictureReason.TOO_LARGE, "50000 × 50000")

    with pytest.raises(NotUsable) as refused:
        encode(png_of(MOST_PIXELS // 1000, 1001))
    assert refused.value.reason is PictureReason.TOO_LARGE

    wide = saved(Image.new("RGB", (8_192, MOST_WEBP_PIXELS // 8_192 + 1)), "WEBP", method=0, quality=1)
    with pytest.raises(NotUsable) as refused:
        encode(wide)
    assert refused.value.reason is PictureReason.TOO_LARGE
