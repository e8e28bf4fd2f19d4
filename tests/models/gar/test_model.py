import numpy as np
import pytest
import torch

from gar_studio.errors import EngineError
from models.gar import model as module
from models.gar.config import GARConfig
from models.gar.model import GARModel, build_empty


@pytest.fixture(scope="module")
def tile(config: GARConfig) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(3, config.tile_size, config.tile_size, generator=generator)


def test_an_empty_mask_adds_exactly_nothing(model: GARModel, tile: torch.Tensor) -> None:
    empty = torch.zeros(tile.shape[1:], dtype=torch.uint8)
    assert torch.equal(model.encode_tile(tile, empty), model.encode_tile(tile, None))


def test_a_mask_changes_the_features(model: GARModel, tile: torch.Tensor) -> None:
    mask = torch.zeros(tile.shape[1:], dtype=torch.uint8)
    mask[100:200, 100:200] = 1
    features = model.encode_tile(tile, mask)
    assert features.shape == (256, model.config.mllm.text_config.hidden_size)
    assert not torch.allclose(features, model.encode_tile(tile, None), atol=1e-3)


def test_a_failed_tile_leaves_no_mask_behind(model: GARModel, tile: torch.Tensor) -> None:
    before = model.encode_tile(tile, None)
    mask = torch.ones(tile.shape[1:], dtype=torch.uint8)
    with pytest.raises((RuntimeError, AssertionError)):
        model.encode_tile(tile[:, :100], mask)
    assert torch.equal(model.encode_tile(tile, None), before)


def test_the_cache_stands_for_the_tokens_before(model: GARModel) -> None:
    ids = torch.from_numpy(np.random.default_rng(0).integers(0, 400, 40))
    embeddings = model.embed_tokens(ids)
    whole = model.extend(embeddings, model.new_cache())
    cache = model.new_cache()
    for chunk in embeddings.split(7):
        last = model.extend(chunk, cache)
    torch.testing.assert_close(last, whole, atol=1e-3, rtol=0)
    assert cache.get_seq_length() == 40


def test_laying_out_needs_no_memory_for_weights(config: GARConfig) -> None:
    empty = build_empty(config)
    assert all(p.is_meta for p in empty.parameters())
    assert not any(b.is_meta for b in empty.buffers())


def test_a_timm_that_cannot_compute_its_tables_is_named(
    config: GARConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_compute_tables", lambda _module: None)
    with pytest.raises(EngineError, match="does not say how to compute"):
        build_empty(config)


def test_a_network_that_timm_does_not_know(
    config: GARConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    import msgspec

    vision = msgspec.structs.replace(
        config.mllm.vision_config, architecture="vit_pe_core_no_such_size"
    )
    monkeypatch.setattr(
        module,
        "perception_lm_config",
        lambda c, original=module.perception_lm_config: original(
            type(c)(
                **{
                    **{name: getattr(c, name) for name in c.__slots__},
                    "mllm": msgspec.structs.replace(c.mllm, vision_config=vision),
                }
            )
        ),
    )
    with pytest.raises(EngineError, match="cannot be built"):
        build_empty(config)
