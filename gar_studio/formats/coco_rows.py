"""The rows of COCO files as others write them, and how one row is read."""

from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta

from gar_studio.annotation.region import Provenance
from gar_studio.annotation.review import Review
from gar_studio.formats.incoming import ReadState
from gar_studio.formats.reading import MAX_NAME, MAX_TEXT, unknown_keys
from gar_studio.language import mark

Id = Annotated[int, Meta(ge=-(2**62), le=2**62)]
Name = Annotated[str, Meta(max_length=MAX_NAME)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Number = int | float

_ADDITIONS = ("caption", "captions", "provenance", "review", "number")


class Image(msgspec.Struct, gc=False):
    """A row of `images`; `sha256` and `state` are our own."""

    id: Id
    file_name: Name
    width: int
    height: int
    sha256: Name = ""
    state: ReadState | None = None


class Category(msgspec.Struct, gc=False):
    """A row of `categories`."""

    id: Id
    name: Name
    supercategory: Name | None = None


class Rle(msgspec.Struct, gc=False):
    """Run lengths, compressed (text) or not."""

    size: Annotated[list[int], Meta(min_length=2, max_length=2)]
    counts: str | list[int]


class CaptionRow(msgspec.Struct, gc=False):
    """A caption with where it came from."""

    text: Text
    provenance: Provenance | None = None


class Annotation(msgspec.Struct, gc=False):
    """A row of `annotations`; what follows `area` is our own."""

    id: Id
    image_id: Id
    category_id: Id | None = None
    segmentation: Rle | list[list[float]] | None = None
    bbox: list[float] | None = None
    iscrowd: int | bool = 0
    area: msgspec.Raw = msgspec.Raw(b"0")
    caption: Text | None = None
    captions: list[CaptionRow] | None = None
    provenance: Provenance | None = None
    review: Review | None = None
    number: int | None = None


class PlainAnnotation(msgspec.Struct, gc=False):
    """The same, where somebody else gives our additions another meaning."""

    id: Id
    image_id: Id
    category_id: Id | None = None
    segmentation: Rle | list[list[float]] | None = None
    bbox: list[float] | None = None
    iscrowd: int | bool = 0
    area: msgspec.Raw = msgspec.Raw(b"0")


class Relation(msgspec.Struct, gc=False):
    """A row of `relations`, our own."""

    image_id: Id
    subject_id: Id
    predicate: Text
    id: Id | None = None
    object_id: Id | None = None
    object_ids: list[Id] = []
    answer: Text = ""
    parsed: bool = True
    provenance: Provenance | None = None


class Question(msgspec.Struct, gc=False):
    """A row of `qa`, our own."""

    image_id: Id
    question: Text
    answer: Text
    id: Id | None = None
    annotation_ids: list[Id] = []
    provenance: Provenance | None = None


class OfImage(msgspec.Struct, gc=False):
    """What says which image a row is about."""

    image_id: Id


RowT = TypeVar("RowT", bound=msgspec.Struct)

BOX_ONLY = mark("annotations with a box only, taken as a filled box")
"""A problem that is none where boxes are cut out afterwards."""

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)
"""What decoding raises for JSON that is not sound or not as expected."""


class RowReader(Generic[RowT]):
    """Reads rows of one kind, with the keys that the kind does not know.

    Most files have the same keys in every row, so it is tried first whether there are only known
    ones, which costs nothing.
    """

    def __init__(self, kind: type[RowT], *, known: Iterable[str] = ()) -> None:
        """Prepare for a kind.

        Args:
            kind: of the rows.
            known: keys that are no unknown ones, beside those of the kind.
        """
        strict = type(f"Strict{kind.__name__}", (kind,), {}, forbid_unknown_fields=True, gc=False)
        self._strict: msgspec.json.Decoder[RowT] = msgspec.json.Decoder(strict)
        self._loose: msgspec.json.Decoder[RowT] = msgspec.json.Decoder(kind)
        self._known = frozenset((*kind.__struct_fields__, *known))
        self._all_known = True

    def read(self, raw: msgspec.Raw) -> tuple[RowT, bytes]:
        """Return a row, and its unknown keys as a JSON object, or b"".

        Raises:
            msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError: see `BROKEN`.
        """
        if self._all_known:
            try:
                return self._strict.decode(raw), b""
            except msgspec.ValidationError:
                self._all_known = False
        return self._loose.decode(raw), unknown_keys(raw, self._known)


def without(keys: bytes, names: Iterable[str]) -> bytes:
    """Return a JSON object of keys without some of them."""
    if not keys:
        return b""
    left: dict[str, Any] = msgspec.json.decode(keys, type=dict[str, msgspec.Raw])
    for name in names:
        left.pop(name, None)
    return msgspec.json.encode(left) if left else b""


class AnnotationReader:
    """Reads annotations; where our additions mean something else, without them."""

    def __init__(self) -> None:
        self._full = RowReader(Annotation)
        self._plain = RowReader(PlainAnnotation, known=_ADDITIONS)

    def read(self, raw: msgspec.Raw) -> tuple[Annotation, bytes, bool]:
        """Return a row, its unknown keys, and whether additions had to be left out.

        Raises:
            msgspec.DecodeError and others: see `BROKEN`.
        """
        try:
            return *self._full.read(raw), False
        except msgspec.ValidationError:
            plain, keys = self._plain.read(raw)
        fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
        return Annotation(**fields), keys, True
