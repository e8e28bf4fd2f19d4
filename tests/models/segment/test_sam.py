"""SAM behind the protocol: the predictor's masks bit for bit, refinement, cancel, memory."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from segment_anything import SamPredictor

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet, Scribble
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.engines.segmentation import Candidate, Segmenter, SegmentRequest, SegmentResult
from gar_studio.errors import Cancelled, EngineError, PromptError
from models.segment.embeddings import EmbeddingStore
from models.segment.sam import SamSegmenter
from models.segment.sam_checkpoint import file_digest, load_sam
from models.segment.sam_meta import MetaSam
from models.segment.sam_prompts import (
    prompt_points,
    sam_prompts,
    spread,
    with_earlier_mask,
)
from tests.models.segment.helpers import ask, assert_put_where_it_lies, image_of, picture

CLICK = PromptSet(clicks=(Click(40, 30),))


@pytest.fixture
def network(small_sam: Path) -> MetaSam:
    return MetaSam.from_options(EngineOptions(model=str(small_sam), device="cpu"))


@pytest.fixture
def engine(network: MetaSam) -> SamSegmenter:
    return SamSegmenter(network, EmbeddingStore(None))


@pytest.fixture
def predictor(small_sam: Path) -> SamPredictor:
    return SamPredictor(load_sam(small_sam)[0])


def expected(
    predictor: SamPredictor, image: ImageData, *, multimask: bool, **prompts: object
) -> list[tuple[Mask, float, np.ndarray]]:
    """What the package's own predictor says, best first."""
    predictor.set_image(image.pixels)
    masks, scores, low_res = predictor.predict(multimask_output=multimask, **prompts)
    order = np.argsort(-scores, kind="stable")
    return [(Mask.from_array(masks[i]), float(scores[i]), low_res[i]) for i in order]


def test_it_says_who_it_is(engine: SamSegmenter, small_sam: Path) -> None:
    assert isinstance(engine, Segmenter)
    info = engine.info
    assert (info.name, info.device, info.licence) == ("SAM custom", "cpu", "Apache-2.0")
    assert info.revision == file_digest(small_sam)


@pytest.mark.parametrize("size", [(60, 90), (90, 60), (256, 256), (700, 300), (1, 1)])
def test_one_click_gives_the_predictors_three_masks_bit_for_bit(
    size: tuple[int, int], engine: SamSegmenter, predictor: SamPredictor
) -> None:
    height, width = size
    image = picture(1, height=height, width=width)
    click = Click(width * 0.4, height * 0.6)
    wanted = expected(
        predictor,
        image,
        multimask=True,
        point_coords=np.array([[click.x, click.y]]),
        point_labels=np.array([1]),
    )

    found = ask(engine, image, PromptSet(clicks=(click,))).candidates

    wanted = [w for i, w in enumerate(wanted) if not w[0].is_empty]
    distinct = [w for i, w in enumerate(wanted) if w[0] not in [v[0] for v in wanted[:i]]]
    assert [candidate.mask for candidate in found] == [mask for mask, _, _ in distinct]
    for candidate, (_, score, low_res) in zip(found, distinct, strict=True):
        assert candidate.score == pytest.approx(min(max(score, 0), 1))
        assert candidate.low_res is not None
        assert np.array_equal(candidate.low_res, low_res)


@pytest.mark.parametrize(
    "prompts",
    [
        PromptSet(clicks=(Click(40, 30), Click(70.5, 10.2, positive=False))),
        PromptSet(box=Box(10, 5, 70, 50)),
        PromptSet(box=Box(10, 5, 70, 50), clicks=(Click(30, 30), Click(12, 8, positive=False))),
    ],
    ids=["clicks", "box", "box and clicks"],
)
def test_clear_prompts_give_the_predictors_single_mask_and_its_best_others(
    prompts: PromptSet, engine: SamSegmenter, predictor: SamPredictor
) -> None:
    image = picture(2)
    given: dict[str, object] = {}
    if prompts.clicks:
        given["point_coords"] = np.array([[c.x, c.y] for c in prompts.clicks])
        given["point_labels"] = np.array([int(c.positive) for c in prompts.clicks])
    if prompts.box is not None:
        box = prompts.box
        given["box"] = np.array([box.x0, box.y0, box.x1, box.y1])
    single = expected(predictor, image, multimask=False, **given)
    others = expected(predictor, image, multimask=True, **given)[:2]

    found = ask(engine, image, prompts).candidates

    assert {candidate.mask for candidate in found} == {
        mask for mask, _, _ in (*single, *others) if not mask.is_empty
    }
    scores = [candidate.score for candidate in found]
    assert scores == sorted(scores, reverse=True)


