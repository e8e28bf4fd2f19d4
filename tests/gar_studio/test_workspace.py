"""What a user names, an image, a folder or a project, opens; what is broken is told."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from gar_studio.errors import GarStudioError, ImageError, ReadOnlyError, StoreError
from gar_studio.store.opening import open_store
from gar_studio.store.project import ProjectStore
from gar_studio.workspace import add_images, open_project, open_target
from tests.helpers.images import exif, save, scene
from tests.helpers.projects import add_region


def photos(folder: Path, *names: str) -> list[Path]:
    return [save(folder / name, scene(16, 12)) for name in names]


def test_an_image_opens_in_a_project_beside_it(tmp_path: Path) -> None:
    (path,) = photos(tmp_path / "Fotos 图", "ein bild.png")
    opened = open_target(path)
    document = opened.document
    assert document.path == tmp_path / "Fotos 图" / "Fotos 图.garproj"
    assert opened.problems == ()
    assert opened.image_id == 1
    assert document.image(1).path == "ein bild.png"
    assert document.image_path(1) == path
    assert (document.image(1).width, document.image(1).height) == (16, 12)
    document.close()


def test_an_image_that_was_there_before_keeps_its_id_and_regions(tmp_path: Path) -> None:
    first, second = photos(tmp_path, "b.png", "a.png")
    opened = open_target(first)
    region = add_region(opened.document, 1)
    opened.document.close()
    opened = open_target(second)
    assert opened.image_id == 2
    opened.document.close()
    opened = open_target(first)
    assert opened.image_id == 1
    assert opened.document.regions(1) == (region,)
    opened.document.close()


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos(tmp_path / "x", "a.png")
    monkeypatch.chdir(tmp_path / "x")
    for target in (Path("a.png"), Path("../x/a.png"), Path()):
        opened = open_target(target)
        assert opened.document.path == tmp_path / "x" / "x.garproj"
        assert [image.path for image in opened.document.images()] == ["a.png"]
        opened.document.close()


def test_a_folder_with_folders_in_it(tmp_path: Path) -> None:
    photos(tmp_path / "set", "b.png", "deep er/c.png", "deep er/still/d.png", "a.png")
    opened = open_target(tmp_path / "set")
    assert [image.path for image in opened.document.images()] == [
        "a.png",
        "b.png",
        "deep er/c.png",
        "deep er/still/d.png",
    ]
    assert opened.image_id == 1
    opened.document.close()


def test_a_folder_that_grew(tmp_path: Path) -> None:
    photos(tmp_path, "b.png")
    open_target(tmp_path).document.close()
    photos(tmp_path, "a.png")
    opened = open_target(tmp_path)
    assert {image.path: image.id for image in opened.document.images()} == {"b.png": 1, "a.png": 2}
    opened.document.close()


def test_broken_files_are_told_and_keep_nobody_from_the_others(tmp_path: Path) -> None:
    photos(tmp_path, "good.png", "turned.jpg")
    save(tmp_path / "turned.jpg", scene(16, 12), exif=exif(6))
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.png").write_text("no image", encoding="utf-8")
    (tmp_path / "cut.webp").write_bytes(b"RIFF\x00\x00")
    opened = open_target(tmp_path)
    images = {image.path: (image.width, image.height) for image in opened.document.images()}
    assert images == {"good.png": (16, 12), "turned.jpg": (12, 16)}
    told = " ".join(problem.what for problem in opened.problems)
    assert len(opened.problems) == 3
    assert all(name in told for name in ("empty.jpg", "text.png", "cut.webp"))
    opened.document.close()


def test_a_folder_of_broken_files_only(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    opened = open_target(tmp_path)
    assert opened.image_id is None
    assert len(opened.problems) == 1
    opened.document.close()


def test_images_that_have_gone_leave_their_labels(tmp_path: Path) -> None:
    (path,) = photos(tmp_path, "a.png")
    opened = open_target(tmp_path)
    region = add_region(opened.document, 1)
    opened.document.close()
    path.unlink()
    opened = open_target(tmp_path)
    assert opened.image_id == 1
    assert opened.document.regions(1) == (region,)
    opened.document.close()


def test_a_project_opens_where_it_is(tmp_path: Path) -> None:
    photos(tmp_path / "set", "a.png")
    open_target(tmp_path / "set").document.close()
    (tmp_path / "set").rename(tmp_path / "moved")
    opened = open_target(tmp_path / "moved" / "set.garproj")
    assert opened.image_id == 1
    assert opened.document.image_path(1) == tmp_path / "moved" / "a.png"
    opened.document.close()


def test_images_elsewhere_are_kept_by_a_relative_path(tmp_path: Path) -> None:
    (path,) = photos(tmp_path / "photos", "a.png")
    (tmp_path / "labels").mkdir()
    document = open_project(tmp_path / "labels" / "x.garproj", create=True)
    report = add_images(document, [path, tmp_path / "none.png"])
    assert report.image_ids == (1,)
    assert len(report.problems) == 1
    assert document.image(1).path == "../photos/a.png"
    assert document.image_path(1).resolve() == path
    document.close()


REFUSED = {
    "missing": ("nothing.png", ImageError),
    "missing project": ("nothing.garproj", StoreError),
    "empty file": ("empty.jpg", ImageError),
    "text": ("text.txt", ImageError),
    "no images": ("empty folder", ImageError),
    "text as project": ("text.garproj", StoreError),
    "folder as project": ("folder.garproj", StoreError),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_cannot_be_opened_is_told_and_makes_no_project(tmp_path: Path, kind: str) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.txt").write_text("no image", encoding="utf-8")
    (tmp_path / "text.garproj").write_text("no project", encoding="utf-8")
    (tmp_path / "empty folder").mkdir()
    (tmp_path / "folder.garproj").mkdir()
    before = set(tmp_path.rglob("*"))
    name, error = REFUSED[kind]
    with pytest.raises(error) as caught:
        open_target(tmp_path / name)
    assert isinstance(caught.value, GarStudioError)
    assert caught.value.what.endswith(".")
    assert caught.value.advice
    assert set(tmp_path.rglob("*")) == before


def test_while_another_window_works_known_images_open_for_reading(tmp_path: Path) -> None:
    known, new = photos(tmp_path, "a.png", "b.png")
    first = open_target(known).document
    second = open_target(known)
    assert second.document.read_only
    assert second.image_id == 1
    second.document.close()
    folder = open_target(tmp_path)
    assert folder.document.read_only
    assert folder.image_id == 1
    folder.document.close()
    with pytest.raises(ReadOnlyError, match="Another window"):
        open_target(new)
    first.close()
    assert _store_threads() == []
    document = open_target(new).document
    assert not document.read_only, "what failed holds no lock"
    document.close()


def _store_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "store-sync"]


def test_a_project_that_cannot_take_an_image_holds_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = photos(tmp_path, "a.png")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    for target in (path, tmp_path):
        with monkeypatch.context() as patch:
            patch.setattr(ProjectStore, "add_image", full)
            with pytest.raises(StoreError, match="disk is full") as caught:
                open_target(target)
        assert _store_threads() == []
        store = open_store(tmp_path / f"{tmp_path.name}.garproj")
        assert not store.read_only, f"not even while {caught.value!r} is looked at"
        store.close()


def test_a_damaged_project_holds_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    open_project(path, create=True).close()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE image RENAME COLUMN width TO wide")
        connection.execute("INSERT INTO image VALUES (1, 'a.png', 1, 1, 1, '')")
    connection.close()
    with pytest.raises(StoreError):
        open_project(path)
    assert _store_threads() == []
    store = open_store(path)
    assert not store.read_only
    store.close()


@pytest.mark.skipif(os.name == "nt", reason="such names do not exist there")
def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    strange = tmp_path / os.fsdecode(b"caf\xe9.png")
    try:
        save(strange, scene(4, 4))
    except OSError:
        pytest.skip("the file system refuses such names")
    with pytest.raises(ImageError, match="not valid Unicode") as caught:
        open_target(strange)
    str(caught.value).encode("utf-8")
    assert [path.suffix for path in tmp_path.iterdir()] == [".png"]
    photos(tmp_path, "good.png")
    opened = open_target(tmp_path)
    assert [image.path for image in opened.document.images()] == ["good.png"]
    assert len(opened.problems) == 1
    opened.document.close()
