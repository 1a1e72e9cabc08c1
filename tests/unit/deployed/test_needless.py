import subprocess
import sys
from pathlib import Path

import PIL
import pytest

from local.brand.parameters import ROOT
from local.deployed.needless import (
    ALONE,
    HEADS,
    NEEDED_BY,
    NEEDLESS,
    needless_to,
    remove_by_function,
    remove_for_all,
)
from tests.families import variants
from tests.template.stack_template import folder_of, functions

STARTS_WITHOUT = """
import importlib, pathlib, sys
for name in {blocked!r}:
    sys.modules[name] = None  # whoever imports it finds that it is not there
source = pathlib.Path({source!r})
for file in sorted(source.rglob("*.py")):
    importlib.import_module(".".join(file.relative_to(source).with_suffix("").parts).removesuffix(".__init__"))
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import BaseModel
from post_update.api.openapi import documents
class Asked(BaseModel):
    text: str
app = APIGatewayHttpResolver(enable_validation=True)
@app.post("/asked")
def ask(asked: Asked) -> Asked:
    return asked
def answer(method, path, body=""):
    http = {{"method": method, "path": path}}
    event = {{"rawPath": path, "headers": {{}}, "requestContext": {{"http": http, "stage": "$default"}}, "body": body}}
    return app.resolve(event, None)["statusCode"]
print(*(int(page.status) for page in documents(app, ()).values()), answer("POST", "/asked", '{{"text": "a"}}'))
"""


@pytest.mark.process
def test_every_function_starts_and_the_api_answers_without_what_is_taken_out() -> None:
    names = [name.removesuffix(".py").removesuffix(".*") for name in NEEDLESS if name != "requirements.txt"]
    modules = [name.replace("/", ".") for name in names]
    script = STARTS_WITHOUT.format(blocked=modules, source=str(ROOT / "functions"))

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert told.stdout == "200 200 200\n", told.stderr


def test_what_is_left_of_pillow_needs_nothing_that_is_taken_out() -> None:
    """Libraries name each other in their files; those of this machine are built as those of Lambda are."""
    site = Path(PIL.__file__).parents[1]
    files = [*site.glob("PIL/*.so"), *site.glob("pillow.libs/*")]
    out = {path for name in NEEDLESS for path in site.glob(name) if path in files}

    needed = {
        (path.name, other.name)
        for path in files
        for other in out
        if path not in out and other.parent.name == "pillow.libs" and other.name.encode() in path.read_bytes()
    }

    assert len(out) >= 8
    assert needed == set()


STARTS_BY_ITSELF = """
import importlib, pathlib, sys
for name in {blocked!r}:
    sys.modules[name] = None
source = pathlib.Path({source!r})
for file in sorted(source.joinpath({package!r}).rglob("*.py")):
    importlib.import_module(".".join(file.relative_to(source).with_suffix("").parts).removesuffix(".__init__"))
"""
READ_WITH_HEADS = "desk.reader.heads"
"""The module that opens them."""


def handlers_folder(function: str) -> str:
    return folder_of(function).replace(".", "/")


@pytest.mark.process
@variants("name", sorted(functions()), 4)
def test_each_function_starts_without_what_others_alone_need(name: str) -> None:
    package = handlers_folder(name)
    others = {*map(handlers_folder, functions())} - {package}
    parts = [READ_WITH_HEADS if part in HEADS else part for part in [*needless_to(name), *sorted(others)]]
    blocked = [part.replace("/", ".") for part in parts]
    script = STARTS_BY_ITSELF.format(blocked=blocked, source=str(ROOT / "functions"), package=package)

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("name", ["RouteInquiry", "PostUpdate", "AnswerCase", "Greet"])
def test_each_function_is_built_without_what_others_alone_need(name: str, tmp_path: Path) -> None:
    everything = {*(part for parts in NEEDED_BY for part in parts), "desk/reader/heads.py"}
    for part in everything:
        (tmp_path / name / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / part).touch()

    remove_by_function(tmp_path / name)
    remove_by_function(tmp_path / name)

    left = {str(file.relative_to(tmp_path / name)) for file in (tmp_path / name).rglob("*") if file.is_file()}
    assert left == everything - {*needless_to(name)}


@pytest.mark.parametrize("name", ["OperatorConsole", "PostUpdate", "PublishPost", "AnswerCase"])
def test_a_package_has_the_handlers_that_run_in_it(name: str, tmp_path: Path) -> None:
    folders = {function: handlers_folder(function) for function in functions()}
    for folder in folders.values():
        (tmp_path / name / folder).mkdir(parents=True)
        (tmp_path / name / folder / "handler.py").touch()

    remove_by_function(tmp_path / name)

    left = {str(file.parent.relative_to(tmp_path / name)) for file in (tmp_path / name).rglob("handler.py")}
    shared = {folder for function, folder in folders.items() if function not in ALONE}
    assert left == ({folders[name]} if name in ALONE else shared)


def test_only_a_package_that_no_other_function_shares_has_one_handler() -> None:
    needs = {name: frozenset(needless_to(name)) for name in functions()}

    assert {name: handlers_folder(name) for name in ALONE} == dict(ALONE)
    assert {name for name, parts in needs.items() if [*needs.values()].count(parts) == 1} == {*ALONE}


def test_what_is_taken_out_by_function_is_there_to_be_taken_out() -> None:
    at = [ROOT / "functions", *(Path(path) for path in sys.path if path.endswith("site-packages"))]
    parts = [part for parts in NEEDED_BY for part in parts]

    assert all(needing < set(functions()) for needing in NEEDED_BY.values())
    assert [part for part in parts if not any([*one.glob(part)] for one in at)] == []


def test_what_is_taken_out_is_there_to_be_taken_out() -> None:
    here = [Path(path) for path in sys.path if path.endswith("site-packages")]

    missing = [name for name in NEEDLESS if name != "requirements.txt" and not any([*at.glob(name)] for at in here)]

    assert missing == []


def test_only_what_is_named_is_taken_out_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    kept = ("pydantic/main.py", "a.dist-info/METADATA", "a.dist-info/licenses/LICENSE")
    for name in ("pydantic/v1/fields.py", "pydantic/mypy.py", "a.dist-info/RECORD", *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    remove_for_all(tmp_path)
    remove_for_all(tmp_path)

    left = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert left == set(kept)
