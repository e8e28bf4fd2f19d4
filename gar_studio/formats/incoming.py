"""Labels on their way in: what an importer read, before anything of it is in a project."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.annotation.review import Review
from gar_studio.errors import FormatError
from gar_studio.language import mark


@dataclass(frozen=True, slots=True)
class ReadRegion:
    """A region of a file.

    Attributes:
        mask: of the image's size.
        category: name, "" for none.
        caption: words about it with regions as `#1` (place in `ReadImage.regions`, from 1), or "".
        caption_model: the model that wrote the caption, or "" for a person.
        source_id: its id in the file, or None.
        extra: a JSON object of the keys that only the file's format knows, or b"".
        provenance: where the mask came from, if the file says it.
        caption_provenance: where the caption came from, if the file says more than the model.
        review: what a reviewer said, or None.
    """

    mask: Mask
    category: str
    caption: str = ""
    caption_model: str = ""
    source_id: int | None = None
    extra: bytes = b""
    provenance: Provenance | None = None
    caption_provenance: Provenance | None = None
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class ReadRelation:
    """A relation of a file; regions by their place in `ReadImage.regions`, from 0."""

    subject: int
    predicate: str
    objects: tuple[int, ...]
    answer: str = ""
    model: str = ""
    source_id: int | None = None
    extra: bytes = b""
    provenance: Provenance | None = None
    parsed: bool = True


@dataclass(frozen=True, slots=True)
class ReadExchange:
    """A question with its answer; regions by place from 0, in texts as `#1` from 1."""

    regions: tuple[int, ...]
    question: str
    answer: str
    model: str = ""
    source_id: int | None = None
    extra: bytes = b""
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True)
class ReadState:
    """What a file says of an image as a whole; see `ImageState`."""

    done: bool = False
    flagged: bool = False
    note: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ReadImage:
    """An image of a file with its labels.

    Attributes:
        name: as the file names it, with forward slashes.
        path: the photo inside the folder that was chosen, or None if it is not there.
        width: columns that the masks have; so is `height` for rows.
        source_id: its id in the file, or None.
        extra: a JSON object of the keys that only the file's format knows, or b"".
        digest: SHA-256 of the photo's file as the file of labels has it, or "".
        state: what was said of the image as a whole, or None.
    """

    name: str
    path: Path | None
    width: int
    height: int
    regions: tuple[ReadRegion, ...] = ()
    relations: tuple[ReadRelation, ...] = ()
    exchanges: tuple[ReadExchange, ...] = ()
    source_id: int | None = None
    extra: bytes = b""
    digest: str = ""
    state: ReadState | None = None


@dataclass(frozen=True, slots=True)
class ReadCategory:
    """A category of a file.

    Attributes:
        name: as regions refer to it.
        source_id: its id in the file, or None.
        extra: a JSON object of the keys that only the file's format knows, or b"".
        path: its name below its parent, such as “animal/dog”, under which a project may have it;
            "" for none.
    """

    name: str
    source_id: int | None = None
    extra: bytes = b""
    path: str = ""


@dataclass(slots=True)
class Problems:
    """What an importer could not take over, counted, with some places of each."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, place: str = "") -> None:
        """Count a problem, in words such as “annotations of unknown images”."""
        self.counts[what] = self.counts.get(what, 0) + 1
        examples = self.examples.setdefault(what, [])
        if place and len(examples) < 20:
            examples.append(place)


def readable(
    files: Iterable[tuple[str, Callable[[], ReadImage | None]]], problems: Problems
) -> Iterator[ReadImage]:
    """Yield what files give; one that is damaged keeps none of the others out.

    Args:
        files: names, and what reads each; None for a file that is passed over.
        problems: counts those that cannot be read, with the reason.

    Raises:
        FormatError: the first file's error, if no file can be read.
    """
    first: FormatError | None = None
    good = False
    for name, read in files:
        try:
            image = read()
        except FormatError as error:
            first = first or error
            problems.add(mark("files left out that cannot be read"), f"{name}: {error.what}")
            continue
        good = True
        if image is not None:
            yield image
    if first is not None and not good:
        raise first


class Incoming(Protocol):
    """What an importer gives: everything is checked before it is yielded.

    Attributes:
        format: the format's name.
        problems: filled while `images` is read.
    """

    format: str
    problems: Problems

    def categories(self) -> tuple[ReadCategory, ...]:
        """Return the file's categories."""
        ...

    def images(self) -> Iterator[ReadImage]:
        """Yield the images with their labels; may be called again.

        Raises:
            FormatError: the rest of the file cannot be read.
        """
        ...


@runtime_checkable
class SaysMore(Protocol):
    """A file that says something as a whole, beyond its images and categories.

    Attributes:
        extra: a JSON object of keys that only the file's format knows, or b"".
    """

    extra: bytes
