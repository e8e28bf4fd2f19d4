import gc
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from gar_studio.engines.construction import EngineFactory, EngineKind, EngineOptions
from gar_studio.engines.description import Describer, DescribeRequest
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import CheckpointError, EngineError
from gar_studio.settings import HOME_VARIABLE
from models.gar import random_checkpoint
from models.gar.factory import GAR, GAR_RANDOM
from models.gar.factory import random_folder as cached_folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path / "cache"


@pytest.mark.parametrize("factory", [GAR, GAR_RANDOM])
def test_they_are_factories_of_describers(factory: object) -> None:
    assert isinstance(factory, EngineFactory)
    assert factory.kind is EngineKind.DESCRIBE
    assert factory.title
    assert "\n" not in factory.needs


def test_listing_them_imports_no_torch() -> None:
    code = (
        "import sys; from models.gar.factory import GAR, GAR_RANDOM; GAR.needs, GAR_RANDOM.title;"
        "sys.exit(bool({'torch', 'transformers', 'timm'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_gar_loads_a_folder_and_says_who_it_is(random_folder: Path) -> None:
    options = EngineOptions(model=str(random_folder), device="cpu", dtype="bfloat16")
    engine = GAR.build(options)
    assert isinstance(engine, Describer)
    assert engine.info.name == random_folder.name
    assert engine.info.device == "cpu"
    assert len(engine.info.revision) == 12
    assert "non-commercial" in engine.info.licence
    assert engine.info.notice == ""


def test_gar_without_a_model_says_what_it_needs() -> None:
    with pytest.raises(EngineError, match="needs a model"):
        GAR.build(EngineOptions())


def test_gar_never_reaches_the_hub_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def snapshot(_repository: str, *, local_files_only: bool, **_: object) -> str:
        assert local_files_only
        raise huggingface_hub.errors.LocalEntryNotFoundError("not cached")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    with pytest.raises(CheckpointError, match="not on this computer"):
        GAR.build(EngineOptions(model="HaochenWang/GAR-1B"))


def test_a_device_that_is_not_there(random_folder: Path) -> None:
    with pytest.raises(EngineError, match="“abacus” is not a device"):
        GAR.build(EngineOptions(model=str(random_folder), device="abacus"))


def test_the_random_engine_says_that_its_words_mean_nothing(cache: Path) -> None:
    engine = GAR_RANDOM.build(EngineOptions())
    assert "Random weights" in engine.info.notice
    assert "mean nothing" in engine.info.notice
    assert [path.name for path in cache.iterdir()] == [cached_folder().name]


def test_the_random_checkpoint_is_written_once(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cached_folder()
    monkeypatch.setattr(
        random_checkpoint, "write_random_checkpoint", lambda _: pytest.fail("written again")
    )
    assert cached_folder() == folder
    assert folder.parent == cache


def test_a_crash_while_writing_leaves_nothing_that_looks_whole(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(folder: Path) -> None:
        (folder / "config.json").write_text("{}")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(random_checkpoint, "write_random_checkpoint", crash)
        with pytest.raises(EngineError, match="No space left on device"):
            cached_folder()
    assert list(cache.iterdir()) == []
    assert (cached_folder() / "model.safetensors").is_file()


def test_two_programs_that_write_it_at_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = random_checkpoint.write_random_checkpoint

    def slower(folder: Path) -> None:
        monkeypatch.setattr(random_checkpoint, "write_random_checkpoint", original)
        cached_folder()  # the other program is done first
        original(folder)

    monkeypatch.setattr(random_checkpoint, "write_random_checkpoint", slower)
    folder = cached_folder()
    assert [path.name for path in cache.iterdir()] == [folder.name]


def test_the_random_engine_takes_no_model(cache: Path) -> None:
    with pytest.raises(EngineError, match="takes no model"):
        GAR_RANDOM.build(EngineOptions(model="/some/folder"))
    assert not cache.exists()


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(EngineError, match="cannot be written"):
        GAR_RANDOM.build(EngineOptions())


def test_a_damaged_model_is_an_engine_error_for_the_window(
    random_folder: Path, tmp_path: Path
) -> None:
    import shutil

    folder = Path(shutil.copytree(random_folder, tmp_path / "damaged"))
    weights = load_file(folder / "model.safetensors")
    weights.pop("mask_patch_embedding.weight")
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(EngineError, match=r"missing: mask_patch_embedding\.weight"):
        GAR.build(EngineOptions(model=str(folder)))


def tensor_bytes() -> int:
    """Bytes of all tensors that are alive."""
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some objects warn when they are looked at
        alive = [thing for thing in gc.get_objects() if isinstance(thing, torch.Tensor)]
    storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in alive}
    return sum(storages.values())


def test_closing_gives_the_memory_back(
    random_folder: Path, image: ImageData, request_for: Callable[..., DescribeRequest]
) -> None:
    before = tensor_bytes()
    engine = GAR.build(EngineOptions(model=str(random_folder), device="cpu"))
    for _ in engine.describe(image, request_for([(5, 5, 50, 40)]), CancelToken()):
        pass
    weights = (random_folder / "model.safetensors").stat().st_size
    assert tensor_bytes() - before > weights, "weights and caches are held"
    engine.close()
    assert tensor_bytes() - before < weights / 100
