"""The network in training."""

import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it

from models.gar.config import GARConfig
from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.network import Heads, decode, decoder_losses, encode, replay_all
from models.gar.tokens import GARTokenizer


@torch.inference_mode()
def test_sequences_of_other_lengths_do_not_change_the_loss(
    nano: GARModel, batches: Batches
) -> None:
    batch = batches.batch(0)
    _, features = encode(nano, batch)
    replayed = replay_all(nano, features, batch)
    logits = nano.mllm.lm_head(decode(nano, features, replayed, batch)[-1])
    together = F.cross_entropy(logits.flatten(0, 1), batch.labels.flatten(), ignore_index=-100)
    config = nano.config
    heads = Heads(
        vision_width=config.vision_width,
        width=config.mllm.text_config.hidden_size,
        slots=config.tokens_per_tile,
    )
    found = decoder_losses(nano, heads, features, replayed, batch)
    torch.testing.assert_close(found["answers"], together, atol=1e-5, rtol=1e-5)


def test_a_name_in_a_question_is_that_of_the_slots_behind_the_same_name(
    batches: Batches, nano_tokenizer: GARTokenizer, nano_config: GARConfig
) -> None:
    names = [nano_tokenizer.backend.token_to_id(f"<Prompt{n}>") for n in range(5)]
    found = 0
    for step in range(4):
        batch = batches.batch(step)
        for row, ids in enumerate(batch.ids):
            given = [n for n, slot in enumerate(nano_config.slot_ids) if (ids == slot).any()]
            regions = torch.nonzero(batch.owners == row)[:, 0].tolist()
            assert len(given) == len(regions)
            for place in torch.nonzero(batch.mentions[row] >= 0)[:, 0].tolist():
                number = names.index(int(ids[place]))
                assert regions[given.index(number)] == int(batch.mentions[row, place])
                assert batch.branches[row, place] > 0
                found += 1
            for number in given:
                slots = ids == nano_config.slot_ids[number]
                assert (batch.numbers[row][slots] == number).all()
    assert found > 50
