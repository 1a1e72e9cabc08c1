"""The recordings of each release: a folder of JSON files, one for each kind of items and one for the messages."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.recorded import of_cases, of_desk, of_posts_and_staff
from tests.recorded.described import described
from tests.recorded.messages import MESSAGES
from tests.recorded.recording import Recording
from tests.tables import Dynamo, dynamodb

FOLDER = Path(__file__).parent
MESSAGES_FILE = "messages.json"
RECORDINGS: dict[str, Recording] = {
    each.name: each for each in (*of_cases.RECORDINGS, *of_desk.RECORDINGS, *of_posts_and_staff.RECORDINGS)
}


def releases() -> list[Path]:
    """The folders of the releases, the first one first."""
    return sorted(path for path in FOLDER.iterdir() if path.is_dir() and path.name[0].isdigit())


def record(folder: Path) -> None:
    """Write what this release stores and sends. Files of an earlier recording are replaced."""
    folder.mkdir(exist_ok=True)
    for recording in RECORDINGS.values():
        with dynamodb() as on:
            key = recording.save(on)
            items = list(_stored(on))
            _write(folder / f"{recording.name}.json", {"key": key, "items": items, "value": _value(recording, on, key)})
    _write(folder / MESSAGES_FILE, {each.name: _message(each.body(), each.read) for each in MESSAGES})


def replay(recorded: dict[str, Any], recording: Recording) -> Any:
    """What this release reads from recorded items."""
    with dynamodb() as on:
        for each in recorded["items"]:
            on.client.put_item(TableName=getattr(on.tables, each["table"]), Item=_from_json(each["item"]))
        return _value(recording, on, recorded["key"])


def read(path: Path) -> Any:
    """The content of a recording's file."""
    return json.loads(path.read_text(encoding="utf-8"))


def _value(recording: Recording, on: Dynamo, key: Any) -> Any:
    return json.loads(json.dumps(described(recording.load(on, key))))


def _message(body: str, reader: Callable[[str], object]) -> dict[str, Any]:
    return {"body": body, "value": described(reader(body))}


def _stored(on: Dynamo) -> Iterator[dict[str, Any]]:
    """The items of all tables, each with its table's role; in an order that does not change."""
    for role in ("mentions", "cases", "desk", "posts"):
        items = on.client.scan(TableName=getattr(on.tables, role))["Items"]
        yield from ({"table": role, "item": each} for each in sorted(map(_to_json, items), key=_line))


def _to_json(value: Any) -> Any:
    """Attribute values as JSON has them; bytes become hexadecimal digits."""
    match value:
        case bytes():
            return value.hex()
        case dict():
            return {name: _to_json(each) for name, each in value.items()}
        case list():
            return [_to_json(each) for each in value]
    return value


def _from_json(value: Any, kind: str = "") -> Any:
    match value:
        case str() if kind == "B":
            return bytes.fromhex(value)
        case dict():
            return {name: _from_json(each, name) for name, each in value.items()}
        case list():
            return [_from_json(each) for each in value]
    return value


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write an object with a line for each of its values, and for each item of a list among them."""
    text = ",\n".join(f"{_line(name)}: {_lines(value)}" for name, value in content.items())
    path.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def _lines(value: Any) -> str:
    return "[\n" + ",\n".join(map(_line, value)) + "\n]" if isinstance(value, list) else _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
