"""Counts of regions are right however they are asked for, and whenever."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.annotation.review import ImageState, Progress
from gar_studio.document.commands import AddRegion, DeleteRegions
from gar_studio.document.document import Document
from gar_studio.document.review_commands import SetImageState
from gar_studio.images import ImageFacts
from gar_studio.store.opening import open_store

MASK = Mask.from_box(0, 0, 4, 4, height=8, width=8)
STEPS = st.lists(st.sampled_from(["add", "delete", "undo", "ask one", "ask all"]), max_size=14)


@given(STEPS)
def test_counts_follow_the_regions(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = Document(open_store(Path(folder) / "a.garproj", create=True))
        first, second = document.add_images(
            (name, ImageFacts(width=8, height=8, file_size=1, digest=name)) for name in "ab"
        )
        for step in steps:
            regions = document.regions(first.id)
            match step:
                case "add":
                    document.do(AddRegion(first.id, MASK, Provenance.by_person()))
                case "delete" if regions:
                    document.do(DeleteRegions(first.id, (regions[0].id,)))
                case "undo":
                    document.undo(first.id)
                case "ask one":
                    assert document.region_count(first.id) == len(regions)
                case "ask all":
                    assert document.region_counts() == {first.id: len(regions), second.id: 0}
        assert document.region_count(first.id) == len(document.regions(first.id))
        assert document.region_counts()[first.id] == len(document.regions(first.id))
        document.close()


def test_images_are_found_by_how_far_they_are(tmp_path: Path) -> None:
    document = Document(open_store(tmp_path / "a.garproj", create=True))
    images = document.add_images(
        (name, ImageFacts(width=8, height=8, file_size=1, digest=name)) for name in "abcd"
    )
    for image in images[1:]:
        document.do(AddRegion(image.id, MASK, Provenance.by_person()))
    document.do(SetImageState(ImageState(images[2].id, done=True)))
    document.do(SetImageState(ImageState(images[3].id, flagged=True)))
    for progress in Progress:
        found = document.with_progress((progress,))
        assert found == {i.id for i in images if document.progress(i.id) is progress}
        assert len(found) == 1
    assert document.with_progress(tuple(Progress)) == {image.id for image in images}
    document.close()
