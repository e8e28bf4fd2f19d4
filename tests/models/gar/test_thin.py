import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from models.gar.model import GARModel
from models.gar.thin import ThinLinear, use_thin_products


@given(
    rows=st.integers(0, 20),
    width=st.integers(1, 40),
    out=st.integers(1, 40),
    bias=st.booleans(),
    batched=st.booleans(),
)
def test_it_computes_what_torchs_own_layer_computes(
    rows: int, width: int, out: int, bias: bool, batched: bool
) -> None:
    torch.manual_seed(rows)
    layer = nn.Linear(width, out, bias=bias)
    values = torch.randn(rows, 1, width) if batched else torch.randn(rows, width)
    with torch.inference_mode():
        expected = layer(values)
        use_thin_products(layer)
        found = layer(values)
    assert type(layer) is ThinLinear
    assert found.is_contiguous()
    assert found.shape == expected.shape
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_other_numbers_go_torchs_own_way(dtype: torch.dtype) -> None:
    layer = nn.Linear(16, 8, dtype=dtype)
    values = torch.randn(2, 16, dtype=dtype)
    with torch.inference_mode():
        expected = layer(values)
        use_thin_products(layer)
        assert torch.equal(layer(values), expected)


def test_with_gradients_it_is_torchs_own_layer() -> None:
    layer = nn.Linear(16, 8)
    use_thin_products(layer)
    layer(torch.randn(2, 16)).sum().backward()
    assert layer.weight.grad is not None


def test_the_decoder_has_such_layers_and_the_tower_does_not(model: GARModel) -> None:
    decoder = [m for m in model.mllm.model.language_model.modules() if isinstance(m, nn.Linear)]
    assert decoder
    assert all(type(part) is ThinLinear for part in (*decoder, model.mllm.lm_head))
    tower = model.mllm.model.vision_tower
    assert not any(isinstance(part, ThinLinear) for part in tower.modules())


def test_what_is_no_plain_linear_layer_stays_as_it_is() -> None:
    class Own(nn.Linear):
        pass

    layer = nn.Sequential(Own(2, 2), nn.Linear(2, 2))
    use_thin_products(layer)
    assert [type(part) for part in layer] == [Own, ThinLinear]
