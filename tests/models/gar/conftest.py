"""One small random GAR for all tests of the package, and requests to it."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import DescribeRequest, RegionInput, Task
from gar_studio.engines.protocol import EngineInfo, ImageData
from models.gar.checkpoint import load_model
from models.gar.config import GARConfig
from models.gar.engine import GARDescriber
from models.gar.model import GARModel
from models.gar.random_checkpoint import write_random_checkpoint
from models.gar.session import GARSession
from models.gar.tokens import GARTokenizer

GOLDEN = Path(__file__).parents[2] / "golden"
INFO = EngineInfo(name="test", revision="0", device="cpu", licence="none")


@pytest.fixture(scope="package", autouse=True)
def one_thread() -> Iterator[None]:
    """Run the small networks on one thread: sharing out so little work costs more than it saves."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def random_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("random-gar")
    write_random_checkpoint(folder)
    return folder


@pytest.fixture(scope="session")
def model(random_folder: Path) -> GARModel:
    return load_model(random_folder, device=torch.device("cpu"), dtype=torch.float32)


@pytest.fixture(scope="session")
def config(model: GARModel) -> GARConfig:
    return model.config


@pytest.fixture(scope="session")
def tokenizer(random_folder: Path, config: GARConfig) -> GARTokenizer:
    return GARTokenizer(random_folder, config)


@pytest.fixture
def session(model: GARModel) -> GARSession:
    return GARSession(model)


@pytest.fixture
def describer(session: GARSession, tokenizer: GARTokenizer) -> GARDescriber:
    return GARDescriber(session, tokenizer, info=INFO)


@pytest.fixture(scope="session")
def image() -> ImageData:
    """A noisy photo of 120 × 90 pixels: a grid of two by two tiles."""
    pixels = np.random.default_rng(3).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    pixels.flags.writeable = False
    return ImageData(key="noise", pixels=pixels)


Boxes = list[tuple[int, int, int, int]]


@pytest.fixture
def request_for(image: ImageData) -> Callable[..., DescribeRequest]:
    """Makes a short request about boxes on `image`; the regions' lasting ids are 11, 12, …"""

    def make(boxes: Boxes, **changes: object) -> DescribeRequest:
        regions = tuple(
            RegionInput(11 + i, Mask.from_box(*box, height=image.height, width=image.width))
            for i, box in enumerate(boxes)
        )
        request = DescribeRequest(
            request_id=1,
            image_key=image.key,
            task=Task.DESCRIBE,
            regions=regions,
            max_new_tokens=8,
            max_tiles=1,
        )
        return dataclasses.replace(request, **changes)

    return make
