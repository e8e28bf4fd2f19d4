import os
from pathlib import Path

import pytest

from gar_studio.verification import checkout as module
from gar_studio.verification.checkout import Checkout, ReleasedError


@pytest.fixture
def folder(tmp_path: Path) -> Checkout:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "inside" / "a.json").write_text("[1, 2]", encoding="utf-8")
    return Checkout(tmp_path / "inside")


def test_files_of_the_folder_are_read(folder: Checkout) -> None:
    folder.check()
    assert folder.json("a.json", list[int]) == [1, 2]
    assert folder.image("a.json").name == "a.json"


@pytest.mark.parametrize("path", ["../secret.json", "x/../../secret.json", "/etc/hostname"])
def test_no_path_leads_out_of_the_folder(folder: Checkout, path: str) -> None:
    with pytest.raises(ReleasedError, match="leads out of the folder"):
        folder.image(path)


def test_no_link_leads_out_of_the_folder(folder: Checkout) -> None:
    (folder.folder / "link.json").symlink_to(folder.folder.parent / "secret.json")
    with pytest.raises(ReleasedError, match="leads out of the folder"):
        folder.json("link.json", list[int])


def test_what_is_no_file_is_not_opened(folder: Checkout) -> None:
    if hasattr(os, "mkfifo"):  # Windows has none
        os.mkfifo(folder.folder / "pipe")
    for name in ("none.png", "pipe", ".", ""):
        with pytest.raises(ReleasedError, match="no file"):
            folder.image(name)
    for name in ("a\0b", "x" * 5000):
        with pytest.raises(ReleasedError, match="cannot be opened"):
            folder.image(name)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReleasedError, match="no folder"):
        Checkout(tmp_path / "none").check()


@pytest.mark.parametrize("content", ["[1, 2", '["a"]', "{}", "[" * 100_000, ""])
def test_json_of_another_shape_is_one_sentence(folder: Checkout, content: str) -> None:
    (folder.folder / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(ReleasedError, match=r"“a\.json” is not what the released repository"):
        folder.json("a.json", list[int])


def test_text_has_to_be_utf_8(folder: Checkout) -> None:
    (folder.folder / "a.json").write_bytes(b"\xff\xfe[")
    with pytest.raises(ReleasedError, match="cannot be read"):
        folder.text("a.json")


def test_a_file_is_not_read_if_it_is_too_large(
    folder: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_TEXT_BYTES", 5)
    with pytest.raises(ReleasedError, match="6 bytes; at most 5"):
        folder.json("a.json", list[int])
