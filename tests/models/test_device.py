import pytest
import torch

from gar_studio.errors import EngineError
from models.device import resolve_device, resolve_dtype

CPU = torch.device("cpu")


def test_auto_is_a_device_that_can_compute() -> None:
    device = resolve_device("auto")
    assert torch.ones(2, device=device).sum().item() == 2


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:-1", "cuda:x", "CPU", "", "cpu:0;"])
def test_an_unknown_device_names_itself(name: str) -> None:
    with pytest.raises(EngineError, match=f"“{name}” is not a device"):
        resolve_device(name)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
@pytest.mark.parametrize("name", ["cuda", "cuda:1"])
def test_cuda_that_is_not_there(name: str) -> None:
    with pytest.raises(EngineError, match="no CUDA device"):
        resolve_device(name)


def test_a_card_beyond_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert resolve_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(EngineError, match="no device cuda:2"):
        resolve_device("cuda:2")


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="this machine has MPS")
def test_mps_that_is_not_there() -> None:
    with pytest.raises(EngineError, match="no Apple GPU"):
        resolve_device("mps")


def test_dtypes() -> None:
    assert resolve_dtype("auto", CPU) is torch.float32
    assert resolve_dtype("bfloat16", CPU) is torch.bfloat16
    with pytest.raises(EngineError, match="“int3” is not a number type"):
        resolve_dtype("int3", CPU)


def test_auto_on_cuda_is_what_the_weights_are_released_in(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda = torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    assert resolve_dtype("auto", cuda) is torch.bfloat16
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    assert resolve_dtype("auto", cuda) is torch.float16
    with pytest.raises(EngineError, match="cannot compute in bfloat16"):
        resolve_dtype("bfloat16", cuda)
