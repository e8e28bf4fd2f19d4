"""Scenes: what their facts say is what can be seen in them."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gar_studio.engines.protocol import RGBArray
from models.gar.nano.colours import dominant
from models.gar.nano.facts import (
    ATTRIBUTES,
    PLACES,
    RELATIONS,
    SceneObject,
    direction,
    place_of,
    size_of,
)
from models.gar.nano.photos import sample_photos
from models.gar.nano.scenes import LEAST_OBJECTS, Scene, make_scene
from models.gar.nano.shapes import texture

SEEDS = st.integers(0, 10**9)
OPPOSITE = {
    "left of": "right of",
    "above": "below",
    "inside": "around",
    "in front of": "behind",
    "the reflection of": "mirrored as",
}
OPPOSITE |= {b: a for a, b in OPPOSITE.items()}


@pytest.fixture(scope="module")
def photos() -> tuple[RGBArray, ...]:
    return sample_photos()


@pytest.fixture(scope="module")
def many(photos: Sequence[RGBArray]) -> list[Scene]:
    return [make_scene((1, number), photos) for number in range(150)]


@settings(max_examples=25)
@given(seed=SEEDS)
def test_facts_agree_with_the_masks(seed: int) -> None:
    scene = make_scene(seed, ())
    height, width, _ = scene.pixels.shape
    assert scene.labels.shape == (height, width)
    assert 0.49 < width / height < 2.05
    assert len(scene.facts.objects) >= LEAST_OBJECTS
    for one in scene.facts.objects:
        mask = scene.mask(one.number)
        assert one.area == pytest.approx(mask.mean())
        rows, columns = np.nonzero(mask)
        assert one.box == pytest.approx(
            (
                columns.min() / width,
                rows.min() / height,
                columns.max() / width,
                rows.max() / height,
            )
        )
        if one.colour is not None:
            assert dominant(scene.pixels, mask)[0] == one.colour
        for attribute, values in ATTRIBUTES.items():
            assert one.value(attribute) in {None, *values}


@settings(max_examples=25)
@given(seed=SEEDS)
def test_relations_are_the_same_from_both_sides(seed: int) -> None:
    facts = make_scene(seed, ()).facts
    for a in facts.objects:
        for b in facts.objects:
            if a is b:
                continue
            relation = facts.relation(a, b)
            assert relation in {None, *RELATIONS}
            assert facts.relation(b, a) == (relation and OPPOSITE[relation])
            assert facts.overlap(a, b) == facts.overlap(b, a)
            if relation in {"in front of", "behind", "inside", "around"}:
                assert facts.overlap(a, b)


def test_a_seed_is_a_scene(photos: Sequence[RGBArray]) -> None:
    one, same, other = (make_scene(seed, photos) for seed in (5, 5, 6))
    assert np.array_equal(one.pixels, same.pixels)
    assert np.array_equal(one.labels, same.labels)
    assert one.facts == same.facts
    assert one.facts != other.facts


def test_the_world_is_mixed_as_it_should_be(many: list[Scene]) -> None:
    objects = [one for scene in many for one in scene.facts.objects]
    photo = sum(scene.facts.background == "photo" for scene in many) / len(many)
    hidden = sum(one.hidden is True for one in objects) / len(objects)
    assert photo >= 0.3
    assert hidden >= 0.3
    assert any(one.reflection_of for one in objects)
    for attribute, values in ATTRIBUTES.items():
        found = {one.value(attribute) for one in objects}
        assert found >= set(values)


def test_a_reflection_looks_like_what_it_reflects(many: list[Scene]) -> None:
    for scene in many:
        by_number = {one.number: one for one in scene.facts.objects}
        for one in scene.facts.objects:
            original = by_number.get(one.reflection_of)
            if original is not None:
                assert one.reflection
                assert not original.reflection
                assert (one.shape, one.texture) == (original.shape, original.texture)


def test_a_picture_may_be_drawn_in_any_size() -> None:
    assert max(make_scene(3, (), long_side=300).pixels.shape) == 300


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [(0.1, 0.1, "upper left"), (0.5, 0.5, "centre"), (0.9, 0.5, "middle right"), (0.34, 0.1, None)],
)
def test_places_are_thirds_with_a_gap_between(x: float, y: float, place: str | None) -> None:
    assert place_of(x, y) == place
    assert len(PLACES) == 9


@pytest.mark.parametrize(
    ("side", "size"),
    [(0.1, "tiny"), (0.148, None), (0.2, "small"), (0.3, "medium"), (0.37, None), (0.5, "large")],
)
def test_sizes_have_gaps_between_them_too(side: float, size: str | None) -> None:
    assert size_of(side**2) == size


def at(x: float, y: float) -> SceneObject:
    whole = (0.0, 0.0, 1.0, 1.0)
    return SceneObject(1, "circle", None, None, None, None, None, False, 0, 0.1, (x, y), whole)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0.1, 0.5), (0.6, 0.6), "left of"),
        ((0.6, 0.6), (0.1, 0.5), "right of"),
        ((0.5, 0.1), (0.4, 0.7), "above"),
        ((0.1, 0.1), (0.5, 0.5), None),  # as much below as right
        ((0.5, 0.5), (0.55, 0.5), None),  # hardly apart
    ],
)
def test_a_direction_is_said_where_one_outweighs_the_other(
    a: tuple[float, float], b: tuple[float, float], expected: str | None
) -> None:
    assert direction(at(*a), at(*b)) == expected


@settings(max_examples=15)
@given(seed=SEEDS)
def test_objects_of_a_plain_scene_stand_apart(seed: int) -> None:
    scene = make_scene(seed, (), plain=True)
    assert scene.facts.background == "flat"
    for one in scene.facts.objects:
        assert not one.hidden
        assert not one.reflection
        mask = scene.mask(one.number).astype(np.uint8)
        around = cv2.dilate(mask, np.ones((3, 3))) > 0
        assert set(np.unique(scene.labels[around])) <= {0, one.number}


@pytest.mark.parametrize("long_side", [192, 768])
def test_a_textures_grain_grows_with_the_picture(long_side: int) -> None:
    """Shrunk to what the network sees, a large picture's textures are still there."""
    rng = np.random.default_rng(1)
    period = 0.05 * long_side
    side = long_side // 2
    for kind in ("striped", "dotted", "checked", "noisy"):
        share = texture(kind, width=side, height=side, period=period, rng=rng)
        small = cv2.resize(share, (96, 96), interpolation=cv2.INTER_AREA)
        assert small.std() > 0.2, kind
