"""A storm of random edits, each told on standard output as soon as it is accepted.

`python -m benchmarks.edit_storm PROJECT SEED STEP` opens a project and edits it until it is killed.
What step `n` does follows from the seed, from `n` and from what is in the project, so that whoever
reads the numbers can do the same to another project and compare the two.
"""

import os
import random
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gar_studio.annotation.exchange import AskedRegion, Exchange
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption, Provenance, Region
from gar_studio.annotation.review import ImageState, Review, Verdict
from gar_studio.document.commands import (
    AcceptAnswer,
    AddRegion,
    AssignNewCategory,
    DeleteRegions,
    MergeCategories,
    MoveRegion,
    SetCaption,
    SetMask,
)
from gar_studio.document.document import Document
from gar_studio.document.relation_commands import AddRelation
from gar_studio.document.review_commands import ReviewRegions, SetImageState
from gar_studio.errors import CommandError
from gar_studio.images import ImageFacts
from gar_studio.store.opening import open_store
from gar_studio.store.syncer import Syncer

IMAGES = 4
_HEIGHT, _WIDTH = 480, 640
_MOST_REGIONS, _MOST_CATEGORIES = 20, 12
_AT = "2026-01-02T03:04:05+00:00"
_PERSON = Provenance("person", at=_AT)
_MODEL = Provenance("a model", revision="1", prompt="p", at=_AT)
_TABLES = ("meta", "image", "image_state", "category", "region", "exchange", "relation")
_HISTORY = "SELECT image_id, name, edits, undone FROM history ORDER BY id"
_SYNC_SECONDS = 0.02  # checkpoints come often, so that some are cut off as well


def make_project(path: Path) -> None:
    """Make the project that a storm begins with."""
    facts = ImageFacts(width=_WIDTH, height=_HEIGHT, file_size=1, digest="0" * 64)
    document = Document(open_store(path, create=True))
    document.add_images((f"photo {number}.png", facts) for number in range(IMAGES))
    document.close()


@dataclass(frozen=True)
class _Moment:
    """What one edit is about."""

    document: Document
    dice: random.Random
    number: int
    image_id: int
    one: Region
    two: Region

    @property
    def text(self) -> str:
        return f"Words {self.number} " * self.dice.randint(1, 60)


def step(document: Document, seed: int, number: int) -> bool:
    """Do one edit, undo or redo in one transaction; return whether it changed anything."""
    dice = random.Random(f"{seed}:{number}")
    image_id = dice.randint(1, IMAGES)
    regions = document.regions(image_id)
    if len(regions) < 2:
        return bool(document.do(AddRegion(image_id, _mask(dice), _PERSON)))
    one, two = dice.sample(regions, 2)
    edit = dice.choice((*_OFTEN * 3, *_SELDOM))
    try:
        return bool(edit(_Moment(document, dice, number, image_id, one, two)))
    except CommandError:
        return False  # such as a name that is taken; the other project says the same


def _add(now: _Moment) -> object:
    if len(now.document.regions(now.image_id)) < _MOST_REGIONS:
        return now.document.do(AddRegion(now.image_id, _mask(now.dice), _PERSON))
    return _delete(now)


def _delete(now: _Moment) -> object:
    return now.document.do(DeleteRegions(now.image_id, (now.one.id,)))


def _change_mask(now: _Moment) -> object:
    return now.document.do(SetMask(now.image_id, now.one.id, _mask(now.dice), _PERSON))


def _caption(now: _Moment) -> object:
    return now.document.do(SetCaption(now.image_id, now.one.id, Caption(now.text, _PERSON)))


def _categorise(now: _Moment) -> object:
    document = now.document
    if len(document.categories()) < _MOST_CATEGORIES:
        name = f"class {now.number}"
        return document.do(AssignNewCategory(now.image_id, (now.one.id,), name))
    source, target = now.dice.sample(document.categories(), 2)
    return document.do(MergeCategories(source.id, target.id))


def _relate(now: _Moment) -> object:
    objects = (now.two.id,)
    return now.document.do(AddRelation(now.image_id, now.one.id, now.text, objects, _PERSON))


def _answer(now: _Moment) -> object:
    asked = (AskedRegion(now.one.id, now.one.mask.version),)
    exchange = Exchange(0, now.image_id, "describe", asked, "", now.text, "end", _MODEL)
    return now.document.record_exchange(exchange)


def _accept(now: _Moment) -> object:
    if exchanges := now.document.exchanges(now.image_id)[-5:]:
        return now.document.do(AcceptAnswer(now.image_id, now.dice.choice(exchanges).id))
    return None


def _move(now: _Moment) -> object:
    return now.document.do(MoveRegion(now.image_id, now.one.id, now.dice.randint(1, 5)))


def _review(now: _Moment) -> object:
    review = Review(now.dice.choice(list(Verdict)), now.text, "me", _AT)
    return now.document.do(ReviewRegions(now.image_id, (now.one.id, now.two.id), review))


def _finish(now: _Moment) -> object:
    state = ImageState(now.image_id, done=True, note=now.text, at=_AT)
    return now.document.do(SetImageState(state))


def _undo(now: _Moment) -> object:
    return now.document.undo(now.image_id)


def _redo(now: _Moment) -> object:
    return now.document.redo(now.image_id)


_OFTEN = (_add, _caption, _change_mask, _undo)
_SELDOM = (_delete, _categorise, _relate, _answer, _accept, _move, _review, _finish, _redo)


def picture(document: Document) -> list[object]:
    """Return everything that a document shows of a storm's project."""
    found: list[object] = [document.images(), document.categories(), document.sticky_category]
    for image_id in range(1, IMAGES + 1):
        found += [
            document.regions(image_id),
            document.exchanges(image_id),
            document.relations(image_id),
            document.image_state(image_id),
            document.undo_name(image_id),
            document.redo_name(image_id),
        ]
    return found


def content(path: Path) -> list[list[tuple[object, ...]]]:
    """Return every row of a project's file, the history of undo among them."""
    options = "mode=ro" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?{options}"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        queries = [f"SELECT * FROM {name} ORDER BY 1" for name in _TABLES]
        return [connection.execute(query).fetchall() for query in (*queries, _HISTORY)]


def _mask(dice: random.Random) -> Mask:
    x, y = dice.randint(0, _WIDTH - 60), dice.randint(0, _HEIGHT - 60)
    return Mask.from_box(x, y, x + dice.randint(5, 50), y + 40, height=_HEIGHT, width=_WIDTH)


def main() -> None:
    """Edit until somebody puts an end to it."""
    path, seed, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    document = Document(open_store(path))
    assert not document.read_only, document.notice
    often = Syncer(path, interval=_SYNC_SECONDS)
    often.start()
    while True:
        step(document, seed, number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main()
