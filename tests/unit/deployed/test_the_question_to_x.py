"""docs/deploy.md asks X for the account's number; here it asks the local X."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.brand.load import load_desk
from local.brand.parameters import ROOT
from local.x.auth import account_of
from local.x.server import start

pytestmark = pytest.mark.process


def test_the_question_in_the_docs_is_answered_with_the_number_of_the_account(tmp_path: Path) -> None:
    desk = load_desk()
    written = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    (question,) = re.findall(r"^\.venv/bin/python - <<'END'\n(.+?)^END$", written, re.MULTILINE | re.DOTALL)
    account = account_of(desk)
    (tmp_path / "x.json").write_text(account.secret_json(), encoding="utf-8")

    with start(port=0, account=account) as x:
        asked = question.replace("https://api.x.com", x.url)
        told = subprocess.run([sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert question.count("https://api.x.com") == 1
    assert told.stdout.startswith("200 ")
    assert f'"id":"{desk.brand.user_id}"' in told.stdout.replace(" ", "")
