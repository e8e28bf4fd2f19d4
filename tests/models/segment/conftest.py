"""A small SAM with random weights, saved as a checkpoint."""

from pathlib import Path

import pytest
import torch

from models.segment.sam_checkpoint import build_network
from tests.models.segment.helpers import SMALL


@pytest.fixture(scope="session")
def small_sam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of a small SAM; its weights are random, so its masks mean nothing."""
    torch.manual_seed(2)
    network = build_network(SMALL)
    for name, weight in network.state_dict().items():
        if weight.ndim > 1 and "embed" not in name:
            weight.copy_(torch.randn_like(weight) * 0.3)
    path: Path = tmp_path_factory.mktemp("sam") / "small.pth"
    torch.save(network.state_dict(), path)
    return path
