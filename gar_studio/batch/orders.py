"""What the machines of a cluster tell each other: orders go out, words come back.

All of it is small: a photo is named by its path, and masks are run lengths.
"""

from typing import Final, TypeAlias

import msgspec

from gar_studio.annotation.mask import Mask
from gar_studio.batch.plan import Item
from gar_studio.engines.description import Finished
from gar_studio.engines.protocol import EngineInfo

ORDER: Final = "order"
SAID: Final = "said"
"""The one column of the rows that go out, and of those that come back."""


class Order(msgspec.Struct, frozen=True):
    """What is to be done with one photo.

    Attributes:
        number: tells it from the others.
        path: the photo's, the same on every machine.
        items: what is asked about it.
        boxes: filled boxes, inside each of which something is cut out.
    """

    number: int
    path: str
    items: tuple[Item, ...] = ()
    boxes: tuple[Mask, ...] = ()


class Ready(msgspec.Struct, frozen=True, tag=True):
    """A worker has built its engine."""

    info: EngineInfo


class Answer(msgspec.Struct, frozen=True, tag=True):
    """The answer to the order's item at this place."""

    place: int
    finished: Finished
    info: EngineInfo


class Found(msgspec.Struct, frozen=True, tag=True):
    """All that was found on the photo."""

    masks: tuple[Mask, ...]
    info: EngineInfo


class Inside(msgspec.Struct, frozen=True, tag=True):
    """What was cut out inside the order's box at this place."""

    place: int
    mask: Mask
    info: EngineInfo


class Passed(msgspec.Struct, frozen=True, tag=True):
    """A part of the order was passed over; the rest goes on."""

    what: str
    advice: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The order came to nothing more; nothing follows.

    Attributes:
        what: what happened.
        advice: what can be done.
        engine: whether it was the engine that failed, and not the photo.
    """

    what: str
    advice: str
    engine: bool


class Unbuilt(msgspec.Struct, frozen=True, tag=True):
    """A worker cannot build its engine."""

    what: str
    advice: str


class Done(msgspec.Struct, frozen=True, tag=True):
    """The order is done; nothing follows."""


Word: TypeAlias = Ready | Answer | Found | Inside | Passed | Failed | Unbuilt | Done


class Said(msgspec.Struct, frozen=True):
    """Words about an order, in their order."""

    order: int
    words: tuple[Word, ...]


encode = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(Order).decode
decode_said = msgspec.msgpack.Decoder(Said).decode
