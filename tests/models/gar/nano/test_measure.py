"""Exact answers, counted without generating them."""

import torch

from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.dialogues import IGNORED
from models.gar.nano.measure import exact_answers
from models.gar.nano.network import decode, see
from models.gar.nano.plan import Replay


@torch.inference_mode()
def test_an_answer_is_right_if_the_decoder_would_have_written_it(
    nano: GARModel, batches: Batches
) -> None:
    batch = batches.batch(0)
    likeliest = nano.mllm.lm_head(decode(nano, see(nano, batch, Replay.EXACT), batch)[-1]).argmax(
        -1
    )
    right = total = 0
    for row, tasks in enumerate(batch.tasks):
        for branch in range(1, len(tasks) + 1):
            learnt = (batch.branches[row] == branch) & (batch.labels[row] != IGNORED)
            right += bool((likeliest[row] == batch.labels[row])[learnt].all())
            total += 1
    scores = exact_answers(nano, batches, steps=1, replay=Replay.EXACT)
    assert sum(score.total for score in scores.values()) == total
    assert sum(score.right for score in scores.values()) == right


def test_every_kind_of_question_is_counted(nano: GARModel, batches: Batches) -> None:
    scores = exact_answers(nano, batches, steps=4, replay=Replay.EXACT)
    assert {"relation_2", "which", "choice", "attribute", "yes_no", "colour"} <= set(scores)
