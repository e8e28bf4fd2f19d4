"""Photos that were moved or renamed are found again by what is in them, and only by that."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gar_studio.document.document import Document
from gar_studio.document.image_commands import AcceptImageFile, RelinkImages
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled, CommandError
from gar_studio.images import read_facts
from gar_studio.relinking import Relinking, find_again, survey
from gar_studio.workspace import add_images, open_project, open_target
from tests.helpers.images import save, scene
from tests.helpers.projects import add_region, reopened, seen


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    """Four photos of different content, of one size in pixels; each has a region."""
    for number, name in enumerate(("a.png", "b.png", "sub/c.png", "sub/d.png")):
        save(tmp_path / "set" / name, scene(16, 12) + number)
    made = open_target(tmp_path / "set").document
    for image in made.images():
        add_region(made, image.id)
    yield made
    made.close()


def look(document: Document, *search: Path) -> Relinking:
    folder, cancel = document.path.parent, CancelToken()
    lost = survey(document.images(), folder, cancel=cancel).lost
    return find_again(
        lost,
        document.images(),
        project_folder=folder,
        search=search or (folder,),
        cancel=cancel,
    )


def paths(document: Document) -> list[str]:
    return [image.path for image in document.images()]


def test_what_is_where_it_was_is_not_lost(document: Document) -> None:
    found = survey(document.images(), document.path.parent, cancel=CancelToken())
    assert found.lost == ()
    assert look(document) == Relinking((), (), ())


def test_renamed_and_moved_photos_are_found_and_their_labels_stay(document: Document) -> None:
    folder = document.path.parent
    regions = [document.regions(i) for i in (1, 2, 3, 4)]
    (folder / "a.png").rename(folder / "ein Bild 图.png")
    (folder / "new" / "deep").mkdir(parents=True)
    (folder / "sub" / "c.png").rename(folder / "new" / "deep" / "c")  # without its ending
    (folder / "b.png").unlink()
    found = look(document)
    assert found.paths == ((1, "ein Bild 图.png"), (3, "new/deep/c"))
    assert [image.path for image in found.missing] == ["b.png"]
    document.do(RelinkImages(found.paths))
    assert paths(document) == ["ein Bild 图.png", "b.png", "new/deep/c", "sub/d.png"]
    assert [document.regions(i) for i in (1, 2, 3, 4)] == regions
    assert document.image_path(1).is_file()
    assert seen(document) == reopened(document)


def test_finding_them_is_one_step_back_and_forth(document: Document) -> None:
    folder = document.path.parent
    before = paths(document)
    shutil.move(folder / "sub", folder / "other")
    document.do(RelinkImages(look(document).paths))
    assert document.undo_name(3) == "find images again"
    document.undo(None)
    assert paths(document) == before
    document.redo(None)
    assert paths(document) == ["a.png", "b.png", "other/c.png", "other/d.png"]
    assert seen(document) == reopened(document)


def test_undo_leaves_a_path_that_another_image_has_by_now(document: Document) -> None:
    folder = document.path.parent
    (folder / "a.png").rename(folder / "z.png")
    document.do(RelinkImages(look(document).paths))
    save(folder / "a.png", scene(16, 12) + 99)
    add_images(document, [folder / "a.png"])
    assert document.undo(None) == "find images again"
    assert paths(document) == ["z.png", "b.png", "sub/c.png", "sub/d.png", "a.png"]
    assert seen(document) == reopened(document)


def test_photos_that_changed_names_in_a_ring(document: Document) -> None:
    folder = document.path.parent
    photos = [document.image_path(i) for i in (1, 2, 3)]
    contents = [path.read_bytes() for path in photos]
    for path, content in zip(photos, (*contents[1:], contents[0]), strict=True):
        path.write_bytes(content)
    ring = ((1, "sub/c.png"), (2, "a.png"), (3, "b.png"))
    document.do(RelinkImages(ring))
    assert paths(document) == ["sub/c.png", "a.png", "b.png", "sub/d.png"]
    for image in document.images():
        assert read_facts(folder / image.path).digest == image.digest
    document.undo(None)
    assert paths(document) == ["a.png", "b.png", "sub/c.png", "sub/d.png"]
    document.redo(None)
    assert paths(document) == ["sub/c.png", "a.png", "b.png", "sub/d.png"]
    assert seen(document) == reopened(document)


def test_a_chain_of_new_names_is_followed(document: Document) -> None:
    """a.png was renamed to b.png, and b.png to x.png: nothing is missing but a.png."""
    folder = document.path.parent
    photo = folder / "b.png"
    photo.write_bytes(photo.read_bytes() + b"\0")  # now of another size than a.png
    document.do(AcceptImageFile(2, read_facts(photo)))
    photo.rename(folder / "x.png")
    (folder / "a.png").rename(photo)
    document.do(RelinkImages(look(document).paths))
    assert paths(document) == ["b.png", "x.png", "sub/c.png", "sub/d.png"]
    assert seen(document) == reopened(document)


def test_a_file_that_is_in_the_project_under_its_new_name_is_told(document: Document) -> None:
    folder = document.path.parent
    shutil.copyfile(folder / "a.png", folder / "z.png")
    add_images(document, [folder / "z.png"])
    (folder / "a.png").unlink()
    found = look(document)
    assert (found.paths, found.missing) == ((), ())
    assert [(image.id, path) for image, path in found.doubled] == [(1, "z.png")]


def test_two_images_cannot_have_one_file(document: Document) -> None:
    before = seen(document)
    for wrong in (((1, "b.png"),), ((1, "x.png"), (2, "x.png"))):
        with pytest.raises(CommandError, match="another image"):
            document.do(RelinkImages(wrong))
    assert seen(document) == before == reopened(document)


def test_a_file_of_the_same_size_and_another_content_is_not_it(document: Document) -> None:
    folder = document.path.parent
    data = bytearray((folder / "a.png").read_bytes())
    (folder / "a.png").unlink()
    data[-1] ^= 1
    (folder / "like.png").write_bytes(data)
    found = look(document)
    assert found.paths == ()
    assert [image.id for image in found.missing] == [1]


def test_copies_that_kept_their_names_are_preferred(document: Document, tmp_path: Path) -> None:
    folder = document.path.parent
    for name in ("1.png", "a.png", "b.png"):
        save(tmp_path / "twins" / name, scene(16, 12))
    add_images(document, [tmp_path / "twins" / "b.png", tmp_path / "twins" / "a.png"])
    shutil.move(tmp_path / "twins", tmp_path / "moved")
    (folder / "a.png").unlink()  # the same content a third time
    found = look(document, tmp_path / "moved")
    new = dict(found.paths)
    assert new.keys() == {1, 5, 6}
    assert new[5] == "../moved/b.png"
    assert {new[1], new[6]} == {"../moved/a.png", "../moved/1.png"}


def test_a_project_that_was_moved_away_from_its_photos(document: Document, tmp_path: Path) -> None:
    document.close()
    moved = tmp_path / "elsewhere" / "set.garproj"
    moved.parent.mkdir()
    document.path.rename(moved)
    document = open_project(moved)
    try:
        assert look(document).paths == ()
        document.do(RelinkImages(look(document, tmp_path / "set").paths))
        assert paths(document) == [
            f"../set/{p}" for p in ("a.png", "b.png", "sub/c.png", "sub/d.png")
        ]
        assert document.image_path(4).is_file()
    finally:
        document.close()


def test_hidden_folders_links_and_odd_files_are_passed_by(document: Document) -> None:
    folder = document.path.parent
    (folder / "a.png").rename(folder / ".hidden.png")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.png").symlink_to(folder / "nothing")
    assert look(document).paths == ()


def test_looking_can_be_stopped(document: Document) -> None:
    cancel = CancelToken()
    cancel.cancel()
    for call in (
        lambda: survey(document.images(), document.path.parent, cancel=cancel),
        lambda: find_again(
            document.images(),
            document.images(),
            project_folder=document.path.parent,
            search=[document.path.parent],
            cancel=cancel,
        ),
    ):
        with pytest.raises(Cancelled):
            call()


def test_opening_the_folder_takes_a_renamed_photo_for_the_one_that_it_was(
    document: Document,
) -> None:
    folder = document.path.parent
    document.close()
    (folder / "a.png").rename(folder / "renamed.png")
    shutil.copyfile(folder / "b.png", folder / "copy of b.png")
    opened = open_target(folder)
    assert paths(opened.document) == [
        "renamed.png",
        "b.png",
        "sub/c.png",
        "sub/d.png",
        "copy of b.png",
    ]
    assert len(opened.document.regions(1)) == 1
    assert opened.document.regions(5) == (), "a copy is an image of its own"
    assert seen(opened.document) == reopened(opened.document)
    opened.document.close()


# --- changed files ------------------------------------------------------------------------------


def test_a_changed_file_is_noticed_and_can_be_accepted(document: Document) -> None:
    photo = document.image_path(1)
    save(photo, scene(16, 12)[::-1].copy())
    photo.write_bytes(photo.read_bytes() + b"\0")
    lost = survey(document.images(), document.path.parent, cancel=CancelToken())
    assert [image.id for image in lost.changed] == [1]
    before = document.regions(1)
    old = document.image(1)
    document.do(AcceptImageFile(1, read_facts(photo)))
    assert document.image(1).digest == read_facts(photo).digest
    assert document.regions(1) == before
    assert survey(document.images(), document.path.parent, cancel=CancelToken()).lost == ()
    assert document.undo(1) == "accept changed file"
    assert document.image(1) == old
    assert seen(document) == reopened(document)


def test_a_file_of_another_size_is_not_accepted_under_masks_that_do_not_fit(
    document: Document,
) -> None:
    photo = document.image_path(1)
    save(photo, scene(20, 12))
    before = seen(document)
    with pytest.raises(CommandError, match="do not fit") as caught:
        document.do(AcceptImageFile(1, read_facts(photo)))
    assert "kept" in caught.value.kept
    assert seen(document) == before
    document.undo(1)
    document.do(AcceptImageFile(1, read_facts(photo)))
    assert (document.image(1).width, document.image(1).height) == (20, 12)
    assert document.redo_name(1) == "", "the region of the old size cannot come back"
