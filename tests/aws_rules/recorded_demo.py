"""`dorothy demo` with the AWS calls of its functions recorded: `python -m tests.aws_rules.recorded_demo FOLDER`."""

import sys
from functools import partial
from pathlib import Path
from unittest.mock import patch

from local.cli.main import app
from tests.aws_rules.recording import recording_stage

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    sys.argv = ["dorothy", "demo"]
    with patch("local.cli.demo.stage", partial(recording_stage, folder)):
        app()
