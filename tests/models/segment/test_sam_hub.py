"""SAM, SAM-HQ and SAM 2 from hub folders: transformers' own masks, bit for bit."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet, Scribble
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import Cancelled, CheckpointError, EngineError, MemoryShortageError
from models.memory import count_weights
from models.segment import sam_hub, sam_memory
from models.segment.embeddings import EmbeddingStore
from models.segment.sam import SamSegmenter
from models.segment.sam_hub import HubSam
from tests.models.segment.helpers import ask, assert_put_where_it_lies, image_of, picture
from tests.models.segment.hub_checkpoints import FAMILIES, write_hub_sam

CLICK = PromptSet(clicks=(Click(40, 30),))
CLEAR = [
    PromptSet(clicks=(Click(40, 30), Click(70.5, 10.2, positive=False))),
    PromptSet(box=Box(10, 5, 70, 50)),
    PromptSet(box=Box(10, 5, 70, 50), clicks=(Click(30, 30), Click(12, 8, positive=False))),
]
PROCESSORS = {"sam": "SamProcessor", "sam_hq": "SamHQProcessor", "sam2": "Sam2Processor"}
MODELS = {"sam": "SamModel", "sam_hq": "SamHQModel", "sam2": "Sam2Model"}


@pytest.fixture(scope="session", params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def folder(family: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("hub") / f"{family}-small"
    write_hub_sam(path, family)
    return path


def network_of(folder: Path) -> HubSam:
    return HubSam.from_options(EngineOptions(model=str(folder), device="cpu"))


@pytest.fixture
def engine(folder: Path) -> SamSegmenter:
    return SamSegmenter(network_of(folder), EmbeddingStore(None))


class Direct:
    """The library as its own documentation uses it."""

    def __init__(self, folder: Path, family: str) -> None:
        self.model = getattr(transformers, MODELS[family]).from_pretrained(folder)
        images = self.model_processor(folder, family)
        self.processor = getattr(transformers, PROCESSORS[family])(images)
        self.family = family

    @staticmethod
    def model_processor(folder: Path, family: str) -> Any:
        name = "Sam2ImageProcessor" if family == "sam2" else "SamImageProcessor"
        return getattr(transformers, name).from_pretrained(folder)

    def masks(
        self, image: ImageData, prompts: PromptSet, *, several: bool, logits: Any = None
    ) -> list[tuple[Mask, float]]:
        given: dict[str, Any] = {}
        if prompts.clicks:
            given["input_points"] = [[[[c.x, c.y] for c in prompts.clicks]]]
            given["input_labels"] = [[[int(c.positive) for c in prompts.clicks]]]
        if prompts.box is not None:
            box = prompts.box
            given["input_boxes"] = [[[box.x0, box.y0, box.x1, box.y1]]]
        inputs = self.processor(images=np.array(image.pixels), return_tensors="pt", **given)
        sizes = [inputs.pop("original_sizes")]
        reshaped = inputs.pop("reshaped_input_sizes", None)
        sizes += [] if reshaped is None else [reshaped]
        if logits is not None:
            inputs["input_masks"] = torch.tensor(logits)[None, None]
        with torch.no_grad():
            output = self.model(**inputs, multimask_output=several)
        (masks,) = self.processor.post_process_masks(output.pred_masks, *sizes)
        scores = output.iou_scores[0, 0].tolist()
        return [
            (Mask.from_array(mask.numpy()), score)
            for mask, score in zip(masks[0], scores, strict=True)
        ]


@pytest.fixture(scope="session")
def direct(folder: Path, family: str) -> Direct:
    return Direct(folder, family)


@pytest.mark.parametrize("size", [(60, 90), (90, 60), (128, 128), (300, 201)])
def test_one_click_gives_the_librarys_three_masks_bit_for_bit(
    size: tuple[int, int], engine: SamSegmenter, direct: Direct
) -> None:
    height, width = size
    image = picture(1, height=height, width=width)
    prompts = PromptSet(clicks=(Click(width * 0.4, height * 0.6),))
    wanted = direct.masks(image, prompts, several=True)

    found = ask(engine, image, prompts).candidates

    wanted = sorted((w for w in wanted if not w[0].is_empty), key=lambda w: -w[1])
    distinct = [w for i, w in enumerate(wanted) if w[0] not in [v[0] for v in wanted[:i]]]
    assert [candidate.mask for candidate in found] == [mask for mask, _ in distinct]


@pytest.mark.parametrize("prompts", CLEAR, ids=["clicks", "box", "box and clicks"])
def test_clear_prompts_give_the_librarys_single_mask_and_its_best_others(
    prompts: PromptSet, engine: SamSegmenter, direct: Direct
) -> None:
    image = picture(2)
    several = sorted(direct.masks(image, prompts, several=True), key=lambda w: -w[1])
    wanted = [*direct.masks(image, prompts, several=False), *several[:2]]
    found = ask(engine, image, prompts).candidates
    assert {c.mask for c in found} == {mask for mask, _ in wanted if not mask.is_empty}


def test_refinement_feeds_the_low_resolution_logits_back(
    engine: SamSegmenter, direct: Direct
) -> None:
    image = picture(3)
    chosen = ask(engine, image, CLICK).candidates[0]
    assert chosen.low_res is not None
    more = CLICK.with_prompt(Click(70, 20, positive=False))
    refined = {c.mask for c in ask(engine, image, more, previous=chosen).candidates}
    fed = chosen.low_res.copy()
    several = sorted(direct.masks(image, more, several=True, logits=fed), key=lambda w: -w[1])
    wanted = [*direct.masks(image, more, several=False, logits=fed), *several[:2]]
    assert refined == {mask for mask, _ in wanted if not mask.is_empty}
    assert refined != {c.mask for c in ask(engine, image, more).candidates}


def test_a_scribble_is_taken(engine: SamSegmenter) -> None:
    stroke = Scribble(tuple((10.0 + i, 20.0) for i in range(60)))
    assert ask(engine, picture(), PromptSet(scribbles=(stroke,))).candidates


def test_a_cancel_stops_within_one_block_of_the_encoder(folder: Path) -> None:
    network = network_of(folder)
    token = CancelToken()
    seen: list[int] = []
    blocks = list(network.model.get_submodule(network._family.blocks))
    for number, block in enumerate(blocks):
        block.register_forward_hook(lambda *_, n=number: (seen.append(n), token.cancel())[1])
    with pytest.raises(Cancelled):
        SamSegmenter(network, EmbeddingStore(None)).prepare(picture(2), token)
    assert seen == [0]


def test_an_embedding_is_kept_across_engines(folder: Path, tmp_path: Path) -> None:
    first = SamSegmenter(network_of(folder), EmbeddingStore(tmp_path))
    wanted = [c.mask for c in ask(first, picture(4), CLICK).candidates]
    network = network_of(folder)

    def fail(*_: object) -> None:
        raise AssertionError("the picture was encoded again")

    network.model.vision_encoder.register_forward_pre_hook(fail)
    second = SamSegmenter(network, EmbeddingStore(tmp_path))
    assert [c.mask for c in ask(second, picture(4), CLICK).candidates] == wanted


def test_it_says_who_it_is(engine: SamSegmenter, folder: Path, family: str) -> None:
    title = {"sam": "SAM", "sam_hq": "SAM-HQ", "sam2": "SAM 2"}[family]
    assert engine.info.name == f"{title} {folder.name}"
    assert engine.info.device == "cpu"
    assert len(engine.info.revision) == 12


# --- what is wrong with a folder is said, and nothing is run --------------------------------


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    target = tmp_path / "copy"
    target.mkdir()
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


def test_a_pickle_is_refused(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    (copy / "model.safetensors").unlink()
    torch.save(weights, copy / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="is a pickle"):
        network_of(copy)


def test_missing_weights_are_named(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    name = next(n for n in sorted(weights) if "mask_decoder" in n)
    del weights[name]
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(CheckpointError, match=f"missing: {name}"):
        network_of(copy)


def test_a_model_of_another_type_is_refused(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "model_type": "llama"}))
    with pytest.raises(CheckpointError, match="“llama”, which is no SAM"):
        network_of(copy)


def test_a_damaged_file_is_one_sentence(copy: Path) -> None:
    path = copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(CheckpointError, match="is damaged or cut off"):
        network_of(copy)


def test_settings_for_pictures_that_are_missing_are_named(copy: Path) -> None:
    (copy / "preprocessor_config.json").unlink()
    with pytest.raises(CheckpointError, match="preprocessor_config"):
        network_of(copy)


def test_quantised_types_are_refused(folder: Path) -> None:
    with pytest.raises(EngineError, match="int8"):
        HubSam.from_options(EngineOptions(model=str(folder), device="cpu", dtype="int8"))


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_weights_that_do_not_fit_are_refused_before_they_are_loaded(
    share: float, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = 4 * count_weights(folder)
    free = [int(share * needed)]

    def fail(*_: object) -> None:
        raise AssertionError("it was loaded")

    with monkeypatch.context() as patch:
        patch.setattr(sam_memory, "free_memory", lambda _: free[0])
        patch.setattr(sam_hub, "_load", fail)
        with pytest.raises(MemoryShortageError, match="Nothing was loaded") as caught:
            network_of(folder)
    assert f"{needed / 1e9:.2f} GB in float32" in str(caught.value)
    assert ("bfloat16" in str(caught.value)) == (share > 0.5)

    monkeypatch.setattr(sam_memory, "free_memory", lambda _: needed)
    assert network_of(folder).info.device == "cpu"


def test_where_the_system_says_nothing_about_memory_the_weights_are_loaded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sam_memory, "free_memory", lambda _: None)
    assert network_of(folder).info.device == "cpu"


def test_main_memory_has_to_suffice_for_another_device_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {"cuda": 10**12, "cpu": 1000}
    monkeypatch.setattr(sam_memory, "free_memory", lambda device: left[device.type])
    with pytest.raises(MemoryShortageError, match="free on cpu"):
        sam_memory.check_free(folder, device=torch.device("cuda:0"), dtype=torch.bfloat16)
    left["cpu"], left["cuda"] = left["cuda"], left["cpu"]
    with pytest.raises(MemoryShortageError, match="free on cuda:0"):
        sam_memory.check_free(folder, device=torch.device("cuda:0"), dtype=torch.bfloat16)


@pytest.mark.parametrize("size", [(700, 900), (901, 640), (150, 1400)])
def test_large_images_have_the_librarys_masks_bit_for_bit(
    size: tuple[int, int], engine: SamSegmenter, direct: Direct
) -> None:
    height, width = size
    image = picture(8, height=height, width=width)
    prompts = PromptSet(clicks=(Click(width * 0.3, height * 0.5),))
    wanted = {mask for mask, _ in direct.masks(image, prompts, several=True) if not mask.is_empty}
    found = ask(engine, image, prompts).candidates
    assert {candidate.mask for candidate in found} == wanted
    assert isinstance(engine._network, HubSam)
    for candidate in found:
        assert candidate.low_res is not None
        logits = torch.tensor(candidate.low_res)
        again = engine._network.enlarge(logits, height=height, width=width)
        assert again.flags.f_contiguous, "the quick way was taken"


def test_a_line_is_refused_where_a_side_would_vanish(engine: SamSegmenter, family: str) -> None:
    line = image_of(np.zeros((1, 3000, 3), dtype=np.uint8), key="line")
    click = PromptSet(clicks=(Click(5, 0),))
    if family == "sam2":  # it stretches pictures to a square
        assert ask(engine, line, click).candidates[0].mask.size == (1, 3000)
        return
    with pytest.raises(EngineError, match="too narrow"):
        ask(engine, line, click)


@pytest.mark.parametrize("size", [(60, 80), (80, 60), (100, 240), (300, 70)])
def test_a_mask_that_comes_without_logits_is_put_where_it_lies(
    folder: Path, size: tuple[int, int]
) -> None:
    assert_put_where_it_lies(network_of(folder), size)
