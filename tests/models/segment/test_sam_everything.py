"""Everything: the library's own generator's masks, in batches that can be stopped."""

import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import segment_anything.automatic_mask_generator as library
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, ImageData, Progress
from gar_studio.engines.segmentation import EverythingRequest, SegmentRequest, SegmentResult
from gar_studio.errors import Cancelled, EngineError, PromptError
from models.segment.embeddings import EmbeddingStore
from models.segment.grabcut import GrabCutSegmenter
from models.segment.sam import SamSegmenter
from models.segment.sam_checkpoint import load_sam
from models.segment.sam_everything import RELEASED_LIMITS, Limits, grid, suppress
from models.segment.sam_hub import HubSam
from models.segment.sam_meta import MetaSam
from models.segment.sam_prompts import sam_prompts
from tests.models.segment.helpers import ask, picture
from tests.models.segment.hub_checkpoints import FAMILIES, write_hub_sam

# What random weights give is of no quality, and covers the image; a higher threshold leaves spots.
THRESHOLD = 3.0
ANY = -9.0
LIMITS = Limits(quality=ANY, stability=0.05, offset=0.25, overlap=0.9)
AT_ONCE = 4


@pytest.fixture
def network(small_sam: Path) -> MetaSam:
    made = MetaSam.from_options(EngineOptions(model=str(small_sam), device="cpu"))
    made.sam.mask_threshold = THRESHOLD
    return made


@pytest.fixture
def engine(network: MetaSam) -> SamSegmenter:
    return SamSegmenter(network, EmbeddingStore(None), LIMITS)


def find(
    engine: SamSegmenter,
    image: ImageData,
    *,
    box: Box | None = None,
    points: int = 5,
    cancel: CancelToken | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> SegmentResult:
    request = EverythingRequest(9, image.key, box, points)
    return engine.everything(image, request, cancel or CancelToken(), progress)


def plain_nms(boxes: Tensor, scores: Tensor, overlap: float) -> list[int]:
    """Non-maximum suppression as it is defined, box by box."""

    def area(box: Tensor) -> Tensor:
        return (box[2] - box[0]) * (box[3] - box[1])

    kept: list[int] = []
    for index in torch.sort(scores, stable=True, descending=True)[1].tolist():
        for other in kept:
            low = torch.maximum(boxes[index][:2], boxes[other][:2])
            high = torch.minimum(boxes[index][2:], boxes[other][2:])
            common = (high - low).clamp(min=0).prod()
            if common / (area(boxes[index]) + area(boxes[other]) - common) > overlap:
                break
        else:
            kept.append(index)
    return kept


@pytest.fixture
def generator(small_sam: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Mask]]:
    """The library's generator; its compiled suppression is not there beside every torch."""

    def nms(boxes: Tensor, scores: Tensor, _: Tensor, iou_threshold: float) -> Tensor:
        return torch.tensor(plain_nms(boxes, scores, iou_threshold), dtype=torch.int64)

    monkeypatch.setattr(library, "batched_nms", nms)

    def generate(image: ImageData, limits: Limits, threshold: float) -> list[Mask]:
        sam, _ = load_sam(small_sam)
        sam.mask_threshold = threshold
        made = library.SamAutomaticMaskGenerator(
            sam,
            points_per_side=6,
            points_per_batch=AT_ONCE,
            pred_iou_thresh=limits.quality,
            stability_score_thresh=limits.stability,
            stability_score_offset=limits.offset,
            box_nms_thresh=limits.overlap,
            crop_n_layers=0,
        )
        return [Mask.from_array(one["segmentation"]) for one in made.generate(image.pixels)]

    return generate


