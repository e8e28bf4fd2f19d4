"""A window with regions and a thread, for tests of the panels that show them."""

from pytestqt.qtbot import QtBot

from gar_studio.annotation.exchange import AskedRegion, Exchange
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegions
from gar_studio.document.document import Document
from ui.studio import Studio

MODEL = Provenance("Scripted", revision="1", prompt="p", at="2026-01-02T03:04:05+00:00")


def document_of(studio: Studio) -> Document:
    """Return the open document."""
    assert studio.desk.document is not None
    return studio.desk.document


def image_of(studio: Studio) -> int:
    """Return the id of the image in view."""
    assert studio.desk.image_id is not None
    return studio.desk.image_id


def add_boxes(studio: Studio, count: int) -> tuple[int, ...]:
    """Put boxes side by side on a photo of 320×240 pixels; return their ids."""
    masks = tuple(
        Mask.from_box(x, y, x + 24, y + 24, height=240, width=320)
        for x, y in ((8 + 40 * (i % 7), 8 + 40 * (i // 7)) for i in range(count))
    )
    studio.desk.do(AddRegions(image_of(studio), masks, Provenance.by_person()))
    return tuple(region.id for region in studio.desk.regions())[-count:]


def record(
    studio: Studio, task: str, ids: tuple[int, ...], answer: str, question: str = ""
) -> Exchange:
    """Keep an answer of a model about regions as a draft."""
    document, image_id = document_of(studio), image_of(studio)
    asked = tuple(AskedRegion(i, document.region(image_id, i).mask.version) for i in ids)
    return document.record_exchange(
        Exchange(0, image_id, task, asked, question, answer, "end", MODEL)
    )


def is_finished(studio: Studio, count: int) -> bool:
    """Whether so many answers are there and none is awaited."""
    return len(studio.talk.cards()) == count and not studio.conversation.busy


def mention(region_id: int) -> str:
    """Return a mention as it is stored."""
    return stored_mention(region_id)


def settle(qtbot: QtBot) -> None:
    """Let layouts and repaints that are due happen."""
    qtbot.wait(60)