def test_refinement_feeds_the_low_resolution_logits_back(
    engine: SamSegmenter, predictor: SamPredictor
) -> None:
    image = picture(3)
    chosen = ask(engine, image, CLICK).candidates[0]
    assert chosen.low_res is not None
    more = CLICK.with_prompt(Click(70, 20, positive=False))
    given = {
        "point_coords": np.array([[40, 30], [70, 20]]),
        "point_labels": np.array([1, 0]),
    }

    fresh = {c.mask for c in ask(engine, image, more).candidates}
    refined = {c.mask for c in ask(engine, image, more, previous=chosen).candidates}

    fed = chosen.low_res[None].copy()
    single = expected(predictor, image, multimask=False, mask_input=fed, **given)
    others = expected(predictor, image, multimask=True, mask_input=fed, **given)[:2]
    assert refined == {mask for mask, _, _ in (*single, *others) if not mask.is_empty}
    assert refined != fresh


def test_a_candidate_without_logits_is_refined_from_its_mask(
    engine: SamSegmenter, network: MetaSam
) -> None:
    bare = Candidate(mask=Mask.from_box(20, 10, 70, 50, height=60, width=90), score=0.5)
    refined = ask(engine, picture(), CLICK, previous=bare).candidates
    prompts = with_earlier_mask(
        sam_prompts(SegmentRequest(1, "", CLICK), height=60, width=90),
        bare.mask,
        shape=network.logits_shape,
        frame=network.frame(height=60, width=90),
    )
    same = replace(bare, low_res=prompts.logits)
    told = ask(engine, picture(), CLICK, previous=same).candidates
    assert [c.mask for c in refined] == [c.mask for c in told]
    assert [c.mask for c in refined] != [c.mask for c in ask(engine, picture(), CLICK).candidates]


@pytest.mark.parametrize("size", [(60, 90), (90, 60), (100, 240), (300, 70)])
def test_a_mask_that_comes_without_logits_is_put_where_it_lies(
    network: MetaSam, size: tuple[int, int]
) -> None:
    assert_put_where_it_lies(network, size)


def test_the_best_candidate_is_told_first_and_alone_if_no_more_are_wanted(
    engine: SamSegmenter,
) -> None:
    image = picture()
    request = SegmentRequest(7, image.key, CLICK)
    told: list[SegmentResult] = []
    result = engine.segment(image, request, CancelToken(), told.append)
    assert len(result.candidates) > 1
    (first,) = told
    assert first.request_id == 7
    assert [c.mask for c in first.candidates] == [result.candidates[0].mask]
    alone = engine.segment(image, replace(request, most=1), CancelToken())
    assert [c.mask for c in alone.candidates] == [result.candidates[0].mask]


def test_logits_of_another_size_are_refused(engine: SamSegmenter) -> None:
    odd = Candidate(
        mask=Mask.from_box(1, 1, 9, 9, height=60, width=90),
        score=0.5,
        low_res=np.zeros((7, 7), dtype=np.float32),
    )
    with pytest.raises(EngineError, match=r"\(7, 7\)"):
        ask(engine, picture(), CLICK, previous=odd)
    assert ask(engine, picture(), CLICK).candidates


class Counter:
    """Counts how often a network is run."""

    def __init__(self, module: torch.nn.Module) -> None:
        self.count = 0
        module.register_forward_hook(self._add)

    def _add(self, *_: object) -> None:
        self.count += 1


def test_the_embedding_is_computed_once_an_image(engine: SamSegmenter, network: MetaSam) -> None:
    runs = Counter(network.sam.image_encoder)
    first, second = picture(1), picture(2)

    engine.prepare(first, CancelToken())
    engine.prepare(first, CancelToken())
    one = ask(engine, first, CLICK).candidates
    assert runs.count == 1
    two = ask(engine, second, CLICK).candidates
    assert runs.count == 2

    assert [c.mask for c in one] != [c.mask for c in two]
    again = ask(engine, first, CLICK).candidates
    assert [c.mask for c in one] == [c.mask for c in again]
    assert runs.count == 2, "it is still kept"


