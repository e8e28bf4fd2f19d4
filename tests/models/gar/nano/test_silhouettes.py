"""What a patch is told about the outline of its object."""

from pathlib import Path

import numpy as np

from models.gar.nano.facts import SceneObject
from models.gar.nano.layout import PATCH, TILE
from models.gar.nano.shards import load_shard
from models.gar.nano.silhouettes import OUTLINE, WINDOW, silhouettes

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
    seen = silhouettes(labels, (SQUARE,), (box,))
    assert len(seen.windows) == (48 // PATCH) ** 2
    assert seen.outlines.all(), "a square fills its box"
    first, last = seen.edges[0] * 50, seen.edges[-1] * 50
    assert np.allclose(first, (8, 8, 40, 39))
    assert np.allclose(last, (40, 40, 8, 7))
    window = seen.windows[0].reshape(WINDOW, WINDOW)
    assert not window[:4].any(), "above the square is nothing"
    assert not window[:, :4].any()
    assert window[4:, 4:].all()


def test_patches_of_other_objects_are_not_of_this_one(shards: Path) -> None:
    shard = load_shard(shards, 0)
    middles = []
    for labels, scene in zip(shard.labels, shard.scenes, strict=True):
        seen = silhouettes(labels, scene.facts.objects, scene.boxes)
        centres = labels[PATCH // 2 :: PATCH, PATCH // 2 :: PATCH]
        known = [one.number for one in scene.facts.objects]
        assert len(seen.windows) == len(seen.edges) == np.isin(centres, known).sum()
        assert seen.outlines.shape[1] == OUTLINE**2
        middles.append(seen.windows.reshape(-1, WINDOW, WINDOW)[:, 6, 6])
        assert (seen.edges >= -0.05).all()
    own = np.concatenate(middles).mean()
    assert own > 0.85, "beside its own middle a patch sees its own object"