@pytest.mark.parametrize(
    ("size", "threshold", "limits"),
    [
        ((60, 90), 3.0, Limits(ANY, 0.05, 0.25, overlap=0.5)),
        ((60, 90), 3.0, Limits(ANY, 0.05, 0.25, overlap=0.9)),
        ((300, 400), 5.0, Limits(ANY, 0.05, 0.25, overlap=0.7)),
        ((500, 260), 4.0, Limits(ANY, 0.05, 0.25, overlap=0.7)),
        ((60, 90), 0.0, Limits(0.4, 0.42, 0.5, overlap=1.0)),
        ((300, 400), 0.0, Limits(0.4, 0.42, 0.5, overlap=1.0)),
    ],
)
def test_the_whole_image_has_the_librarys_masks_bit_for_bit(
    size: tuple[int, int],
    threshold: float,
    limits: Limits,
    network: MetaSam,
    generator: Callable[..., list[Mask]],
) -> None:
    image = picture(1, height=size[0], width=size[1])
    wanted = generator(image, limits, threshold)

    network.sam.mask_threshold = threshold
    engine = SamSegmenter(network, EmbeddingStore(None), limits)
    found = find(engine, image, points=6).candidates

    assert 2 <= len(wanted) < 3 * 36
    assert [candidate.mask for candidate in found] == wanted


def test_the_limits_are_the_papers() -> None:
    given = (
        RELEASED_LIMITS.quality,
        RELEASED_LIMITS.stability,
        RELEASED_LIMITS.offset,
        RELEASED_LIMITS.overlap,
    )
    assert given == (0.88, 0.95, 1.0, 0.7)


def test_the_result_is_bound_to_its_request_and_sorted(engine: SamSegmenter) -> None:
    image = picture(2)
    result = find(engine, image)
    assert (result.request_id, result.image_key, result.info) == (9, image.key, engine.info)
    scores = [candidate.score for candidate in result.candidates]
    assert len(scores) > 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(candidate.low_res is None for candidate in result.candidates)
    assert all(candidate.mask.size == (60, 90) for candidate in result.candidates)
    assert not any(candidate.mask.is_empty for candidate in result.candidates)


def test_nothing_at_all_is_an_answer(network: MetaSam) -> None:
    engine = SamSegmenter(network, EmbeddingStore(None), Limits(quality=1e9))
    assert find(engine, picture(2)).candidates == ()


def test_the_points_of_a_grid_are_the_librarys() -> None:
    points = grid(EverythingRequest(1, "image", None, 32), height=60, width=90)
    wanted = library.build_all_layer_point_grids(32, 0, 1)[0] * np.array([[90, 60]])
    assert np.array_equal(points, wanted)


@pytest.mark.parametrize("box", [Box(20, 10, 40, 50), Box(-30, 10, 40, 1e9)])
def test_a_box_is_looked_at_as_far_as_it_lies_inside(box: Box) -> None:
    points = grid(EverythingRequest(1, "image", box, 4), height=60, width=90)
    left, bottom = max(box.x0, 0), min(box.y1, 60)
    assert points.shape == (16, 2)
    assert points[0].tolist() == [left + (40 - left) / 8, 10 + (bottom - 10) / 8]
    assert points[-1].tolist() == [40 - (40 - left) / 8, bottom - (bottom - 10) / 8]


def test_in_a_box_other_masks_are_found(engine: SamSegmenter) -> None:
    image = picture(3)
    whole = {candidate.mask for candidate in find(engine, image).candidates}
    part = {c.mask for c in find(engine, image, box=Box(30, 20, 60, 40)).candidates}
    assert part
    assert part != whole


