"""What a patch is told about the outline of its object."""

from pathlib import Path

import msgspec
import numpy as np

from models.gar.nano.facts import Contact, SceneFacts, SceneObject
from models.gar.nano.layout import PATCH, TILE
from models.gar.nano.shards import load_shard
from models.gar.nano.silhouettes import (
    AROUND,
    OUTLINE,
    SIDES,
    WINDOW,
    silhouettes,
    surroundings,
)

SQUARE = SceneObject(
    number=3,
    shape="square",
    colour="red",
    texture="plain",
    size="medium",
    place="centre",
    hidden=False,
    reflection=False,
    reflection_of=0,
    area=0.1,
    centre=(0.5, 0.5),
    box=(0.25, 0.25, 0.5, 0.5),
)


def test_a_squares_patches_see_its_edges() -> None:
    labels = np.zeros((TILE, TILE), dtype=np.uint8)
    labels[48:96, 48:97] = 3
    box = (48 / TILE, 48 / TILE, 96 / TILE, 95 / TILE)
    seen = silhouettes(labels, SceneFacts((SQUARE,), (), "flat"), (box,))
    assert len(seen.windows) == (48 // PATCH) ** 2
    assert seen.outlines.all(), "a square fills its box"
    first, last = seen.edges[0] * 50, seen.edges[-1] * 50
    assert np.allclose(first, (6, 6, 42, 41))
    assert np.allclose(last, (42, 42, 6, 5))
    window = seen.windows[0].reshape(WINDOW, WINDOW)
    assert not window[:4].any(), "above the square is nothing"
    assert not window[:, :4].any()
    assert window[4:, 4:].all()


def test_every_window_is_cut_from_the_labels_around_its_patch(shards: Path) -> None:
    shard = load_shard(shards, 0)
    for labels, scene in zip(shard.labels, shard.scenes, strict=True):
        seen = silhouettes(labels, scene.facts, scene.boxes)
        centres = labels[PATCH // 2 :: PATCH, PATCH // 2 :: PATCH]
        known = [one.number for one in scene.facts.objects]
        places = np.argwhere(np.isin(centres, known))
        assert len(seen.windows) == len(seen.edges) == len(places)
        assert seen.outlines.shape[1] == OUTLINE**2
        for window, (row, column) in zip(seen.windows, places, strict=True):
            for y, x in ((0, 0), (5, 6), (11, 11), (3, 8)):
                # A cell is 4 pixels wide; four of them lie before the patch.
                at = (PATCH * row + 4 * (y - 4) + 2, PATCH * column + 4 * (x - 4) + 2)
                inside = all(0 <= value < TILE for value in at)
                same = inside and labels[at] == centres[row, column]
                assert window.reshape(WINDOW, WINDOW)[y, x] == same


def test_a_patch_is_told_where_its_neighbours_lie_over_and_under_it() -> None:
    labels = np.zeros((TILE, TILE), dtype=np.uint8)
    labels[48:96, 48:96] = 3
    labels[48:96, 96:128] = 5  # to the right of the square, and over it
    above = msgspec.structs.replace(SQUARE, number=5)
    square = (48 / TILE, 48 / TILE, 95 / TILE, 95 / TILE)
    other = (96 / TILE, 48 / TILE, 127 / TILE, 95 / TILE)
    facts = SceneFacts((SQUARE, above), (Contact(5, 3, "front"),), "flat")
    seen = silhouettes(labels, facts, (square, other))
    maps = seen.neighbours.reshape(-1, 2, AROUND, AROUND)
    # Patches in reading order: four of the square, then three of the other, row by row.
    over, under = maps[3]
    assert over[2:, 3:].all()
    assert not over[:, :3].any()
    assert not under.any()
    over, under = maps[4]
    assert not over.any()
    assert under[2:, :2].all()
    assert not under[:, 2:].any()
    assert not maps[0].any(), "the other object is out of sight from there"


def test_a_region_is_told_on_which_sides_others_lie_over_and_under_it() -> None:
    labels = np.zeros((TILE, TILE), dtype=np.uint8)
    labels[48:96, 48:96] = 3
    labels[60:70, 90:120] = 5  # over its right side
    labels[30:48, 60:80] = 2  # under it, above
    labels[100:120, 48:96] = 7  # no contact
    contacts = (Contact(5, 3, "front"), Contact(3, 2, "unclear"))
    facts = SceneFacts((SQUARE,), contacts, "flat")
    box = (48 / TILE, 48 / TILE, 95 / TILE, 95 / TILE)
    over, under = surroundings(labels, 3, box, facts).reshape(2, SIDES, SIDES)
    assert over[0:2, 2].any()
    assert not over[:, :2].any()
    assert not over[2].any()
    assert under[0, 1]
    assert not under[1:].any()
