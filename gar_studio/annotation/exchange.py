"""Exchanges with the describer, and the relations that are read from their answers."""

from dataclasses import dataclass

from gar_studio.annotation.mentions import escape, split_mentions, stored_mention
from gar_studio.annotation.region import Provenance


@dataclass(frozen=True, slots=True)
class AskedRegion:
    """A region of a request, with the version of its mask at the time of asking."""

    region_id: int
    mask_version: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question about some regions of an image, with its answer: a draft until accepted.

    Attributes:
        id: lasting id.
        image_id: the image.
        task: "describe", "relate" or "ask".
        regions: what it is about, in the order asked.
        question: mentions in stored form; "" for a description.
        answer: mentions in stored form.
        reason: why the answer ended: "end", "length", "cancelled", or "failed" where the engine
            broke off.
        provenance: which engine answered.
        accepted: whether a person took it over.
        notice: what every reader of the answer has to know (`EngineInfo.notice`).
    """

    id: int
    image_id: int
    task: str
    regions: tuple[AskedRegion, ...]
    question: str
    answer: str
    reason: str
    provenance: Provenance
    accepted: bool = False
    notice: str = ""

    @property
    def region_ids(self) -> tuple[int, ...]:
        """Lasting ids of the regions, in the order asked."""
        return tuple(asked.region_id for asked in self.regions)


@dataclass(frozen=True, slots=True)
class Relation:
    """Subject, predicate, object.

    Attributes:
        id: lasting id, from 1.
        image_id: the image.
        subject_id: region that the predicate is said of.
        predicate: words between them, or the whole sentence where `parsed` is false; mentions in
            stored form.
        object_ids: the other region or regions.
        answer: the sentence that it was read from, mentions in stored form.
        parsed: whether subject and object were found in the sentence itself, or the predicate is
            in a person's words.
        provenance: where it came from.
        exchange_id: the exchange that it was read from, or 0.
    """

    id: int
    image_id: int
    subject_id: int
    predicate: str
    object_ids: tuple[int, ...]
    answer: str
    parsed: bool
    provenance: Provenance
    exchange_id: int = 0

    def is_as_read(self, exchange: Exchange) -> bool:
        """Whether its parts are those that the exchange's answer gives, changed by nobody."""
        read = parse_relation(exchange.answer, exchange.region_ids)
        return read == ParsedRelation(
            self.subject_id, self.predicate, self.object_ids, parsed=self.parsed
        )


@dataclass(frozen=True, slots=True)
class ParsedRelation:
    """What could be read from an answer: see `Relation` for the fields."""

    subject_id: int
    predicate: str
    object_ids: tuple[int, ...]
    parsed: bool


def parse_relation(answer: str, asked: tuple[int, ...]) -> ParsedRelation | None:
    """Read a relation from an answer.

    The first two different regions that the answer mentions are subject and object, the words
    between them the predicate.  An answer that mentions fewer relates the regions as asked, with
    the whole sentence as predicate.

    Args:
        answer: mentions in stored form.
        asked: region ids in the order asked.

    Returns:
        The relation, or None if fewer than two regions were asked or the answer is empty.
    """
    if len(asked) < 2 or not answer.strip():
        return None
    subject: int | None = None
    words = ""
    for part in split_mentions(answer):
        if isinstance(part, str):
            words = words + escape(part) if subject is not None else words
        elif subject is None:
            subject = part
        elif part != subject:
            predicate = " ".join(words.split()).strip(" ,;:.")
            if predicate:
                return ParsedRelation(subject, predicate, (part,), parsed=True)
        else:
            words += stored_mention(part)
    return ParsedRelation(asked[0], answer.strip(), asked[1:], parsed=False)
