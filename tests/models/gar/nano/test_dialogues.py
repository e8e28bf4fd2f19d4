"""Sequences: what training shows the network is what the engine shows it."""

from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import DescribeRequest, RegionInput, Task
from gar_studio.engines.protocol import CancelToken
from models.gar.config import GARConfig
from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.dialogues import IGNORED, Writer, _ask
from models.gar.nano.network import Batch, decode, see, visible
from models.gar.nano.plan import Replay
from models.gar.nano.questions import Asker, Question
from models.gar.nano.shards import load_shard
from models.gar.prompt import PromptIds, plan_prompt
from models.gar.session import GARSession
from models.gar.tokens import GARTokenizer
from tests.parity.compare import drain

_END = "<|eot_id|><|start_header_id|>assistant<|end_header_id|>"


@pytest.fixture(scope="module")
def writer(nano_tokenizer: GARTokenizer, nano_config: GARConfig) -> Writer:
    return Writer(nano_tokenizer.backend, nano_config)


@pytest.mark.parametrize(
    ("task", "count", "question"),
    [
        (Task.DESCRIBE, 1, ""),
        (Task.RELATE, 2, ""),
        (Task.RELATE, 3, ""),
        (Task.ASK, 1, "What colour is ⟨region:1⟩?"),
        (Task.ASK, 4, "Which region is red?"),
    ],
)
def test_a_request_has_the_tokens_of_a_trunk_and_a_branch(
    nano_tokenizer: GARTokenizer, writer: Writer, task: Task, count: int, question: str
) -> None:
    mask = Mask.from_box(1, 1, 5, 5, height=9, width=9)
    regions = tuple(RegionInput(number + 1, mask) for number in range(count))
    request = DescribeRequest(1, "key", task, regions, question=question)
    plan = plan_prompt(
        request, slot_texts=nano_tokenizer.slot_texts, neutralise=nano_tokenizer.neutralise
    )
    alone = task is Task.DESCRIBE
    asked = plan.text.split(nano_tokenizer.slot_texts[plan.prompts[-1]])[1]
    written = writer.tokens(writer.trunk(count, alone=alone) + asked + _END)
    assert written == list(nano_tokenizer.encode(plan, tiles=2).ids)


def test_labels_are_the_tokens_that_follow(shards: Path, writer: Writer) -> None:
    scenes = load_shard(shards, 0).scenes
    for number, scene in enumerate(scenes):
        one = writer.write(scene, np.random.default_rng(number))
        learnt = np.flatnonzero(one.labels != IGNORED)
        assert len(learnt) > 0
        assert np.array_equal(one.labels[learnt], one.ids[learnt + 1])
        assert np.array_equal(one.branches[learnt], one.branches[learnt + 1])
        assert np.array_equal(one.positions[learnt] + 1, one.positions[learnt + 1])
        assert 1 <= len(one.regions) <= 5


def test_a_branch_sees_the_trunk_and_itself() -> None:
    branches = torch.tensor([[0, 0, 1, 1, 2, -1]])
    seen = visible(branches)[0].int().tolist()
    assert seen == [
        [1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 1, 0, 0],
        [1, 1, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 1],
    ]


def own_tokens(batch: Batch, row: int, branch: int) -> torch.Tensor:
    """Return the places of a branch's tokens and of the trunk's before them."""
    return torch.nonzero((batch.branches[row] == 0) | (batch.branches[row] == branch))[:, 0]


@torch.inference_mode()
def test_training_computes_what_the_session_computes(
    shards: Path, nano: GARModel, nano_tokenizer: GARTokenizer, nano_config: GARConfig
) -> None:
    batches = Batches(
        [load_shard(shards, 0)],
        tokenizer=nano_tokenizer.backend,
        config=nano_config,
        size=4,
        seed=3,
    )
    batch = batches.batch(0)
    hidden = decode(nano, see(nano, batch, Replay.EXACT), batch)[-1]
    session = GARSession(nano)
    compared = 0
    for row in range(len(batch.ids)):
        branch = int(batch.branches[row].max())
        places = own_tokens(batch, row, branch)
        numbers = tuple(
            number
            for number, slot in enumerate(nano_config.slot_ids)
            if (batch.ids[row] == slot).any()
        )
        pixels = ((batch.pixels[row] * 0.5 + 0.5) * 255).round().to(torch.uint8)
        masks = [_mask_of(batch, region) for region in _regions_of(batch, row)]
        stack = session.prepare(
            pixels.permute(1, 2, 0).numpy(), masks, cancel=CancelToken(), image_key=""
        )
        # The boxes of a shard are exact, those of its small pictures are rounded to pixels.
        boxes = tuple(batch.boxes[region] for region in _regions_of(batch, row))
        merged = torch.stack([batch.masks[row], batch.masks[row]]).to(torch.uint8)
        stack = type(stack)(stack.grid, stack.pixels, merged, (True, True), boxes)
        ids = tuple(batch.ids[row][places].tolist())
        run = session.run(
            stack,
            PromptIds(ids, numbers),
            max_new_tokens=1,
            stop_ids=(),
            cancel=CancelToken(),
        )
        expected = drain(run).last_logits
        found = nano.mllm.lm_head(hidden[row, places[-1]])
        torch.testing.assert_close(found, expected, atol=2e-4, rtol=1e-3)
        compared += 1
    assert compared == 4


def _regions_of(batch: Batch, row: int) -> list[int]:
    return torch.nonzero(batch.owners == row)[:, 0].tolist()


def _mask_of(batch: Batch, region: int) -> np.ndarray:
    """Return some mask: only its box matters here, and that is replaced."""
    mask = np.zeros(batch.masks.shape[1:], dtype=bool)
    mask[1:3, 1:3] = True
    return mask


def test_rare_relations_are_asked_more_often_than_they_occur() -> None:
    rare = Question("relation_2", "?", "<Prompt0> is inside <Prompt1>.", (0, 1))
    common = Question("relation_2", "?", "<Prompt0> is left of <Prompt1>.", (0, 1))

    class Scripted:
        """Asks one rare question in eight."""

        def __init__(self) -> None:
            self.rng = np.random.default_rng(0)

        def ask(self, task: str) -> Question:
            del task
            return rare if self.rng.integers(8) == 0 else common

    asker = cast(Asker, Scripted())
    asked = [_ask(asker, "relation_2") for _ in range(2000)]
    assert 0.28 < np.mean([question is rare for question in asked]) < 0.38
    others = [_ask(asker, "which") for _ in range(2000)]
    assert 0.09 < np.mean([question is rare for question in others]) < 0.16
