import os
from pathlib import Path

import pytest

from local.deployed import package


def built(folder: Path, sizes: dict[str, int]) -> Path:
    for name, size in sizes.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))
    return folder


def test_the_sdk_and_its_paperwork_do_not_count(tmp_path: Path) -> None:
    lean = built(tmp_path / "lean", {"desk/cases/model.py": 5_000})
    with_sdk = built(
        tmp_path / "whole",
        {"botocore/data/ec2.json": 90_000, "boto3-1.43.0.dist-info/RECORD": 9_000, "desk/cases/model.py": 5_000},
    )

    size = package.zipped_size(with_sdk)

    assert size == package.zipped_size(lean)
    assert package.zipped_size(with_sdk, without=frozenset()) > 100_000


def test_a_package_over_the_limit_fails_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(package, "LIMIT", 10_000)
    small, large = built(tmp_path / "Small", {"a": 2_000}), built(tmp_path / "Large", {"a": 20_000})

    assert package.main([str(small)]) == 0
    assert package.main([str(small), str(large)]) == 1
    assert "Large: 0.0 MB" in capsys.readouterr().out


@pytest.mark.parametrize(("size", "failed"), [(11_900_000, 0), (12_100_000, 1)])
def test_a_package_has_room_for_the_heads_of_a_brand_with_many_departments(
    size: int, failed: int, tmp_path: Path
) -> None:
    assert package.main([str(built(tmp_path / "Large", {"desk/reader/department.heads": size}))]) == failed


def test_nothing_built_fails_too() -> None:
    assert package.main([]) == 1
