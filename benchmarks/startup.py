"""Start-up of each function against two floors: the CPU time of processes with bytecode, run in turns.

CPU time, since a start is one busy thread and the wall clock would measure the machine's other work as well.
A process ends at once when its program has run: what Python clears up at its end, no Lambda pays.

A floor is a list of parts, each the import and construction of something of third parties. *Bare* is what any handler
that uses boto3 pays; a function's *own* floor adds the parts which that function uses. A part's share is what it adds.
"""

import compileall
import os
import py_compile
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

PYTHON = "pass"
DYNAMODB = "import boto3; dynamodb = boto3.client('dynamodb')"
LOGGER = "from aws_lambda_powertools import Logger; Logger()"
METRICS = "from aws_lambda_powertools import Metrics; Metrics()"
TYPES = "from boto3.dynamodb.types import TypeDeserializer, TypeSerializer; TypeSerializer(); TypeDeserializer()"
ZONE = "from zoneinfo import ZoneInfo; ZoneInfo('Asia/Seoul')"
SNS = "boto3.client('sns')"
SECRETS = (
    "from aws_lambda_powertools.utilities.parameters import SecretsProvider;"
    "SecretsProvider(boto3_client=boto3.client('secretsmanager'))"
)
SESSION = "import requests; requests.Session()"
OAUTH = "from requests_oauthlib import OAuth1; OAuth1('a', 'b', 'c', 'd')"
SQS = "boto3.client('sqs')"
SCHEDULER = "boto3.client('scheduler')"
S3 = "boto3.client('s3')"
PILLOW = "from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin"
SECRETS_CLIENT = "boto3.client('secretsmanager')"
WEB_PUSH = "import http_ece; from cryptography.hazmat.primitives.asymmetric import ec"
PYDANTIC = """
from pydantic import BaseModel
class Body(BaseModel):
    text: str
Body.model_validate({"text": "a"})
"""
RESOLVER = """
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver
APIGatewayHttpResolver(enable_validation=True)
"""
JINJA = "from jinja2 import Environment, DictLoader; Environment(loader=DictLoader({'a': 'b'}), autoescape=True)"

BARE: Mapping[str, str] = {"python": PYTHON, "dynamodb client": DYNAMODB, "logger": LOGGER, "metrics": METRICS}
OWN: Mapping[str, Mapping[str, str]] = {
    "poll_mentions": {
        **BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH,
    },
    "route_inquiry": {**BARE, "types": TYPES, "zone": ZONE, "sns client": SNS},
    "sweep": {**BARE, "types": TYPES, "zone": ZONE, "sns client": SNS, "sqs client": SQS},
    "check_subscriptions": {**BARE, "sns client": SNS},
    "post_update.api": {
        **BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "sqs client": SQS,
        "scheduler client": SCHEDULER, "pydantic": PYDANTIC, "resolver": RESOLVER,
    },
    "post_update.publisher": {
        **BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH,
        "sqs client": SQS,
    },
    "greet": {**BARE, "types": TYPES, "zone": ZONE, "sqs client": SQS},
    "read_feeds": {**BARE, "types": TYPES, "zone": ZONE, "sqs client": SQS},
    "read_trends": {
        **BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH,
    },
    "measure_posts": {
        **BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH,
    },
    "daily_digest": {
        **BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH,
        "sns client": SNS, "s3 client": S3, "jinja2": JINJA,
    },
    "mail_feedback": {**BARE, "types": TYPES, "zone": ZONE, "sns client": SNS},
    "index_answers": {**BARE, "types": TYPES, "zone": ZONE},
    "open_report": {**BARE, "types": TYPES, "s3 client": S3},
    "answer_case": {
        **BARE, "types": TYPES, "zone": ZONE, "sqs client": SQS, "sns client": SNS,
        "jinja2": JINJA,
    },
    "operator_console": {
        **BARE, "types": TYPES, "zone": ZONE, "sqs client": SQS, "sns client": SNS,
        "jinja2": JINJA,
    },
    "chase_cases": {
        **BARE, "types": TYPES, "zone": ZONE, "sqs client": SQS, "sns client": SNS,
    },
    "follow_deletions": {
        **BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH,
        "s3 client": S3,
    },
    "check_link": {"python": PYTHON, "logger": LOGGER},
    "notify_phones": {**BARE, "types": TYPES, "zone": ZONE, "secrets client": SECRETS_CLIENT, "web push": WEB_PUSH},
    "look_up": {**BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH},
    "listen": {**BARE, "types": TYPES, "zone": ZONE, "secrets provider": SECRETS, "session": SESSION, "oauth": OAUTH},
    "prepare_picture": {**BARE, "types": TYPES, "s3 client": S3, "pillow": PILLOW},
}  # fmt: skip

