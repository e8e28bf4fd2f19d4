"""`gar-studio models`: what is listed, fetched and said, with a catalogue that follows a script."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from gar_studio import settings
from gar_studio.engines import catalogue
from gar_studio.engines.catalogue import (
    DownloadProgress,
    MemoryNeed,
    ModelEntry,
    OnDisk,
    ProgressCallback,
)
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import CheckpointError
from gar_studio.settings import EngineChoice, Settings
from tests.gar_studio.cli.conftest import Studio
from tests.helpers.hub import REPOSITORY, Hub, serve

GOLDEN = Path(__file__).parents[2] / "golden" / "class_token"
ENTRY = ModelEntry(
    name="GAR-x",
    model="someone/GAR-x",
    engine="gar",
    licence="research only",
    size=3_000_000_000,
    size_is_exact=False,
    memory=(MemoryNeed("float32", 6_000_000_000, 7_000_000_000),),
    on_disk=OnDisk.PARTIAL,
    bytes_on_disk=1_000_000_000,
)


@dataclass
class Scripted:
    """Lists one model, and gets three pieces of it."""

    before: Callable[[int], None] = field(default=lambda _: None)

    def entries(self, own: Sequence[str] = ()) -> tuple[ModelEntry, ...]:
        return (ENTRY, *(replace(ENTRY, name=Path(one).name, model=one) for one in own))

    def download(self, model: str, *, progress: ProgressCallback, cancel: CancelToken) -> Path:
        for piece in range(3):
            self.before(piece)
            cancel.check()
            progress(DownloadProgress("model.safetensors", piece + 1, 3))
        return Path("/somewhere") / model


@dataclass
class Point:
    loaded: object

    def load(self) -> object:
        return self.loaded


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    made = Scripted()
    monkeypatch.setattr(catalogue, "available", lambda: {"gar": Point(made)})
    return made


@pytest.mark.parametrize("words", [("models",), ("models", "list")])
def test_the_list_says_size_memory_licence_and_what_is_here(
    studio: Studio, scripted: Scripted, words: tuple[str, ...]
) -> None:
    result = studio(*words)
    assert result.status == 0
    for said in ("someone/GAR-x", "≈ 3.0 GB", "float32 7.0 GB", "in part, 1.0 GB", "research only"):
        assert said in result.out


@pytest.mark.parametrize("words", [("models",), ("models", "list")])
def test_the_list_as_json(studio: Studio, scripted: Scripted, words: tuple[str, ...]) -> None:
    result = studio(*words, "--json")
    assert result.status == 0
    (model,) = result.json["models"]
    assert model["model"] == "someone/GAR-x"
    assert model["memory"] == {"float32": 7_000_000_000}
    assert model["on_disk"] == "partial"
    assert model["folder"] is None


def test_folders_are_listed_too(studio: Studio, scripted: Scripted, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    settings.save(Settings(describer=EngineChoice("gar", EngineOptions(model=str(mine)))))
    listed = studio("models", "list", tmp_path / "other", "--json").json["models"]
    assert [model["model"] for model in listed[1:]] == [str(tmp_path / "other"), str(mine)]


def test_a_download_says_where_the_model_is(studio: Studio, scripted: Scripted) -> None:
    result = studio("models", "download", "someone/GAR-x")
    assert result.status == 0
    assert "/somewhere/someone/GAR-x" in result.out
    assert "model.safetensors" in result.err
    assert "research only" in result.err, "the licence, before anything is fetched"


def test_a_download_as_json(studio: Studio, scripted: Scripted) -> None:
    result = studio("models", "download", "someone/GAR-x", "--json")
    assert result.json["folder"] == "/somewhere/someone/GAR-x"
    assert result.json["bytes"] == 3


def test_ctrl_c_stops_a_download(studio: Studio, scripted: Scripted) -> None:
    scripted.before = lambda piece: os.kill(os.getpid(), signal.SIGINT) if piece == 1 else None
    result = studio("models", "download", "someone/GAR-x", "--json")
    assert result.status == 130
    assert result.json["error"]["kind"] == "Cancelled"
    assert "goes on where it stopped" in result.err


def test_a_download_that_fails(studio: Studio, scripted: Scripted) -> None:
    def fail(_piece: int) -> None:
        raise CheckpointError("The hub is away.")

    scripted.before = fail
    result = studio("models", "download", "someone/GAR-x")
    assert result.status == 1
    assert "The hub is away." in result.err


def test_what_is_no_catalogue_is_told(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "available", lambda: {"gar": Point(5)})
    result = studio("models")
    assert result.status == 1
    assert "not a catalogue" in result.err


@pytest.fixture
def hub() -> Iterator[Hub]:
    files = {n: (GOLDEN / n).read_bytes() for n in ("config.json", "model.safetensors")}
    with serve(Hub(files)) as running:
        yield running


def program(hub: Hub, home: Path, *words: str) -> subprocess.Popen[str]:
    """Start the installed program, with the stand-in hub as its hub."""
    kept = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    return subprocess.Popen(
        [sys.executable, "-c", "from main import main; main()", "models", *words],
        env=kept | {"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"},
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_real_program_fetches_from_a_hub(hub: Hub, tmp_path: Path) -> None:
    out, err = program(hub, tmp_path, "download", REPOSITORY).communicate()
    assert "is in" in out, err
    assert (Path(out.split(" is in ")[1].strip()) / "model.safetensors").is_file()
    assert "model.safetensors…" in err


def test_the_real_list_asks_no_network(hub: Hub, tmp_path: Path) -> None:
    out, err = program(hub, tmp_path, "list").communicate()
    assert "HaochenWang/GAR-8B" in out, err
    assert hub.asked == []
