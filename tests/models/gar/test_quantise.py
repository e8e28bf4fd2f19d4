"""8 and 4 bits: through the real bitsandbytes where it is installed."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import DescribeRequest, Finished
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import EngineError
from models.gar.checkpoint import load_model
from models.gar.factory import GAR
from models.gar.quantise import Quantisation, check_quantisation, quantise

Make = Callable[..., DescribeRequest]
CPU = torch.device("cpu")
installed = pytest.mark.skipif(
    importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is an extra"
)


@installed
@pytest.mark.parametrize(
    ("how", "share", "error"), [(Quantisation.INT8, 0.3, 0.02), (Quantisation.INT4, 0.2, 0.12)]
)
def test_the_decoders_matrices_shrink_and_the_rest_stays(
    random_folder: Path, how: Quantisation, share: float, error: float
) -> None:
    """On normal weights NF4 is a tenth of a standard deviation off, 8 bits a hundredth."""
    plain = load_model(random_folder, device=CPU, dtype=torch.float32)
    small = load_model(random_folder, device=CPU, dtype=torch.float32)
    quantise(small, how, device=CPU)

    def size(model: nn.Module) -> int:
        return sum(weight.nbytes for weight in model.parameters())

    blocks = plain.mllm.model.language_model.layers, small.mllm.model.language_model.layers
    assert size(blocks[1]) < share * size(blocks[0])
    tile = torch.randn(3, 448, 448)
    assert torch.equal(plain.encode_tile(tile, None), small.encode_tile(tile, None))
    for one, other in zip(blocks[0], blocks[1], strict=True):
        exact = one.mlp.up_proj.weight
        close = other.mlp.up_proj(torch.eye(exact.shape[1])).T
        assert 0 < (close - exact).norm() / exact.norm() < error


@installed
@pytest.mark.parametrize("dtype", ["int8", "int4"])
def test_it_answers(random_folder: Path, image: ImageData, request_for: Make, dtype: str) -> None:
    engine = GAR.build(EngineOptions(model=str(random_folder), device="cpu", dtype=dtype))
    *_, end = engine.describe(image, request_for([(5, 5, 50, 40)]), CancelToken())
    assert isinstance(end, Finished)
    assert end.new_tokens > 0
    engine.close()


def test_without_the_extra_the_sentence_names_it(
    random_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    with pytest.raises(EngineError, match=r"gar-studio\[quantised\]"):
        GAR.build(EngineOptions(model=str(random_folder), device="cpu", dtype="int4"))


def test_an_apple_gpu_is_refused() -> None:
    with pytest.raises(EngineError, match="mps"):
        check_quantisation(torch.device("mps"))
