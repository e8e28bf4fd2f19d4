"""The catalogue says what a model costs and what is here, without a network and without torch."""

import functools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import huggingface_hub.constants
import pytest

import models.download
from gar_studio.engines.catalogue import Catalogue, ModelEntry, OnDisk
from gar_studio.engines.protocol import CancelToken
from models import catalogue
from models.catalogue import CATALOGUE, KnownModel
from models.download import download
from models.memory import read_shape
from tests.helpers.hub import REPOSITORY, Hub, serve

GOLDEN = Path(__file__).parents[1] / "golden" / "class_token"
WEIGHTS = "model.safetensors"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    return folder


@pytest.fixture
def hub() -> Iterator[Hub]:
    files = {name: (GOLDEN / name).read_bytes() for name in ("config.json", WEIGHTS)}
    with serve(Hub(files)) as running:
        yield running
    huggingface_hub.close_session()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> KnownModel:
    """A catalogue whose only model is the stand-in hub's."""
    model = KnownModel(REPOSITORY, read_shape(GOLDEN))
    monkeypatch.setattr(catalogue, "KNOWN", (model,))
    return model


def only() -> ModelEntry:
    _nano, entry = CATALOGUE.entries()
    return entry


def test_it_is_a_catalogue_with_both_released_models() -> None:
    assert isinstance(CATALOGUE, Catalogue)
    nano, *entries = CATALOGUE.entries()
    assert (nano.name, nano.on_disk, nano.source) == ("gar-nano", OnDisk.COMPLETE, "")
    assert [entry.model for entry in entries] == ["HaochenWang/GAR-1B", "HaochenWang/GAR-8B"]
    for entry in entries:
        assert entry.on_disk is OnDisk.ABSENT
        assert not entry.size_is_exact
        assert entry.source.endswith(entry.model)
        assert "non-commercial" in entry.licence
        assert "Apache-2.0" in entry.licence
        assert [wanted.dtype for wanted in entry.memory] == ["float32", "bfloat16"]
        assert all(wanted.bytes > wanted.weights_bytes for wanted in entry.memory)


def test_listing_imports_no_torch() -> None:
    code = (
        "import sys; from models.catalogue import CATALOGUE; CATALOGUE.entries();"
        "sys.exit(bool({'torch', 'transformers', 'timm'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_complete_in_the_cache_is_told_with_its_true_size(
    hub: Hub, known: KnownModel
) -> None:
    folder = download(REPOSITORY, endpoint=hub.endpoint)
    entry = only()
    assert entry.on_disk is OnDisk.COMPLETE
    assert entry.folder == folder
    assert entry.size == sum(len(content) for content in hub.files.values())
    assert entry.size_is_exact
    assert entry.bytes_on_disk == entry.size


def test_what_is_there_only_in_part_is_told(hub: Hub, known: KnownModel) -> None:
    folder = download(REPOSITORY, endpoint=hub.endpoint)
    blob = (folder / WEIGHTS).resolve()
    blob.rename(blob.with_name(f"{blob.name}.incomplete"))
    (folder / WEIGHTS).unlink()
    entry = only()
    assert entry.on_disk is OnDisk.PARTIAL
    assert entry.folder is None
    assert entry.bytes_on_disk == sum(len(content) for content in hub.files.values())


def test_weights_that_are_cut_off_are_not_complete(hub: Hub, known: KnownModel) -> None:
    blob = (download(REPOSITORY, endpoint=hub.endpoint) / WEIGHTS).resolve()
    blob.write_bytes(blob.read_bytes()[:-1])
    assert only().on_disk is OnDisk.PARTIAL


def test_the_catalogue_downloads(
    hub: Hub, known: KnownModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = models.download.download
    there = functools.partial(fetch, endpoint=hub.endpoint)
    monkeypatch.setattr(models.download, "download", there)
    folder = CATALOGUE.download(REPOSITORY, progress=lambda _: None, cancel=CancelToken())
    assert (folder / WEIGHTS).is_file()


def test_a_folder_of_the_user_s_own() -> None:
    *_, entry = CATALOGUE.entries([str(GOLDEN)])
    assert entry.model == str(GOLDEN)
    assert entry.on_disk is OnDisk.COMPLETE
    assert entry.size_is_exact
    assert entry.memory[0].weights_bytes < entry.size < 1_000_000
    assert "non-commercial" in entry.licence


def test_a_folder_that_is_damaged_is_listed_with_its_problem(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOLDEN, tmp_path / "mine"))
    (folder / WEIGHTS).unlink()
    damaged, absent = CATALOGUE.entries([str(folder), str(tmp_path / "nowhere")])[-2:]
    assert damaged.on_disk is OnDisk.PARTIAL
    assert "has no model.safetensors" in damaged.problem
    assert damaged.memory == ()
    assert absent.on_disk is OnDisk.ABSENT


def test_a_hub_id_of_the_user_s_own(hub: Hub) -> None:
    *_, before = CATALOGUE.entries([REPOSITORY])
    assert (before.on_disk, before.memory) == (OnDisk.ABSENT, ())
    assert before.source.endswith(REPOSITORY)
    download(REPOSITORY, endpoint=hub.endpoint)
    *_, after = CATALOGUE.entries([REPOSITORY])
    assert after.on_disk is OnDisk.COMPLETE
    assert after.memory
