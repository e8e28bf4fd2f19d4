"""A reader never sees half of a file."""

import os
import stat
from pathlib import Path

import pytest

from gar_studio.files import atomic_write, sync_folder
from tests.helpers.rights import unprivileged


def test_the_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ä 图.json"
    with atomic_write(path) as file:
        file.write(b"new")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_file_is_there_until_then(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [OSError(28, "full"), ValueError("x"), KeyboardInterrupt()])
def test_a_block_that_fails_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def write_half() -> None:
        with atomic_write(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_step_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, fail)
        with pytest.raises(OSError, match="Input"), atomic_write(path) as file:
            file.write(b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_it_as_any_new_file(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain", tmp_path / "a.json"
    plain.touch()
    with atomic_write(path) as file:
        file.write(b"x")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_bare_name_is_written_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with atomic_write(Path("a.json")) as file:
        file.write(b"x")
    assert (tmp_path / "a.json").read_bytes() == b"x"


def test_a_folder_that_is_missing_or_in_the_way_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "nowhere" / "a", tmp_path / "folder"):
        with pytest.raises(OSError), atomic_write(path) as file:  # noqa: PT011  any of them
            file.write(b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o555)
    with unprivileged(), pytest.raises(PermissionError), atomic_write(folder / "a"):
        pass
    assert list(folder.iterdir()) == []


def test_every_file_of_a_folder_is_brought_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["a.txt", "sub/b.txt", "sub/deeper/图.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"kept")
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    sync_folder(tmp_path)
    assert sorted(synced) == sorted((tmp_path / name).stat().st_ino for name in names)
    assert all((tmp_path / name).read_bytes() == b"kept" for name in names)