SETTINGS = {
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9",  # nobody is there
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Dorothy",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "MENTIONS_TABLE": "mentions",
    "CASES_TABLE": "cases",
    "DESK_TABLE": "desk",
    "TOPIC_PREFIX": "arn:aws:sns:ap-northeast-2:000000000000:bench-dept-",
    "ON_CALL_TOPIC_ARN": "arn:aws:sns:ap-northeast-2:000000000000:oncall",
    "X_SECRET": "x",
    "PUSH_SECRET": "push",
    "X_API_URL": "https://api.x.com",
    "X_SITE_URL": "https://x.com",
    "POSTS_TABLE": "posts",
    "POSTS_QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/000000000000/posts",
    "DEAD_LETTERS": "posts=https://sqs.ap-northeast-2.amazonaws.com/000000000000/posts-undelivered",
    "LOOK_UPS_QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/000000000000/look-ups",
    "PICTURES_QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/000000000000/pictures",
    "PICTURES_BUCKET": "pictures",
    "PICTURES_DOMAIN": "pictures.example",
    "POSTS_QUEUE_ARN": "arn:aws:sqs:ap-northeast-2:000000000000:posts",
    "SCHEDULE_GROUP": "bench",
    "SCHEDULE_ROLE_ARN": "arn:aws:iam::000000000000:role/bench",
    "SCHEDULE_DLQ_ARN": "arn:aws:sqs:ap-northeast-2:000000000000:late",
    "API_TOKENS_SECRET": "tokens",
    "REPORTS_BUCKET": "reports",
    "DIGEST_TOPIC_ARN": "arn:aws:sns:ap-northeast-2:000000000000:digest",
    "API_URL": "https://desk.example",
    "IMAGE_SOURCES": "https://pbs.example",
    "SIGN_IN_PARAMETER": "/bench/sign-in",
    "CHECK_LINK_FUNCTION": "bench-check-link",
    "ROUTE_INQUIRY_FUNCTION": "bench-route-inquiry",
    "FETCH_EXCEPTIONS": "",
}


def measure(repeats: int, workspace: Path) -> dict[str, dict[str, object]]:
    """Median CPU milliseconds of each function, its floors and its parts; everything is run in turns.

    What several functions begin with is run once for all of them.
    """
    source, programs = _compiled_copy(workspace), _programs()
    times: dict[str, list[float]] = {program: [] for program in programs.values()}
    scripts = {program: _script(workspace, number, program) for number, program in enumerate(times)}
    with _no_settings() as endpoint:
        for _ in range(repeats):
            for program, script in scripts.items():
                times[program].append(_run(script, source, endpoint))
    medians = {name: statistics.median(times[program]) * 1000 for name, program in programs.items()}
    return {function: _figures(function, medians) for function in OWN}


def _programs() -> dict[str, str]:
    """What is run: each function, and under `<function>/<count>` the first `count` parts of its own floor."""
    programs: dict[str, str] = {}
    for function, parts in OWN.items():
        programs[function] = f"import {function}.handler"
        for count in range(1, len(parts) + 1):
            programs[f"{function}/{count}"] = "\n".join(list(parts.values())[:count])
    return programs


def _figures(function: str, medians: Mapping[str, float]) -> dict[str, object]:
    parts = OWN[function]
    steps = [medians[f"{function}/{count}"] for count in range(1, len(parts) + 1)]
    own, bare, whole = steps[-1], steps[min(len(BARE), len(parts)) - 1], medians[function]
    shares = [after - before for before, after in zip([0.0, *steps], steps, strict=False)]
    return {
        "ms": round(whole, 1),
        "own_floor_ms": round(own, 1),
        "bare_floor_ms": round(bare, 1),
        "to_own_floor": round(whole / own, 3),
        "to_bare_floor": round(whole / bare, 3),
        "parts_ms": {
            **{name: round(share, 1) for name, share in zip(parts, shares, strict=True)},
            "our code": round(whole - own, 1),
        },
    }


def _compiled_copy(workspace: Path) -> Path:
    """The source root as the build ships it: with bytecode that is never checked against the source."""
    target = workspace / "functions"
    shutil.copytree("functions", target, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(target, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return target


def _script(workspace: Path, number: int, program: str) -> Path:
    path = workspace / f"start_{number}.py"
    path.write_text(f"{program}\nimport os; os._exit(0)\n", encoding="utf-8")
    return path


class _NoSettings(BaseHTTPRequestHandler):
    """A DynamoDB without live settings, which most functions ask at their start."""

    def do_POST(self) -> None:
        body = b'{"Items": [], "Count": 0, "ScannedCount": 0}'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _no_settings() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _NoSettings) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _run(script: Path, source: Path, endpoint: str) -> float:
    environment = {**SETTINGS, "PATH": os.environ["PATH"], "PYTHONPATH": str(source)}
    environment["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, str(script)], env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
