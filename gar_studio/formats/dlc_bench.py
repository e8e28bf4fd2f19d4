"""Reads DLC-Bench: a COCO dictionary of regions, and what models wrote about them.

Predictions are a JSON object from an annotation's id (as text) to words, as DLC-Bench's own
evaluation takes them (github.com/NVlabs/describe-anything).
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from gar_studio.annotation.mask import Mask
from gar_studio.errors import FormatError, MaskError
from gar_studio.formats.found_files import keys_beside
from gar_studio.formats.incoming import Problems, ReadCategory, ReadImage, ReadRegion
from gar_studio.formats.reading import (
    MAX_NAME,
    MAX_TEXT,
    check_image_size,
    decode_json,
    photo_in,
    polygons_to_mask,
    read_file,
    rle_to_mask,
)
from gar_studio.language import mark, tr

NAME = "dlc-bench"

CLASS_NAMES = "class_names.json"
"""Beside the annotations: what each shows, by its id."""

_MAX_BYTES = 512 << 20
_MAX_TEXTS = 64 << 20

_ANNOTATION_KEYS = frozenset(
    {"id", "image_id", "category_id", "segmentation", "caption", "area", "bbox", "iscrowd"}
)
_IMAGE_KEYS = frozenset({"id", "file_name", "width", "height"})


class _Category(msgspec.Struct):
    id: int
    name: str


class _RunLengths(msgspec.Struct):
    size: tuple[int, int]
    counts: str | list[int]


class _Annotation(msgspec.Struct):
    id: int
    image_id: int
    segmentation: _RunLengths | list[list[float]]
    category_id: int = 0
    caption: str = ""


class _Image(msgspec.Struct):
    id: int
    file_name: str
    width: int
    height: int


class _Content(msgspec.Struct):
    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw]
    categories: list[_Category] = []


def open_dlc_bench(path: Path, photos: Path) -> "DlcBench":
    """Open DLC-Bench's annotations, with predictions that lie beside them.

    Args:
        path: `annotations.json`, or its folder; there, each further JSON file that goes from ids to
            texts is taken as predictions of the model that the file is named after, the first
            one that has a text for a region first.
        photos: the folder of the photos, or the one with `images/` in it.

    Raises:
        FormatError: there is no such file, or it is not of the format.
    """
    folder = path if path.is_dir() else path.parent
    file = path / "annotations.json" if path.is_dir() else path
    content = decode_json(read_file(file, limit=_MAX_BYTES), _Content, place=file.name)
    names = _texts(folder / CLASS_NAMES)
    return DlcBench(content, photos, _predictions(folder, file), names)


class DlcBench:
    """See `Incoming`."""

    def __init__(
        self,
        content: _Content,
        photos: Path,
        predictions: dict[int, tuple[str, str]],
        class_names: dict[int, str],
    ) -> None:
        self.format = NAME
        self.problems = Problems()
        self._content = content
        self._photos = photos
        self._predictions = predictions
        self._class_names = class_names
        self._names = {one.id: one.name[:MAX_NAME] for one in content.categories}

    def categories(self) -> tuple[ReadCategory, ...]:
        """See `Incoming`."""
        return tuple(ReadCategory(name, source_id=i) for i, name in self._names.items())

    def images(self) -> Iterator[ReadImage]:
        """See `Incoming`.

        Raises:
            FormatError: an image or an annotation is not of the format.
        """
        self.problems = Problems()
        by_image: dict[int, list[tuple[_Annotation, msgspec.Raw]]] = {}
        for raw in self._content.annotations:
            annotation = decode_json(raw, _Annotation, place="annotations")
            by_image.setdefault(annotation.image_id, []).append((annotation, raw))
        for raw in self._content.images:
            image = decode_json(raw, _Image, place="images")
            yield self._image(image, raw, by_image.pop(image.id, []))
        for rest in by_image.values():
            for annotation, _ in rest:
                self.problems.add(
                    mark("annotations of unknown images"), f"annotation {annotation.id}"
                )

    def _image(
        self, image: _Image, raw: msgspec.Raw, annotations: list[tuple[_Annotation, msgspec.Raw]]
    ) -> ReadImage:
        check_image_size(width=image.width, height=image.height, place=image.file_name[:80])
        direct = photo_in(self._photos, image.file_name)
        photo = direct or photo_in(self._photos, f"images/{image.file_name}")
        prefix = "images/" if photo is not None and direct is None else ""
        regions = []
        for annotation, keys in annotations:
            place = f"annotation {annotation.id}"
            try:
                mask = _mask(annotation, height=image.height, width=image.width)
            except MaskError as error:
                self.problems.add(f"annotations left out: {error.what.rstrip('.')}", place)
                continue
            regions.append(self._region(annotation, keys, mask))
        return ReadImage(
            name=prefix + image.file_name.replace("\\", "/"),
            path=photo,
            width=image.width,
            height=image.height,
            regions=tuple(regions),
            source_id=image.id,
            extra=keys_beside(raw, _IMAGE_KEYS, "images"),
        )

    def _region(self, annotation: _Annotation, raw: msgspec.Raw, mask: Mask) -> ReadRegion:
        text, model = annotation.caption, ""
        if not text:
            text, model = self._predictions.get(annotation.id, ("", ""))
        name = self._names.get(annotation.category_id, "")
        return ReadRegion(
            mask=mask,
            category=self._class_names.get(annotation.id, name)[:MAX_NAME],
            caption=text[:MAX_TEXT],
            caption_model=model,
            source_id=annotation.id,
            extra=keys_beside(raw, _ANNOTATION_KEYS, "annotations"),
        )


def _mask(annotation: _Annotation, *, height: int, width: int) -> Mask:
    shape = annotation.segmentation
    if isinstance(shape, list):
        mask = polygons_to_mask(shape, height=height, width=width)
    else:
        mask = rle_to_mask(shape.size, shape.counts, height=height, width=width)
    if mask.is_empty:
        raise MaskError(tr("A mask is empty."))
    return mask


def _texts(file: Path) -> dict[int, str]:
    """Return texts by annotation's id, nothing if the file is something else."""
    try:
        data = read_file(file, limit=_MAX_TEXTS)
        return decode_json(data, dict[int, str], place=file.name)
    except FormatError:  # questions of the judge and the like
        return {}


def _predictions(folder: Path, annotations: Path) -> dict[int, tuple[str, str]]:
    """Return text and model by annotation's id; other JSON files beside are left alone."""
    found: dict[int, tuple[str, str]] = {}
    for file in sorted(folder.glob("*.json")):
        if file not in (annotations, folder / CLASS_NAMES):
            for annotation_id, text in _texts(file).items():
                found.setdefault(annotation_id, (text, file.stem))
    return found
