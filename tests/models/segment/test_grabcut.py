"""GrabCut: what it finds on real photos, and what it promises on any picture."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet, Scribble
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.engines.segmentation import Candidate, Segmenter
from gar_studio.errors import Cancelled, EngineError, PromptError
from gar_studio.images import read_image
from models.segment.grabcut import GrabCutSegmenter
from tests.models.segment.helpers import ask, image_of, picture

BENCH = Path(__file__).parents[4] / "shared" / "data" / "gar_bench"
HEIGHT, WIDTH = 60, 90


def disc_image() -> tuple[ImageData, BoolArray]:
    """A red disc of radius 40 on a green ground, both noisy."""
    rows, columns = np.mgrid[:200, :300]
    disc = (columns - 120) ** 2 + (rows - 90) ** 2 < 40**2
    pixels = np.where(disc[..., None], (200, 60, 50), (70, 150, 80))
    noisy = pixels + np.random.default_rng(1).normal(0, 10, pixels.shape)
    return image_of(np.clip(noisy, 0, 255).astype(np.uint8), key="disc"), disc


def overlap(mask: Mask, truth: BoolArray) -> float:
    found = mask.to_array()
    return float((found & truth).sum() / max((found | truth).sum(), 1))


def best(candidates: tuple[Candidate, ...], truth: BoolArray) -> Candidate:
    return max(candidates, key=lambda candidate: overlap(candidate.mask, truth))


def test_it_is_a_segmenter() -> None:
    engine = GrabCutSegmenter()
    assert isinstance(engine, Segmenter)
    assert (engine.info.name, engine.info.licence) == ("GrabCut", "no weights")
    assert engine.info.notice == ""


@pytest.mark.parametrize(
    "prompts",
    [
        PromptSet(clicks=(Click(120, 90),)),
        PromptSet(box=Box(78, 48, 162, 132)),
        PromptSet(scribbles=(Scribble(((100, 80), (120, 100), (140, 85))),)),
        PromptSet(box=Box(60, 40, 200, 140), clicks=(Click(180, 90, positive=False),)),
        PromptSet(
            scribbles=(
                Scribble(((110, 90), (130, 90))),
                Scribble(((20, 20), (20, 180), (280, 180)), positive=False),
            )
        ),
    ],
    ids=["click", "box", "scribble", "box and click", "both scribbles"],
)
def test_every_kind_of_prompt_finds_the_disc(prompts: PromptSet) -> None:
    image, disc = disc_image()

    result = ask(GrabCutSegmenter(), image, prompts)

    assert overlap(best(result.candidates, disc).mask, disc) > 0.9
    assert (result.request_id, result.image_key) == (7, "disc")
    scores = [candidate.score for candidate in result.candidates]
    assert scores == sorted(scores, reverse=True)


def test_a_refinement_starts_from_the_candidate_that_was_chosen() -> None:
    image, disc = disc_image()
    engine = GrabCutSegmenter()
    left_half = disc.copy()
    left_half[:, 120:] = False
    chosen = Candidate(mask=Mask.from_array(left_half), score=1.0)
    prompts = PromptSet(clicks=(Click(100, 90), Click(145, 90)))

    found = best(ask(engine, image, prompts, previous=chosen).candidates, disc)

    assert overlap(found.mask, disc) > 0.9


def test_a_correction_keeps_the_other_parts_of_the_object() -> None:
    image, _ = disc_image()
    truth = np.zeros((200, 300), dtype=np.bool_)
    truth[20:50, 200:280] = truth[150:190, 20:80] = True
    pixels = image.pixels.copy()
    pixels[truth] = (250, 250, 250)
    painted = image_of(pixels, key="parts")
    chosen = Candidate(mask=Mask.from_array(truth), score=1.0)

    prompts = PromptSet(clicks=(Click(240, 30),))
    found = ask(GrabCutSegmenter(), painted, prompts, previous=chosen).candidates[0]

    assert found.mask.to_array()[170, 50]


def test_equal_requests_get_equal_candidates_in_every_engine() -> None:
    image = picture(4)
    prompts = PromptSet(clicks=(Click(40, 30),))
    first, second = (ask(GrabCutSegmenter(), image, prompts).candidates for _ in range(2))

    cv2.setRNGSeed(99)
    third = ask(GrabCutSegmenter(), image, prompts).candidates

    masks = [[(c.mask, c.score) for c in each] for each in (first, second, third)]
    assert masks[0] == masks[1] == masks[2]


def test_another_image_is_never_cut_with_the_last_ones_pixels() -> None:
    image, disc = disc_image()
    turned = image_of(image.pixels[:, ::-1].copy(), key="turned")
    engine = GrabCutSegmenter()
    engine.prepare(image, CancelToken())

    found = ask(engine, turned, PromptSet(clicks=(Click(299 - 120, 90),))).candidates

    assert overlap(best(found, disc[:, ::-1]).mask, disc[:, ::-1]) > 0.9


points = st.tuples(st.floats(0, WIDTH - 0.01), st.floats(0, HEIGHT - 0.01))
clicks = st.builds(lambda p, positive: Click(*p, positive=positive), points, st.booleans())
strokes = st.lists(points, min_size=1, max_size=4).map(tuple)
scribbles = st.builds(Scribble, strokes, st.booleans())
boxes = st.builds(
    lambda a, b: Box.spanning(*a, *b),
    st.tuples(st.floats(-20, WIDTH + 20), st.floats(-20, HEIGHT + 20)),
    points,
)
prompt_sets = st.builds(
    PromptSet,
    clicks=st.lists(clicks, max_size=4).map(tuple),
    box=st.none() | boxes,
    scribbles=st.lists(scribbles, max_size=2).map(tuple),
)


def pixel(click: Click) -> tuple[int, int]:
    return int(click.y), int(click.x)


@settings(max_examples=60)
@given(prompts=prompt_sets, seed=st.integers(0, 5), refine=st.booleans())
def test_any_prompts_give_masks_that_obey_the_clicks(
    prompts: PromptSet, seed: int, refine: bool
) -> None:
    try:
        prompts.check(height=HEIGHT, width=WIDTH)
    except PromptError:
        assume(False)
    said = {pixel(click): click.positive for click in prompts.clicks}
    previous = Candidate(mask=Mask.from_box(10, 10, 50, 40, height=HEIGHT, width=WIDTH), score=0.5)
    image = picture(seed, height=HEIGHT, width=WIDTH)
    try:
        result = ask(GrabCutSegmenter(), image, prompts, previous=previous if refine else None)
    except PromptError:
        # Only if a negative click took back what the positive prompts asked for.
        assert not all(said.values())
        return
    assert 1 <= len(result.candidates) <= 3
    for candidate in result.candidates:
        found = candidate.mask.to_array()
        assert found.shape == (HEIGHT, WIDTH)
        assert found.any()
        assert 0 <= candidate.score <= 1
        assert all(found[where] == positive for where, positive in said.items())
    masks = [candidate.mask for candidate in result.candidates]
    assert len(set(masks)) == len(masks)


@pytest.mark.parametrize("refine", [False, True])
def test_clicks_are_obeyed_where_the_image_is_worked_on_much_reduced(refine: bool) -> None:
    small = picture(2, height=300, width=400).pixels
    image = image_of(cv2.resize(small, (4000, 3000)), key="large")
    positive = (Click(2000.5, 1500.5), Click(1010.2, 803.9), Click(3999.9, 0.1))
    negative = (Click(2003.5, 1500.5, positive=False), Click(1, 2999.5, positive=False))
    previous = Candidate(mask=Mask.from_box(900, 700, 2500, 2000, height=3000, width=4000), score=1)

    result = ask(
        GrabCutSegmenter(),
        image,
        PromptSet(clicks=(*positive, *negative)),
        previous=previous if refine else None,
    )

    for candidate in result.candidates:
        found = candidate.mask.to_array()
        assert all(found[pixel(click)] for click in positive)
        assert not any(found[pixel(click)] for click in negative)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (700, 2), (2, 2)])
def test_the_smallest_images_work(size: tuple[int, int]) -> None:
    height, width = size
    random = np.random.default_rng(0)
    image = image_of(random.integers(0, 255, (height, width, 3)).astype(np.uint8))
    for prompts in (
        PromptSet(clicks=(Click(width / 2, height / 2),)),
        PromptSet(box=Box(0, 0, width, height)),
    ):
        found = ask(GrabCutSegmenter(), image, prompts).candidates
        again = ask(GrabCutSegmenter(), image, prompts, previous=found[0]).candidates
        for candidate in (*found, *again):
            assert candidate.mask.size == size
            assert not candidate.mask.is_empty


def test_a_very_large_image_works() -> None:
    rows, columns = np.mgrid[:90, :120]
    disc = ((columns - 60) ** 2 + (rows - 45) ** 2 < 20**2).astype(np.uint8)
    large = cv2.resize(disc, (12_000, 9_000), interpolation=cv2.INTER_NEAREST)
    pixels = np.full((9_000, 12_000, 3), 90, dtype=np.uint8)
    pixels[large > 0] = (220, 40, 40)
    pixels.flags.writeable = False

    found = ask(
        GrabCutSegmenter(),
        ImageData(key="huge", pixels=pixels),
        PromptSet(box=Box(3_900, 2_400, 8_100, 6_600)),
    ).candidates[0]

    assert overlap(found.mask, large > 0) > 0.97


def test_strokes_may_leave_the_image_and_points_may_be_no_numbers() -> None:
    stroke = Scribble(((40, 30), (float("nan"), 2), (float("inf"), 5), (1e300, 9), (500, 30)))

    result = ask(GrabCutSegmenter(), picture(1), PromptSet(scribbles=(stroke,)))

    assert result.candidates[0].mask.to_array()[30, 40]


def test_a_box_larger_than_the_image_is_cut_off() -> None:
    prompts = PromptSet(box=Box(-1e30, -5, float("inf"), 1e9))
    assert not ask(GrabCutSegmenter(), picture(1), prompts).candidates[0].mask.is_empty


def test_clicks_that_contradict_each_other_are_told() -> None:
    one_pixel = image_of(np.zeros((1, 1, 3), dtype=np.uint8))
    where = (Click(0, 0), Click(0.5, 0.5, positive=False))
    with pytest.raises(PromptError, match="no pixel"):
        ask(GrabCutSegmenter(), one_pixel, PromptSet(clicks=where))
    tiny = PromptSet(clicks=(Click(20, 20, positive=False),), box=Box(20, 20, 21, 21))
    with pytest.raises(PromptError, match="no pixel"):
        ask(GrabCutSegmenter(), picture(), tiny)


def test_prompts_outside_the_image_are_refused() -> None:
    with pytest.raises(PromptError, match="outside"):
        ask(GrabCutSegmenter(), picture(), PromptSet(clicks=(Click(900, 5),)))


def test_a_candidate_of_another_image_is_refused() -> None:
    other = Candidate(mask=Mask.from_box(0, 0, 5, 5, height=10, width=10), score=1.0)
    with pytest.raises(EngineError, match="10×10"):
        ask(GrabCutSegmenter(), picture(), PromptSet(clicks=(Click(9, 9),)), previous=other)


class CancelledAt(CancelToken):
    """Is cancelled at its n-th check."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.left = count

    def check(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.cancel()
        super().check()


@pytest.mark.parametrize("checks", [1, 3, 6])
def test_a_cancel_takes_effect_between_the_guesses(checks: int) -> None:
    token = CancelledAt(checks)
    with pytest.raises(Cancelled):
        ask(GrabCutSegmenter(), picture(), PromptSet(clicks=(Click(9, 9),)), cancel=token)
    assert token.left == 0


# --- real photos ----------------------------------------------------------------------------


def photos() -> list[tuple[ImageData, BoolArray]]:
    """The first object, mostly a person or an animal, of each of twelve photos."""
    entries = json.loads((BENCH / "caption_detailed_subset.json").read_text(encoding="utf-8"))
    found = []
    for entry in entries:
        rle = entry["mask_rles"][0]
        mask = Mask.from_coco(tuple(rle["size"]), rle["counts"]).to_array()
        found.append((read_image(BENCH / entry["image"]), mask))
    return found


def deepest(area: BoolArray) -> tuple[int, int, float]:
    """Return x, y and depth of the pixel that is farthest from the area's border."""
    padded = np.pad(area.astype(np.uint8), 1)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(x), int(y), float(depth.max())


def click_at_worst(found: BoolArray, truth: BoolArray) -> Click:
    """Click as a person would: into the middle of the largest error."""
    missed, surplus = deepest(truth & ~found), deepest(found & ~truth)
    x, y, _ = max(missed, surplus, key=lambda at: at[2])
    return Click(x + 0.5, y + 0.5, positive=missed[2] >= surplus[2])


needs_photos = pytest.mark.skipif(not BENCH.is_dir(), reason="the real photos are not here")


@needs_photos
def test_boxes_around_real_objects() -> None:
    overlaps = []
    for image, truth in photos():
        x, y, width, height = Mask.from_array(truth).box
        prompts = PromptSet(box=Box(x, y, x + width, y + height))
        found = ask(GrabCutSegmenter(), image, prompts).candidates
        overlaps.append((overlap(found[0].mask, truth), overlap(best(found, truth).mask, truth)))

    first, of_three = np.mean(overlaps, axis=0)
    assert first >= 0.61
    assert of_three >= 0.64


@needs_photos
def test_clicks_on_real_objects() -> None:
    after: list[list[float]] = []
    for image, truth in photos():
        engine = GrabCutSegmenter()
        prompts = PromptSet(clicks=(click_at_worst(np.zeros_like(truth), truth),))
        chosen: Candidate | None = None
        row = []
        for _ in range(3):
            chosen = best(ask(engine, image, prompts, previous=chosen).candidates, truth)
            row.append(overlap(chosen.mask, truth))
            prompts = prompts.with_prompt(click_at_worst(chosen.mask.to_array(), truth))
        after.append(row)

    one, _, three = np.mean(after, axis=0)
    assert one >= 0.45
    assert three >= 0.6
