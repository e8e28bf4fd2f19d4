"""Labels for exporters: a small set in memory, and hypothesis strategies for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from gar_studio.annotation.exchange import AskedRegion, Exchange, Relation
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import escape, stored_mention
from gar_studio.annotation.region import Caption, Category, ImageRecord, Provenance, Region
from gar_studio.annotation.review import ImageState
from gar_studio.formats.labels import ImageLabels
from gar_studio.store.extras import Extra
from tests.helpers.images import save
from tests.helpers.masks import mask_arrays

PERSON = Provenance("person", at="2026-01-02T03:04:05+00:00")

PATHS = ("a.png", "sub/a.png", "sub/tief/a.png", "Straße/图 1.png", "b c.png")
NAMES = ("object", "animal/dog", "猫", "no", "=1+1", 'it\'s "x": [y], {z} #1')


@dataclass
class MemoryLabels:
    """See `Labels`."""

    found: tuple[ImageLabels, ...] = ()
    names: tuple[str, ...] = NAMES
    title: str = "set"
    project: Path = Path("nowhere.garproj")
    kept: Mapping[tuple[str, str], Mapping[int, Extra]] = field(default_factory=dict)

    def categories(self) -> tuple[Category, ...]:
        return tuple(
            Category(place, name, f"#{place:02x}8040") for place, name in enumerate(self.names, 1)
        )

    def category_of(self, region: Region) -> Category:
        return self.categories()[region.category_id - 1]

    def extras_of(self, kind: str, form: str) -> Mapping[int, Extra]:
        return self.kept.get((kind, form), {})

    def image_count(self) -> int:
        return len(self.found)

    def images(self) -> Iterator[ImageLabels]:
        yield from self.found


def image_labels(
    image_id: int,
    path: str,
    masks: list[Mask],
    *,
    folder: Path = Path("photos"),
    size: tuple[int, int] = (12, 16),
    part: str = "",
) -> ImageLabels:
    """Return an image with regions of the first category, without words."""
    height, width = masks[0].size if masks else size
    record = ImageRecord(image_id, path, width, height, 1, f"{image_id:064x}")
    regions = tuple(
        Region(image_id * 100 + place, image_id, place, mask, "#ff0000", 1, PERSON)
        for place, mask in enumerate(masks, 1)
    )
    return ImageLabels(
        image=record,
        file=folder / path,
        state=ImageState(image_id),
        part=part,
        regions=regions,
        numbers={region.id: place for place, region in enumerate(regions, 1)},
        relations=(),
        exchanges=(),
    )


def ask(number: int, image: ImageLabels, places: list[int], question: str, answer: str) -> Exchange:
    """Return an accepted question about regions, by their place."""
    asked = tuple(AskedRegion(image.regions[p].id, image.regions[p].mask.version) for p in places)
    return Exchange(
        number, image.image.id, "ask", asked, question, answer, "end", PERSON, accepted=True
    )


def relation(
    number: int, image: ImageLabels, subject: int, predicate: str, *others: int
) -> Relation:
    """Return a relation between regions, by their place."""
    ids = tuple(image.regions[other].id for other in others)
    subject_id = image.regions[subject].id
    return Relation(number, image.image.id, subject_id, predicate, ids, "", True, PERSON)


def texts(*, least: int = 0) -> st.SearchStrategy[str]:
    """Draw what people write, as JSON and SQLite can hold it."""
    return st.text(
        st.characters(codec="utf-8", exclude_characters="\0"), min_size=least, max_size=12
    )


@st.composite
def label_sets(draw: st.DrawFn, folder: Path, *, largest: int = 20) -> MemoryLabels:
    """Draw labels whose photos are in a folder; masks of an image all differ."""
    paths = draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=3))
    found = tuple(
        _with_words(draw, _image(draw, number, path, folder, largest))
        for number, path in enumerate(paths, 1)
    )
    return MemoryLabels(found)


def _image(draw: st.DrawFn, number: int, path: str, folder: Path, largest: int) -> ImageLabels:
    height, width = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    arrays = draw(st.lists(mask_arrays(height=height, width=width), max_size=4))
    masks = list(dict.fromkeys(Mask.from_array(a) for a in arrays if a.any()))
    save(folder / path, np.zeros((height, width, 3), np.uint8))
    return image_labels(number, path, masks, folder=folder, size=(height, width))


def _with_words(draw: st.DrawFn, image: ImageLabels) -> ImageLabels:
    def words() -> str:
        text = escape(draw(texts()))
        if image.regions and draw(st.booleans()):
            text += f" {stored_mention(draw(st.sampled_from(image.regions)).id)}"
        return text

    regions = tuple(
        replace(
            region,
            category_id=draw(st.integers(1, len(NAMES))),
            caption=Caption(words(), PERSON) if draw(st.booleans()) else None,
        )
        for region in image.regions
    )
    image = replace(image, regions=regions)
    if len(regions) < 2:
        return image
    pairs = draw(st.lists(st.permutations(range(len(regions))), max_size=2))
    relations = tuple(
        relation(place, image, pair[0], words(), pair[1]) for place, pair in enumerate(pairs, 1)
    )
    asked = draw(st.lists(st.permutations(range(len(regions))), max_size=2))
    exchanges = tuple(
        ask(place, image, list(order[: draw(st.integers(1, 3))]), words(), words())
        for place, order in enumerate(asked, 1)
    )
    return replace(image, relations=relations, exchanges=exchanges)
