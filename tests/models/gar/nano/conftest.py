"""A gar-nano of one layer without training, and a handful of scenes for it."""

from pathlib import Path

import pytest

from models.gar.config import GARConfig, read_config
from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.initial import initialise
from models.gar.nano.layout import write_layout
from models.gar.nano.photos import sample_photos
from models.gar.nano.plan import Plan
from models.gar.nano.shards import draw_shards, load_shard
from models.gar.tokens import GARTokenizer

SCENES = 24

SMALL = Plan(
    plain_steps=0,
    tower_steps=0,
    answer_steps=1,
    tower_size=3,
    size=3,
    tower_rate=0.4,
    plain_shards=1,
    shards=1,
    layers=1,
    bfloat16=False,
)
"""One step on answers, of a network of one layer."""


@pytest.fixture(scope="session")
def nano_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nano")
    write_layout(folder, layers=1)
    return folder


@pytest.fixture(scope="session")
def nano_config(nano_folder: Path) -> GARConfig:
    return read_config(nano_folder)


@pytest.fixture(scope="session")
def nano_tokenizer(nano_folder: Path, nano_config: GARConfig) -> GARTokenizer:
    return GARTokenizer(nano_folder, nano_config)


@pytest.fixture(scope="session")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one shard of whole scenes and one of plain ones."""
    folder = tmp_path_factory.mktemp("scenes") / "shards"
    for plain in (False, True):
        drawn = draw_shards(
            folder, [0], sample_photos(), seed=1, processes=1, size=SCENES, plain=plain
        )
        assert list(drawn) == [0]
    return folder


@pytest.fixture(scope="session")
def nano(nano_config: GARConfig) -> GARModel:
    model = GARModel(nano_config)
    initialise(model, seed=1)
    return model.eval()


@pytest.fixture
def batches(shards: Path, nano_config: GARConfig, nano_tokenizer: GARTokenizer) -> Batches:
    """Batches of six scenes."""
    return Batches(
        [load_shard(shards, 0)],
        tokenizer=nano_tokenizer.backend,
        config=nano_config,
        size=6,
        seed=3,
    )
