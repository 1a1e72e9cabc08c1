"""A stand-in for Amazon Translate, whose texts MiniStack does not translate: it says that it is one."""

import json
from types import ModuleType
from typing import Any

_SAYS = {
    "ko": "번역 대역: 실제 번역이 아닙니다. 이 컴퓨터에서는 Amazon Translate에 연결하지 않습니다. 원문: ",
    "en": "Stand-in: this is no translation. The desk on this machine does not reach Amazon Translate. Original: ",
}


def translated(asked: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """The answer to TranslateText: what it is, and the text as it was."""
    target = asked["TargetLanguageCode"]
    answer = {
        "TranslatedText": _SAYS.get(target, _SAYS["en"]) + asked["Text"],
        "SourceLanguageCode": asked["SourceLanguageCode"],
        "TargetLanguageCode": target,
    }
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def stand_in_for_translate(translate: ModuleType) -> None:
    """Let MiniStack's service answer TranslateText, which it does not know."""
    translate._DISPATCH["TranslateText"] = translated  # noqa: SLF001 - there is no other place to add it