def test_what_cannot_be_looked_at_is_told_before_the_image_is_encoded(
    engine: SamSegmenter, network: MetaSam
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the picture was encoded")

    network.sam.image_encoder.register_forward_pre_hook(fail)
    with pytest.raises(PromptError, match="covers no pixel"):
        find(engine, picture(), box=Box(100, 0, 120, 20))
    for points in (0, -3, 500):
        with pytest.raises(EngineError, match="grid"):
            find(engine, picture(), points=points)


def test_progress_is_told_after_every_batch(engine: SamSegmenter) -> None:
    told: list[Progress] = []
    find(engine, picture(), points=3, progress=told.append)
    assert [(one.done, one.total) for one in told] == [(0, 9), (4, 9), (8, 9), (9, 9)]
    assert len({one.stage for one in told}) == 1


def test_a_cancel_stops_within_one_batch(engine: SamSegmenter, network: MetaSam) -> None:
    runs: list[int] = []
    network.sam.mask_decoder.transformer.register_forward_hook(lambda *_: runs.append(1))
    token = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.done == 2 * AT_ONCE:
            token.cancel()

    with pytest.raises(Cancelled):
        find(engine, picture(), cancel=token, progress=stop)
    assert len(runs) == 2


def test_another_image_may_be_worked_on_between_two_batches(engine: SamSegmenter) -> None:
    first, second = picture(4), picture(5)
    click = PromptSet(clicks=(Click(40, 30),))
    masks = [c.mask for c in ask(engine, second, click).candidates]
    wanted = [candidate.mask for candidate in find(engine, first).candidates]
    seen: list[list[Mask]] = []

    def meanwhile(_: Progress) -> None:
        seen.append([c.mask for c in ask(engine, second, click).candidates])

    found = find(engine, first, progress=meanwhile).candidates
    assert [candidate.mask for candidate in found] == wanted
    assert all(one == masks for one in seen)


def test_it_stays_usable_when_memory_runs_out(engine: SamSegmenter, network: MetaSam) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    hook = network.sam.mask_decoder.transformer.register_forward_pre_hook(fail)
    with pytest.raises(EngineError, match="not enough memory for SAM"):
        find(engine, picture())
    hook.remove()
    assert find(engine, picture()).candidates


def test_few_masks_are_held_in_full(
    engine: SamSegmenter, network: MetaSam, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[int] = []
    enlarge = network.enlarge

    def counted(*given: object, **named: object) -> np.ndarray:
        mask = enlarge(*given, **named)  # type: ignore[arg-type]
        count[0] += 1
        weakref.finalize(mask, lambda: count.__setitem__(0, count[0] - 1))
        alive.append(count[0])
        return mask

    count = [0]
    monkeypatch.setattr(network, "enlarge", counted)
    find(engine, picture(2))
    assert len(alive) > 20
    assert max(alive) <= 2


@settings(max_examples=100, deadline=None)
@given(
    corners=st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), max_size=25),
    overlap=st.sampled_from([0.0, 0.5, 0.7, 1.0]),
    seed=st.integers(0, 1000),
)
def test_boxes_are_suppressed_as_by_definition(
    corners: list[list[int]], overlap: float, seed: int
) -> None:
    boxes = np.array(corners, dtype=np.float32).reshape(-1, 4)
    boxes = np.concatenate(
        (np.minimum(*np.split(boxes, 2, 1)), np.maximum(*np.split(boxes, 2, 1))), 1
    )
    scores = np.random.default_rng(seed).integers(0, 5, len(boxes)) / 4
    wanted = plain_nms(torch.from_numpy(boxes), torch.from_numpy(scores), overlap)
    assert suppress(boxes, scores, overlap) == wanted


@pytest.mark.parametrize("family", FAMILIES)
def test_points_together_are_decoded_like_points_alone(family: str, tmp_path: Path) -> None:
    write_hub_sam(tmp_path / family, family)
    options = EngineOptions(model=str(tmp_path / family), device="cpu")
    network = HubSam.from_options(options)
    image = picture(6)
    embedding = network.encode(image.pixels, CancelToken())
    points = grid(EverythingRequest(1, "image", None, 3), height=60, width=90)

    logits, scores = network.decode_points(embedding, points, height=60, width=90)

    assert logits.shape == (9, 3, *network.logits_shape)
    assert scores.shape == (9, 3)
    for number, (x, y) in enumerate(points.tolist()):
        request = SegmentRequest(1, image.key, PromptSet(clicks=(Click(x, y),)))
        prompts = sam_prompts(request, height=60, width=90)
        alone, quality = network.decode(embedding, prompts, height=60, width=90)
        assert torch.allclose(logits[number], alone, atol=1e-3)
        assert scores[number].tolist() == pytest.approx(quality, abs=1e-4)
    limits = Limits(quality=-1e9, stability=0.01, offset=0.5)
    found = find(SamSegmenter(network, EmbeddingStore(None), limits), image).candidates
    assert found


def test_grabcut_says_that_it_cannot() -> None:
    request = EverythingRequest(1, "image")
    with pytest.raises(EngineError, match=r"by itself.*SAM under Tools > Models"):
        GrabCutSegmenter().everything(picture(), request, CancelToken(), lambda _: None)
