"""A small SAM with random weights, saved as a checkpoint."""

from pathlib import Path

import pytest

from tests.models.segment.helpers import write_small_sam


@pytest.fixture(scope="session")
def small_sam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of a small SAM; its weights are random, so its masks mean nothing."""
    path: Path = tmp_path_factory.mktemp("sam") / "small.pth"
    write_small_sam(path)
    return path
