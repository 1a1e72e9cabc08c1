"""Preparing the largest pictures that may be uploaded: processor time, and memory at its peak.

Each picture has as many pixels as its format may have and is as close to 5 MB as the format allows, so that decoding
and encoding take as long as they can. Each is prepared in a process of its own, with the clients of AWS that the
function has. `python -m benchmarks.pictures` prints the figures.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from math import isqrt
from pathlib import Path
from typing import Any

from PIL import Image

from desk.pictures.model import MOST_BYTES
from prepare_picture.encode import MOST_PIXELS, MOST_WEBP_PIXELS

type Save = Callable[[Image.Image, BytesIO], None]

_ROTATED = 6
_MEASURED = """
import json, re, sys, time
import boto3
for service in ("dynamodb", "s3"):
    boto3.client(service, region_name="ap-northeast-2")
before = time.process_time()
from prepare_picture.encode import encode
made = encode(open(sys.argv[1], "rb").read())
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(json.dumps({
    "cpu_s": round(time.process_time() - before, 2),
    "peak_mb": round(int(peak) / 1024),
    "becomes": f"{made.content_type} {made.width} × {made.height}, {len(made.content) / 1e6:.1f} MB",
}))
"""


def measure() -> dict[str, Any]:
    """The figures of each picture."""
    return {name: prepared(make()) for name, make in largest_pictures().items()}


def largest_pictures() -> Mapping[str, Callable[[], bytes]]:
    """What makes the largest picture of each kind, with its name."""

    def jpeg(image: Image.Image, to: BytesIO) -> None:
        exif = Image.Exif()
        exif[0x0112] = _ROTATED
        image.save(to, "JPEG", quality=85, exif=exif)

    def png(image: Image.Image, to: BytesIO) -> None:
        image.save(to, "PNG", compress_level=4)

    def webp(image: Image.Image, to: BytesIO) -> None:
        image.save(to, "WEBP", quality=80, method=0)

    smooth, blocks = Image.Resampling.BICUBIC, Image.Resampling.NEAREST
    return {
        "JPEG, turned": partial(_largest, "RGB", MOST_PIXELS, jpeg, smooth, (12, 14, 16, 20)),
        "PNG": partial(_largest, "RGB", MOST_PIXELS, png, blocks, (4, 5, 6, 8)),
        "PNG, transparent": partial(_largest, "RGBA", MOST_PIXELS, png, blocks, (4, 5, 6, 8)),
        "WebP": partial(_largest, "RGB", MOST_WEBP_PIXELS, webp, smooth, (8, 10, 12, 16)),
        "WebP, transparent": partial(_largest, "RGBA", MOST_WEBP_PIXELS, webp, blocks, (16, 24, 32, 64)),
    }


def _largest(mode: str, pixels: int, save: Save, scaled: Image.Resampling, steps: Sequence[int]) -> bytes:
    """A picture of this many pixels with as many bytes as it may have.

    It has random colours, so many pixels apart as the first of these `steps` that makes it small enough.
    """
    height = isqrt(pixels * 3 // 4)
    width = pixels // height
    for step in steps:
        small = width // step + 1, height // step + 1
        colours = random.Random(step).randbytes(small[0] * small[1] * len(mode))  # noqa: S311 - a picture, no secret
        written = BytesIO()
        save(Image.frombytes(mode, small, colours).resize((width, height), scaled), written)
        if written.tell() <= MOST_BYTES:
            return written.getvalue()
    raise ValueError(f"no {mode} picture of {pixels} pixels has at most {MOST_BYTES} bytes")


def prepared(picture: bytes) -> dict[str, Any]:
    """The figures of this picture, prepared in a process of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "functions"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture")
        path.write_bytes(picture)
        command = [sys.executable, "-c", _MEASURED, str(path)]
        ran = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return {"mb": round(len(picture) / 1e6, 2), **found}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=2, ensure_ascii=False) + "\n")
