"""Scribbles as a mask prompt: what reaches the network, and what it makes of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_anything import SamPredictor

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet, Scribble
from gar_studio.engines.construction import EngineOptions, ScribblePrompt
from gar_studio.engines.protocol import CancelToken, FloatArray, ImageData
from gar_studio.engines.segmentation import Candidate, SegmentRequest
from gar_studio.settings import HOME_VARIABLE
from models.segment.embeddings import EmbeddingStore
from models.segment.factory import SAM, SAM_HUB
from models.segment.sam import SamSegmenter
from models.segment.sam_checkpoint import load_sam
from models.segment.sam_hub import HubSam
from models.segment.sam_meta import MetaSam
from models.segment.sam_network import SamNetwork
from models.segment.sam_prompts import STROKE_WIDTH, sam_prompts, with_scribbles
from tests.models.segment.helpers import ask, picture
from tests.models.segment.hub_checkpoints import FAMILIES, write_hub_sam

STROKE = Scribble(((18.0, 27.0), (45.0, 27.0), (72.0, 27.0)))
BESIDE = Scribble(((60.0, 10.0), (60.0, 50.0)), positive=False)
SCRIBBLED = [
    PromptSet(scribbles=(STROKE,)),
    PromptSet(scribbles=(STROKE, BESIDE)),
    PromptSet(scribbles=(STROKE,), clicks=(Click(40, 30), Click(80.5, 50, positive=False))),
    PromptSet(scribbles=(BESIDE,), box=Box(10, 5, 70, 50)),
]
IDS = ["stroke", "two strokes", "stroke and clicks", "stroke and box"]


@pytest.fixture(scope="module", params=["meta", *FAMILIES])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def checkpoint(kind: str, small_sam: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if kind == "meta":
        return small_sam
    path: Path = tmp_path_factory.mktemp("hub") / kind
    write_hub_sam(path, kind)
    return path


@pytest.fixture
def network(kind: str, checkpoint: Path) -> MetaSam | HubSam:
    options = EngineOptions(model=str(checkpoint), device="cpu")
    return MetaSam.from_options(options) if kind == "meta" else HubSam.from_options(options)


@pytest.fixture
def clicking(network: SamNetwork) -> SamSegmenter:
    return SamSegmenter(network, EmbeddingStore(None))


@pytest.fixture
def drawing(clicking: SamSegmenter) -> SamSegmenter:
    return clicking.with_scribbles_as(ScribblePrompt.MASK)


@pytest.fixture
def arrived(network: MetaSam | HubSam) -> list[FloatArray]:
    """The mask prompts that reached the network, one for each pass of its decoder."""
    encoder = (
        network.sam.prompt_encoder.mask_downscaling
        if isinstance(network, MetaSam)
        else network.model.prompt_encoder.mask_embed
    )
    seen: list[FloatArray] = []
    encoder.register_forward_pre_hook(lambda _, given: seen.append(given[0][0, 0].numpy().copy()))
    return seen


def masks_of(engine: SamSegmenter, prompts: PromptSet, **more: Any) -> list[Mask]:
    return [c.mask for c in ask(engine, picture(), prompts, **more).candidates]


def logits_of(scribbles: tuple[Scribble, ...], **sizes: tuple[int, int]) -> FloatArray:
    height, width = sizes["size"]
    bare = sam_prompts(SegmentRequest(1, "", PromptSet()), height=height, width=width)
    found = with_scribbles(bare, scribbles, **sizes)
    assert found.logits is not None
    assert not found.ambiguous
    return found.logits


def test_a_stroke_is_a_line_of_sure_pixels_among_undecided_ones() -> None:
    # The frame's 128 image pixels are 64 of the logits: the stroke runs from (10, 20) to (30, 20).
    stroke = Scribble(((20.0, 40.0), (60.0, 40.0)))
    logits = logits_of((stroke,), shape=(64, 64), frame=(128, 128), size=(100, 128))
    assert STROKE_WIDTH == 4
    assert logits.dtype == np.float32
    assert (logits[18:22, 10:30] == 10).all(), "two pixels to either side"
    assert not logits[:18].any()
    assert not logits[22:].any()
    assert (logits[19:21, 9] == 10).all(), "the ends are round"
    assert logits[18, 8] == logits[21, 8] == 0
    assert not logits[:, :8].any()
    assert not logits[:, 32:].any()


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(
        st.tuples(st.floats(-20, 140, width=32), st.floats(-20, 110, width=32)),
        min_size=1,
        max_size=5,
    ),
    frame=st.sampled_from([(120, 120), (90, 120), (400, 130)]),
    positive=st.booleans(),
)
def test_pixels_are_drawn_by_their_distance_to_the_line(
    points: list[tuple[float, float]], frame: tuple[int, int], positive: bool
) -> None:
    height, width, shape = 90, 120, (32, 48)
    logits = logits_of(
        (Scribble(tuple(points), positive),), shape=shape, frame=frame, size=(height, width)
    )
    line = np.array([(x, y) for x, y in points if 0 <= x < width and 0 <= y < height])
    line = line.reshape(-1, 2) * (shape[1] / frame[1], shape[0] / frame[0])
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    away = np.full(shape, np.inf)
    for start, end in zip(line, [*line[1:], *line[-1:]], strict=True):
        for share in np.linspace(0, 1, 400):
            x, y = start + share * (end - start)
            away = np.minimum(away, np.hypot(columns - x, rows - y))
    away[rows * frame[0] / shape[0] >= height] = np.inf
    away[columns * frame[1] / shape[1] >= width] = np.inf
    value = 10 if positive else -10
    assert (logits[away <= STROKE_WIDTH / 2] == value).all()
    # The line was looked at in steps, of less than a fifth of a pixel.
    assert not logits[away > STROKE_WIDTH / 2 + 0.1].any()


def test_a_later_scribble_covers_an_earlier_one() -> None:
    sizes = {"shape": (32, 32), "frame": (64, 64), "size": (64, 64)}
    across = Scribble(((10.0, 32.0), (54.0, 32.0)))
    down = Scribble(((32.0, 10.0), (32.0, 54.0)), positive=False)
    over, under = logits_of((across, down), **sizes), logits_of((down, across), **sizes)
    assert over[16, 16] == -10
    assert under[16, 16] == 10
    assert over[16, 8] == under[16, 8] == 10
    assert over[8, 16] == under[8, 16] == -10


def test_a_stroke_at_the_edge_stays_inside_the_image() -> None:
    edge = Scribble(((5.0, 59.0), (85.0, 59.0)))
    logits = logits_of((edge,), shape=(45, 45), frame=(90, 90), size=(60, 90))
    assert logits[29, 20] == 10
    assert not logits[30:].any(), "what lies below the image is the network's own padding"


@pytest.mark.parametrize("size", [(60, 90), (90, 75), (64, 200)])
def test_it_reaches_the_network_where_its_family_puts_the_image(
    size: tuple[int, int],
    drawing: SamSegmenter,
    network: SamNetwork,
    arrived: list[FloatArray],
    kind: str,
) -> None:
    height, width = size
    stroke = Scribble(((0.2 * width, 0.5 * height), (0.8 * width, 0.5 * height)))
    above = Scribble(((0.2 * width, 0.1 * height), (0.8 * width, 0.1 * height)), positive=False)
    ask(drawing, picture(1, height=height, width=width), PromptSet(scribbles=(stroke, above)))

    frame = (height, width) if kind == "sam2" else (max(size), max(size))
    shape = network.logits_shape
    wanted = logits_of((stroke, above), shape=shape, frame=frame, size=size)
    assert arrived
    assert all(np.array_equal(one, wanted) for one in arrived)
    # Said once more, without the code under test.
    row, column = shape[0] * 0.5 * height / frame[0], shape[1] * 0.5 * width / frame[1]
    drawn = np.argwhere(wanted == 10) + 0.5
    assert drawn.mean(axis=0) == pytest.approx((row, column), abs=1)
    assert set(np.unique(wanted)) == {-10, 0, 10}


@pytest.mark.parametrize("prompts", SCRIBBLED, ids=IDS)
def test_the_masks_are_the_librarys_own_for_this_mask_input(
    prompts: PromptSet, drawing: SamSegmenter, network: SamNetwork, kind: str, checkpoint: Path
) -> None:
    image = picture()
    logits = logits_of(
        prompts.scribbles,
        shape=network.logits_shape,
        frame=network.frame(height=60, width=90),
        size=(60, 90),
    )
    theirs = _predicted if kind == "meta" else _processed
    single = theirs(checkpoint, image, prompts, logits, several=False)
    several = theirs(checkpoint, image, prompts, logits, several=True)
    best = sorted(several, key=lambda found: -found[1])[:2]
    found = ask(drawing, image, prompts).candidates
    assert {c.mask for c in found} == {m for m, _ in (*single, *best) if not m.is_empty}


Answers = list[tuple[Mask, float]]


def _predicted(
    path: Path, image: ImageData, prompts: PromptSet, logits: FloatArray, *, several: bool
) -> Answers:
    """What `SamPredictor` makes of the prompts beside the scribbles, and of the logits."""
    predictor = SamPredictor(load_sam(path)[0])
    predictor.set_image(image.pixels)
    clicks, box = prompts.clicks, prompts.box
    masks, scores, _ = predictor.predict(
        point_coords=np.array([[c.x, c.y] for c in clicks]) if clicks else None,
        point_labels=np.array([int(c.positive) for c in clicks]) if clicks else None,
        box=None if box is None else np.array([box.x0, box.y0, box.x1, box.y1]),
        mask_input=logits[None],
        multimask_output=several,
    )
    return [(Mask.from_array(m), float(s)) for m, s in zip(masks, scores, strict=True)]


def _processed(
    path: Path, image: ImageData, prompts: PromptSet, logits: FloatArray, *, several: bool
) -> Answers:
    """What transformers makes of them."""
    model = transformers.AutoModelForMaskGeneration.from_pretrained(path)
    classes = {"SamModel": "SamProcessor", "SamHQModel": "SamHQProcessor"}
    name = classes.get(type(model).__name__, "Sam2Processor")
    images = "Sam2ImageProcessor" if name == "Sam2Processor" else "SamImageProcessor"
    processor = getattr(transformers, name)(getattr(transformers, images).from_pretrained(path))
    given: dict[str, Any] = {}
    if prompts.clicks:
        given["input_points"] = [[[[c.x, c.y] for c in prompts.clicks]]]
        given["input_labels"] = [[[int(c.positive) for c in prompts.clicks]]]
    if prompts.box is not None:
        box = prompts.box
        given["input_boxes"] = [[[box.x0, box.y0, box.x1, box.y1]]]
    inputs = processor(images=np.array(image.pixels), return_tensors="pt", **given)
    sizes = [inputs.pop("original_sizes")]
    reshaped = inputs.pop("reshaped_input_sizes", None)
    sizes += [] if reshaped is None else [reshaped]
    with torch.no_grad():
        mask_input = torch.from_numpy(logits)[None, None]
        output = model(**inputs, input_masks=mask_input, multimask_output=several)
    (masks,) = processor.post_process_masks(output.pred_masks, *sizes)
    scores = output.iou_scores[0, 0].tolist()
    return [(Mask.from_array(m.numpy()), s) for m, s in zip(masks[0], scores, strict=True)]


def test_the_two_ways_differ_for_scribbles_alone(
    clicking: SamSegmenter, drawing: SamSegmenter, arrived: list[FloatArray]
) -> None:
    click = PromptSet(clicks=(Click(40, 30),))
    assert masks_of(clicking, click) == masks_of(drawing, click)
    clicked = masks_of(clicking, SCRIBBLED[0])
    assert not arrived, "clicks need no mask prompt"
    assert masks_of(drawing, SCRIBBLED[0]) != clicked


@pytest.mark.parametrize("prompts", SCRIBBLED, ids=IDS)
def test_an_earlier_mask_comes_first_and_scribbles_are_clicks_beside_it(
    prompts: PromptSet, clicking: SamSegmenter, drawing: SamSegmenter, arrived: list[FloatArray]
) -> None:
    chosen = ask(drawing, picture(), SCRIBBLED[0]).candidates[0]
    assert chosen.low_res is not None
    bare = Candidate(mask=Mask.from_box(20, 10, 70, 50, height=60, width=90), score=0.5)
    arrived.clear()
    drawn = masks_of(drawing, prompts, previous=chosen)
    assert arrived
    assert all(np.array_equal(one, chosen.low_res) for one in arrived)
    assert drawn == masks_of(clicking, prompts, previous=chosen)
    from_mask = masks_of(drawing, prompts, previous=bare)
    assert from_mask == masks_of(clicking, prompts, previous=bare)
    without = masks_of(
        drawing, replace(prompts, scribbles=(), clicks=(Click(3, 3),)), previous=bare
    )
    assert from_mask != without, "the scribbles are not lost"


def test_the_embedding_is_shared_by_both_ways(
    clicking: SamSegmenter, drawing: SamSegmenter, network: MetaSam | HubSam
) -> None:
    drawing.prepare(picture(), CancelToken())

    def fail(*_: object) -> None:
        raise AssertionError("the picture was encoded again")

    parts = {"image_encoder", "vision_encoder"}
    whole = network.sam if isinstance(network, MetaSam) else network.model
    for name, part in whole.named_children():
        if name in parts:
            part.register_forward_pre_hook(fail)
    assert masks_of(clicking, SCRIBBLED[0])


Build = Callable[[EngineOptions], Any]


def test_the_options_choose_and_clicks_are_the_usual_way(
    kind: str,
    checkpoint: Path,
    clicking: SamSegmenter,
    drawing: SamSegmenter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))  # where embeddings are kept
    build: Build = SAM.build if kind == "meta" else SAM_HUB.build
    options = EngineOptions(model=str(checkpoint), device="cpu")
    assert masks_of(build(options), SCRIBBLED[0]) == masks_of(clicking, SCRIBBLED[0])
    chosen = build(replace(options, scribbles=ScribblePrompt.MASK))
    assert masks_of(chosen, SCRIBBLED[0]) == masks_of(drawing, SCRIBBLED[0])
