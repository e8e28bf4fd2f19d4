"""How many answers are exactly right, kind by kind, without generating any of them.

An answer that is chosen token by token, always the likeliest one, is right if and only if every
token of the right answer is the likeliest behind those before it.  So one pass over a sequence
tells it for all of its questions; and it tells it for networks that the describer does not run,
such as one without replay.
"""

from collections import defaultdict

import torch
from torch import Tensor

from gar_studio.evaluation.score import Score
from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.dialogues import IGNORED
from models.gar.nano.network import Batch, decode, see
from models.gar.nano.plan import Replay


@torch.inference_mode()
def exact_answers(
    model: GARModel, batches: Batches, *, steps: int, replay: Replay, bfloat16: bool = False
) -> dict[str, Score]:
    """Count the exact answers of each kind of question.

    Args:
        model: whose answers.
        batches: of scenes that it was not trained on.
        steps: how many of them.
        replay: what it was trained with.
        bfloat16: compute in bfloat16.
    """
    scores: dict[str, Score] = defaultdict(Score)
    for step in range(steps):
        batch = batches.batch(step)
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            layers = decode(model, see(model, batch, replay), batch)
            likeliest = model.mllm.lm_head(layers[-1]).argmax(-1)
        for row, tasks in enumerate(batch.tasks):
            for branch, right in enumerate(_right(likeliest, batch, row), start=1):
                task = tasks[branch - 1]
                scores[task] = scores[task].plus(right=right)
    return dict(scores)


def _right(likeliest: Tensor, batch: Batch, row: int) -> list[bool]:
    """Say of each branch of a sequence whether its whole answer is the likeliest one."""
    labels, branches = batch.labels[row], batch.branches[row]
    wrong = branches[(labels != IGNORED) & (likeliest[row] != labels)]
    missed = set(wrong.tolist())
    return [branch not in missed for branch in range(1, len(batch.tasks[row]) + 1)]
