"""The network in training."""

import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it

from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.network import answer_loss, decode, encode, replay_all


@torch.inference_mode()
def test_sequences_of_other_lengths_do_not_change_the_loss(
    nano: GARModel, batches: Batches
) -> None:
    batch = batches.batch(0)
    _, features = encode(nano, batch)
    replayed = replay_all(nano, features, batch)
    hidden = decode(nano, features, replayed, batch)
    logits = nano.mllm.lm_head(hidden)
    together = F.cross_entropy(logits.flatten(0, 1), batch.labels.flatten(), ignore_index=-100)
    found = answer_loss(nano, features, replayed, batch)
    torch.testing.assert_close(found, together, atol=1e-5, rtol=1e-5)
