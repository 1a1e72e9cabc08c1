"""How long a warm API takes for `POST /posts`, of its own: what it waits for the local AWS is not its own.

The local AWS is a process of its own, so that the CPU counted here is the API's with its adapters and boto3.
"""

import io
import json
import statistics
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import boto3

from benchmarks.surroundings import MORNING, settings_of, use
from desk.brand import brand_of
from local.aws.deploy import XAccess, deploy
from local.aws.ministack import ministack
from local.brand.compile import compile_desk
from local.brand.load import load_desk

_TOKEN = "b" * 43


def measure(requests: int) -> dict[str, float]:
    """Medians over this many posts, each with another title: CPU and wall time, in milliseconds."""
    desk = load_desk(Path("desk.yaml"))
    with ministack() as aws, redirect_stdout(io.StringIO()):  # logs and metrics
        deployed = deploy(aws, desk, XAccess("http://127.0.0.1:9", {}), year=MORNING.year)
        use(aws)
        tokens = json.dumps({"cms": {"token": _TOKEN, "may": ["post"]}})
        secrets = boto3.client("secretsmanager")
        secrets.put_secret_value(SecretId=deployed.outputs["ApiTokensSecret"], SecretString=tokens)

        from post_update.api.wiring import wire  # noqa: PLC0415 - clients are made for the endpoint set just before

        api = wire(settings_of(deployed, "PostUpdate"), brand_of(compile_desk(desk, year=MORNING.year)))
        cpu, wall = [], []
        for number in range(-20, requests):  # the first ones warm connections and caches
            began, clock = time.process_time(), time.perf_counter()
            answer = api.respond(_event(number), MORNING)
            if number >= 0:
                cpu.append(time.process_time() - began)
                wall.append(time.perf_counter() - clock)
            if answer["statusCode"] != 202:
                raise RuntimeError(f"the API answered {answer}")
    return {"cpu_ms_p50": _ms(cpu), "wall_ms_p50": _ms(wall)}


def _ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 2)


def _event(number: int) -> dict[str, Any]:
    body = {
        "title": f"새 요금제 소식 {number}: 데이터 걱정 없이 쓰세요",
        "url": "https://www.example.com/news",
        "hashtags": ["소식"],
    }
    return {
        "version": "2.0",
        "routeKey": "POST /posts",
        "rawPath": "/posts",
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "authorization": f"Bearer {_TOKEN}"},
        "requestContext": {"stage": "$default", "http": {"method": "POST", "path": "/posts"}},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
