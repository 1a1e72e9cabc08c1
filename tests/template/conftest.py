from collections.abc import Iterator

import pytest

from tests.template import stack_template
from tests.template.stack_template import Resources


@pytest.fixture(scope="session")
def resources() -> Iterator[Resources]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")  # SAM asks boto3 in which partition it is
        yield stack_template.translated()
