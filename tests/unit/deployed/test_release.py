import subprocess
from pathlib import Path

import pytest

from local.deployed.errors import DeployedError
from local.deployed.release import Release, refuse_no_release, release_of

pytestmark = pytest.mark.process


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=jieun", "-c", "user.email=jieun@emerald.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a commit that is tagged v0.2.0."""
    for name in ("desk.yaml", "functions/sweep.py", "functions/desk/reader/department.heads", "docs/deploy.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    git(tmp_path, "tag", "v0.2.0")
    return tmp_path


def test_a_tag_without_changes_is_a_release(checkout: Path) -> None:
    assert release_of(checkout) == Release("v0.2.0", [])


@pytest.mark.parametrize("name", ["desk.yaml", "functions/desk/reader/department.heads", "docs/deploy.md", "x.txt"])
@pytest.mark.parametrize("committed", [True, False])
def test_what_a_brand_changes_leaves_it_a_release(checkout: Path, name: str, committed: bool) -> None:
    (checkout / name).write_text("2", encoding="utf-8")
    if committed:
        git(checkout, "add", ".")
        git(checkout, "commit", "-qm", "ours")

    assert release_of(checkout) == Release("v0.2.0", [])


@pytest.mark.parametrize("name", ["functions/sweep.py", "functions/new.py", "infra/deploy", "samconfig.toml"])
@pytest.mark.parametrize("committed", [True, False])
def test_any_other_change_makes_it_none_and_is_named(checkout: Path, name: str, committed: bool) -> None:
    (checkout / name).parent.mkdir(exist_ok=True)
    (checkout / name).write_text("2", encoding="utf-8")
    if committed:
        git(checkout, "add", ".")
        git(checkout, "commit", "-qm", "ours")

    found = release_of(checkout)

    assert found.differs == [name]
    assert found.name.startswith("v0.2.0")
    with pytest.raises(DeployedError, match=rf"{name}.*DOROTHY_UNRELEASED=1"):
        refuse_no_release(found)


def test_a_folder_without_git_is_no_release(tmp_path: Path) -> None:
    found = release_of(tmp_path / "nowhere")

    assert found.name == "unknown"
    with pytest.raises(DeployedError, match="unknown"):
        refuse_no_release(found)


def test_a_release_is_let_through_and_many_files_are_not_all_named() -> None:
    refuse_no_release(Release("v0.2.0"))
    with pytest.raises(DeployedError, match="a, b, c, d, e and 2 more"):
        refuse_no_release(Release("v0.2.0-1-g1", tuple("abcdefg")))
