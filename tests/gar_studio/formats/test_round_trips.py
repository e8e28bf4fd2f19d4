"""What leaves in a format and comes in again is the same, as far as the format can hold it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import map_mentions
from gar_studio.formats.gar_bench import export_gar_bench
from gar_studio.formats.gar_bench_reader import open_gar_bench
from gar_studio.formats.incoming import ReadImage
from gar_studio.formats.labelme import export_labelme
from gar_studio.formats.labelme_reader import open_labelme
from gar_studio.formats.labels import ImageLabels
from gar_studio.formats.outlines import filled, outlines_of
from gar_studio.formats.png_masks import export_png
from gar_studio.formats.png_reader import open_png
from gar_studio.formats.report import Loss
from gar_studio.formats.yolo import export_yolo
from gar_studio.formats.yolo_reader import open_yolo
from tests.helpers.labels import MemoryLabels, label_sets
from tests.helpers.masks import BoolArray, mask_arrays


@contextmanager
def folders() -> Iterator[tuple[Path, Path]]:
    """Yield a folder for photos and a place for an export."""
    with tempfile.TemporaryDirectory() as name:
        photos = Path(name) / "photos"
        photos.mkdir()
        yield photos, Path(name) / "out"


def by_name(images: Iterator[ReadImage]) -> dict[str, ReadImage]:
    found = {}
    for image in images:
        assert image.name not in found
        found[image.name] = image
    return found


def named(labels: MemoryLabels) -> dict[str, ImageLabels]:
    return {image.image.path: image for image in labels.found}


@given(st.data())
def test_labelme_holds_masks_categories_and_captions(data: st.DataObject) -> None:
    with folders() as (photos, out):
        labels = data.draw(label_sets(photos))
        export_labelme(labels, out)
        incoming = open_labelme(out, photos)
        read = by_name(incoming.images())

        assert set(read) == set(named(labels))
        for path, image in named(labels).items():
            assert read[path].path == (photos / path).resolve()
            assert (read[path].width, read[path].height) == (image.image.width, image.image.height)
            assert [(r.mask, r.category, r.caption) for r in read[path].regions] == [
                (
                    region.mask,
                    labels.category_of(region).name,
                    image.shown(region.caption.text) if region.caption else "",
                )
                for region in image.regions
            ]
        assert not incoming.problems.counts


@given(st.data())
def test_yolo_holds_outlines_and_categories(data: st.DataObject) -> None:
    with folders() as (photos, out):
        labels = data.draw(label_sets(photos))
        report = export_yolo(labels, out)
        incoming = open_yolo(out, photos)
        read = by_name(incoming.images())

        assert [c.name for c in incoming.categories()] == list(labels.names)
        assert not incoming.problems.counts
        assert set(read) == set(named(labels))
        several = 0
        for path, image in named(labels).items():
            regions = list(read[path].regions)
            for region in image.regions:
                rings, _ = outlines_of(region.mask)
                several += len(rings) > 1
                mine, regions = regions[: len(rings)], regions[len(rings) :]
                assert {part.category for part in mine} == {labels.category_of(region).name}
                assert mine[0].mask.union(*(part.mask for part in mine[1:])) == region.mask
            assert not regions
        assert report.losses.get(Loss.PARTS, 0) == several


@given(mask_arrays(largest=40))
@settings(max_examples=300)
def test_a_cut_to_a_hole_costs_no_pixel(array: BoolArray) -> None:
    mask = Mask.from_array(array)
    rings, _ = outlines_of(mask)
    again = Mask.empty(height=mask.height, width=mask.width)
    for ring in rings:
        again = again.union(filled(ring.ravel().tolist(), height=mask.height, width=mask.width))
    assert again == mask


@given(st.data())
def test_png_masks_hold_what_is_on_top(data: st.DataObject) -> None:
    with folders() as (photos, out):
        labels = data.draw(label_sets(photos))
        report = export_png(labels, out)
        incoming = open_png(out, photos)
        read = by_name(incoming.images())

        assert [c.name for c in incoming.categories()] == list(labels.names)
        assert set(read) == set(named(labels))
        partly = wholly = 0
        for path, image in named(labels).items():
            # A pixel belongs to the smallest region that has it, of equal ones to the last.
            expected = []
            for place, region in enumerate(image.regions):
                seen = region.mask.to_array()
                for other_place, other in enumerate(image.regions):
                    above = (-other.mask.area, other_place) > (-region.mask.area, place)
                    if above:
                        seen &= ~other.mask.to_array()
                partly += 0 < seen.sum() < region.mask.area
                wholly += not seen.any()
                if seen.any():
                    expected.append((Mask.from_array(seen), labels.category_of(region).name))
            assert [(r.mask, r.category) for r in read[path].regions] == expected
        assert report.losses.get(Loss.OVERLAPS, 0) == partly
        assert report.losses.get(Loss.GONE, 0) == wholly


@given(st.data())
def test_gar_bench_holds_relations_and_questions(data: st.DataObject) -> None:
    with folders() as (photos, out):
        labels = data.draw(label_sets(photos))
        report = export_gar_bench(labels, out)
        read = by_name(open_gar_bench(out, photos).images())

        told = {p: i for p, i in named(labels).items() if i.relations or i.exchanges}
        assert set(read) == set(told)
        assert report.relations == sum(len(image.relations) for image in told.values())
        for path, image in told.items():
            places = {region.mask: place for place, region in enumerate(read[path].regions)}
            at = {r.id: places[r.mask] for r in image.regions if r.mask in places}
            assert sorted((r.subject, r.objects, r.predicate) for r in read[path].relations) == (
                sorted(
                    (
                        at[r.subject_id],
                        tuple(at[i] for i in r.object_ids),
                        words(image, r.predicate, at, (r.subject_id, *r.object_ids)),
                    )
                    for r in image.relations
                )
            )
            everything = tuple(at)
            assert sorted((e.question, e.answer) for e in read[path].exchanges) == sorted(
                (words(image, e.question, at, everything), words(image, e.answer, at, everything))
                for e in image.exchanges
            )
            first = {e.regions[0] for e in read[path].exchanges}
            assert first == {at[e.region_ids[0]] for e in image.exchanges}


def words(image: ImageLabels, stored: str, at: dict[int, int], held: tuple[int, ...]) -> str:
    """Return a text as it comes back: `#1` by place in the file, others by their number."""
    return map_mentions(
        stored, lambda i: f"#{at[i] + 1}" if i in held else f"region {image.numbers[i]}"
    )