def test_a_cancel_stops_within_one_block_of_the_encoder(
    engine: SamSegmenter, network: MetaSam
) -> None:
    token = CancelToken()
    wanted = [c.mask for c in ask(engine, picture(1), CLICK).candidates]
    blocks = [Counter(block) for block in network.sam.image_encoder.blocks]
    first = network.sam.image_encoder.blocks[0]
    hook = first.register_forward_hook(lambda *_: token.cancel())

    with pytest.raises(Cancelled):
        engine.prepare(picture(2), token)

    assert [block.count for block in blocks] == [1, 0, 0]
    hook.remove()
    assert [c.mask for c in ask(engine, picture(1), CLICK).candidates] == wanted


def test_a_cancelled_request_returns_nothing(engine: SamSegmenter) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        ask(engine, picture(), CLICK, cancel=token)


@pytest.mark.parametrize("part", ["image_encoder", "mask_decoder.transformer"])
@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA: 2 GiB wanted"), MemoryError()], ids=["cuda", "python"]
)
def test_it_stays_usable_when_memory_runs_out(
    part: str, error: Exception, engine: SamSegmenter, network: MetaSam
) -> None:
    wanted = [c.mask for c in ask(engine, picture(5), CLICK).candidates]

    def fail(*_: object) -> None:
        raise error

    hook = network.sam.get_submodule(part).register_forward_pre_hook(fail)
    with pytest.raises(EngineError, match="not enough memory for SAM"):
        ask(engine, picture(6), CLICK)
    hook.remove()

    assert [c.mask for c in ask(engine, picture(5), CLICK).candidates] == wanted


def test_another_failure_is_one_sentence(engine: SamSegmenter, network: MetaSam) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("shapes differ\nand much more")

    network.sam.image_encoder.register_forward_pre_hook(fail)
    with pytest.raises(EngineError, match="SAM failed: shapes differ") as caught:
        ask(engine, picture(), CLICK)
    assert "much more" not in str(caught.value)


def test_bad_prompts_are_refused(engine: SamSegmenter) -> None:
    with pytest.raises(PromptError):
        ask(engine, picture(), PromptSet())
    with pytest.raises(PromptError, match="outside"):
        ask(engine, picture(), PromptSet(clicks=(Click(5, 600),)))


def test_an_image_that_is_a_line_is_refused(engine: SamSegmenter) -> None:
    line = image_of(np.zeros((1, 3000, 3), dtype=np.uint8), key="line")
    with pytest.raises(EngineError, match="too narrow"):
        ask(engine, line, PromptSet(clicks=(Click(5, 0),)))


def test_a_scribble_becomes_few_clicks_far_from_each_other(engine: SamSegmenter) -> None:
    stroke = Scribble(tuple((10 + i, 20.0) for i in range(60)))
    away = Scribble(((-5.0, 3.0), (50.0, 50.0)), positive=False)
    prompts = PromptSet(clicks=(Click(1, 2),), scribbles=(stroke, away))

    points, labels = prompt_points(prompts, height=60, width=90)

    assert points[0].tolist() == [1, 2]
    assert labels.tolist() == [1, *[1] * 6, 0]
    ends = sorted(points[1:7, 0].tolist())
    assert (ends[0], ends[-1]) == (10, 69)
    assert min(np.diff(ends)) >= 6
    assert points[7].tolist() == [50, 50]
    assert ask(engine, picture(), prompts).candidates


def test_points_that_coincide_are_taken_once() -> None:
    assert spread(np.array([[3.0, 4.0]] * 9), 5).tolist() == [[3, 4]]


def test_a_wrong_box_is_cut_off_at_the_image(engine: SamSegmenter) -> None:
    inside = ask(engine, picture(), PromptSet(box=Box(0, 0, 90, 60))).candidates
    outside = ask(engine, picture(), PromptSet(box=Box(-50, -1e30, 1e9, float("inf")))).candidates
    assert [c.mask for c in inside] == [c.mask for c in outside]


def test_a_closed_engine_keeps_no_embedding(network: MetaSam) -> None:
    store = EmbeddingStore(None)
    engine = SamSegmenter(network, store)
    engine.prepare(picture(), CancelToken())
    assert store.nbytes > 0
    engine.close()
    assert store.nbytes == 0
