"""Averages of networks: what they are, and which networks have none."""

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from gar_studio.errors import CheckpointError
from models.gar.nano.averaging import average, main

PARTS = st.floats(0, 8, allow_subnormal=False)


def network(seed: int) -> dict[str, torch.Tensor]:
    source = torch.Generator().manual_seed(seed)
    return {
        "a.weight": torch.randn(3, 4, generator=source).half(),
        "b.bias": torch.randn(5, generator=source),
    }


@given(st.lists(PARTS, min_size=2, max_size=4).filter(lambda parts: sum(parts) > 1e-3))
def test_each_weight_is_the_weighted_mean(parts: list[float]) -> None:
    networks = [network(seed) for seed in range(len(parts))]
    mean = average(list(zip(networks, parts, strict=True)))
    for name in networks[0]:
        wanted = sum(n[name].double() * p for n, p in zip(networks, parts, strict=True)) / sum(
            parts
        )
        assert mean[name].dtype == networks[0][name].dtype
        assert torch.allclose(mean[name].double(), wanted, atol=2e-3 * max(1.0, wanted.abs().max()))


@given(st.lists(PARTS, min_size=1, max_size=4).filter(lambda parts: sum(parts) > 1e-3))
def test_equal_networks_average_to_themselves(parts: list[float]) -> None:
    one = network(1)
    mean = average([(one, part) for part in parts])
    for name, tensor in one.items():
        assert torch.equal(mean[name], tensor)


@pytest.mark.parametrize("parts", [(0.0, 0.0), (1.0, -0.5)])
def test_parts_that_make_no_mean_are_refused(parts: tuple[float, float]) -> None:
    with pytest.raises(CheckpointError, match="Parts of an average"):
        average([(network(1), parts[0]), (network(2), parts[1])])


@pytest.mark.parametrize("change", ["shape", "name"])
def test_other_layers_are_refused(change: str) -> None:
    other = network(2)
    tensor = other.pop("b.bias")
    other["b.bias" if change == "shape" else "c.bias"] = tensor[:4] if change == "shape" else tensor
    with pytest.raises(CheckpointError, match="differ in their layers"):
        average([(network(1), 0.5), (other, 0.5)])


def test_files_are_averaged_from_the_shell(tmp_path: Path) -> None:
    for seed, name in enumerate(("one", "two")):
        save_file(network(seed), tmp_path / name, metadata={"format": "pt"})
    main([str(tmp_path / "out"), f"{tmp_path / 'one'}:0.3", f"{tmp_path / 'two'}:0.7"])
    wanted = average([(network(0), 0.3), (network(1), 0.7)])
    assert all(torch.equal(tensor, wanted[k]) for k, tensor in load_file(tmp_path / "out").items())
    with safe_open(tmp_path / "out", framework="pt") as file:
        assert file.metadata() == {"format": "pt"}
