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
from collections.abc import Callable, Mapping
from io import BytesIO
from math import isqrt
from pathlib import Path
from typing import Any

from PIL import Image

from desk.pictures.model import MOST_BYTES
from prepare_picture.encode import MOST_PIXELS, MOST_WEBP_PIXELS

type Save = Callable[[Image.Image, BytesIO], None]

_ROTATED = 6
_STEPS = (8, 12, 16, 32, 128, 720, 4_000)
"""Pixels between two random colours: the smaller, the more bytes."""

_MEASURED = """
import json, resource, sys, time
import boto3
for service in ("dynamodb", "s3"):
    boto3.client(service, region_name="ap-northeast-2")
before = time.process_time()
from prepare_picture.encode import encode
made = encode(open(sys.argv[1], "rb").read())
print(json.dumps({
    "cpu_s": round(time.process_time() - before, 2),
    "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    "becomes": f"{made.content_type} {made.width} × {made.height}, {len(made.content) / 1e6:.1f} MB",
}))
"""


def measure() -> dict[str, Any]:
    """The figures of each picture."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: _prepared(picture, Path(folder, "picture")) for name, picture in largest_pictures().items()}


def largest_pictures() -> Mapping[str, bytes]:
    """The largest picture of each kind, with its name."""

    def jpeg(image: Image.Image, to: BytesIO) -> None:
        exif = Image.Exif()
        exif[0x0112] = _ROTATED
        image.save(to, "JPEG", quality=85, exif=exif)

    return {
        "JPEG, turned": _largest("RGB", MOST_PIXELS, jpeg),
        "PNG": _largest("RGB", MOST_PIXELS, lambda image, to: image.save(to, "PNG")),
        "PNG, transparent": _largest("RGBA", MOST_PIXELS, lambda image, to: image.save(to, "PNG")),
        "WebP": _largest("RGB", MOST_WEBP_PIXELS, lambda image, to: image.save(to, "WEBP", quality=80, method=0)),
        "WebP, transparent": _largest(
            "RGBA", MOST_WEBP_PIXELS, lambda image, to: image.save(to, "WEBP", quality=80, method=0)
        ),
    }


def _largest(mode: str, pixels: int, save: Save) -> bytes:
    """A picture of so many pixels with as many random colours as it may have bytes."""
    height = isqrt(pixels * 3 // 4)
    width = pixels // height
    for step in _STEPS:
        small = width // step + 1, height // step + 1
        colours = random.Random(step).randbytes(small[0] * small[1] * len(mode))  # noqa: S311 - a picture, no secret
        written = BytesIO()
        save(Image.frombytes(mode, small, colours).resize((width, height), Image.Resampling.BICUBIC), written)
        if written.tell() <= MOST_BYTES:
            return written.getvalue()
    raise ValueError(f"no {mode} picture of {pixels} pixels has {MOST_BYTES} bytes")


def _prepared(picture: bytes, path: Path) -> dict[str, Any]:
    path.write_bytes(picture)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "functions"}
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)], env=environment, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return {"mb": round(len(picture) / 1e6, 2), **found}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=2, ensure_ascii=False) + "\n")
