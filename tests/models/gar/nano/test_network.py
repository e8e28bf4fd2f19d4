"""The network in training."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it

from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.heads import Heads
from models.gar.nano.network import Batch, crop_regions, decode, decoder_losses, see
from models.gar.nano.plan import Replay


@pytest.fixture
def batch(batches: Batches) -> Batch:
    return batches.batch(0)


@torch.inference_mode()
def test_sequences_of_other_lengths_do_not_change_the_loss(nano: GARModel, batch: Batch) -> None:
    seen = see(nano, batch, Replay.EXACT)
    logits = nano.mllm.lm_head(decode(nano, seen, batch)[-1])
    together = F.cross_entropy(logits.flatten(0, 1), batch.labels.flatten(), ignore_index=-100)
    config = nano.config
    heads = Heads(
        vision_width=config.vision_width,
        width=config.mllm.text_config.hidden_size,
        slots=config.tokens_per_tile,
    )
    found = decoder_losses(nano, heads, seen, batch)
    torch.testing.assert_close(found["answers"], together, atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_without_replay_the_slots_are_empty_and_with_crops_the_picture(
    nano: GARModel, batch: Batch
) -> None:
    usual, none, crop = (see(nano, batch, way) for way in (Replay.EXACT, Replay.NONE, Replay.CROP))
    assert usual.regions.any()
    assert not none.regions.any()
    assert torch.equal(none.picture, usual.picture)
    assert not crop.picture.any()
    assert crop.regions.any()


def test_a_crop_shows_nothing_of_the_rest_of_the_picture(batch: Batch) -> None:
    side = batch.pixels.shape[-1]
    x0, y0, x1, y1 = (value * side for value in batch.boxes[0])
    x, y, reach = (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0) / 2 + 2
    rows, columns = ((torch.arange(side) - middle).abs() <= reach + 1 for middle in (y, x))
    away = ~(rows[:, None] & columns)
    assert away.any()
    pixels = batch.pixels.clone()
    pixels[batch.owners[0]][:, away] = 9.0
    changed, _ = crop_regions(replace(batch, pixels=pixels))
    usual, _ = crop_regions(batch)
    assert torch.equal(changed[0], usual[0])


@torch.inference_mode()
def test_a_crop_is_the_region_enlarged(batch: Batch) -> None:
    _, masks = crop_regions(batch)
    for region, (x0, y0, x1, y1) in enumerate(batch.boxes):
        rows, columns = masks[region].any(1).nonzero(), masks[region].any(0).nonzero()
        height, width = float(rows.max() - rows.min()) + 1, float(columns.max() - columns.min()) + 1
        side = masks.shape[-1]
        assert max(height, width) >= 0.9 * side, "its longer side fills the tile"
        wide = (x1 - x0 + 1 / side) / (y1 - y0 + 1 / side)
        assert width / height == pytest.approx(wide, rel=0.25), "its aspect is kept"
