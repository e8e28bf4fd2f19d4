"""A project with photos of 40×30 pixels and regions on them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Region
from gar_studio.document.commands import AddRegion
from gar_studio.document.document import Document
from gar_studio.workspace import add_images, open_project
from tests.gar_studio.cli.conftest import ScriptedDescriber, ScriptedSegmenter
from tests.helpers.images import save, scene
from tests.helpers.projects import PERSON

Make = Callable[..., Document]


@pytest.fixture
def describer() -> ScriptedDescriber:
    return ScriptedDescriber()


@pytest.fixture
def segmenter() -> ScriptedSegmenter:
    return ScriptedSegmenter()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Return a function that makes a project: so many regions on each photo."""
    opened: list[Document] = []

    def build(*counts: int, name: str = "photos") -> Document:
        folder = tmp_path / name
        pixels = scene(40, 30)
        paths = [save(folder / f"{n}.png", pixels + n) for n in range(len(counts))]
        document = open_project(folder / "photos.garproj", create=True)
        opened.append(document)
        ids = add_images(document, paths).image_ids
        for image_id, count in zip(ids, counts, strict=True):
            for number in range(count):
                add(document, image_id, number)
        return document

    yield build
    for document in opened:
        document.close()


def add(document: Document, image_id: int, number: int, *, hole: bool = True) -> Region:
    """Add a region of its own place; with a hole it is no box."""
    array = Mask.from_box(3 * number, 2, 3 * number + 3, 9, height=30, width=40).to_array()
    if hole:
        array[5, 3 * number + 1] = False
    (edit,) = document.do(AddRegion(image_id, Mask.from_array(array), PERSON))
    assert isinstance(edit.after, Region)
    return edit.after
