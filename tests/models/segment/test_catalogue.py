"""What cuts out is listed without torch, and fetched with its checksum, in part and on."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import huggingface_hub
import huggingface_hub.constants
import pytest

from gar_studio.engines.catalogue import Catalogue, DownloadProgress, ModelEntry, OnDisk
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled, CheckpointError
from gar_studio.settings import HOME_VARIABLE
from models import transfer
from models.segment import catalogue, sam_hub, sam_released
from models.segment.catalogue import CATALOGUE, MODEL_TYPES
from tests.helpers.hub import Hub, serve
from tests.models.segment.helpers import write_small_sam

GOLDEN = Path(__file__).parents[2] / "golden" / "class_token"
NAME = "sam_vit_b_01ec64.pth"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(transfer, "RETRY_SECONDS", 0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    huggingface_hub.close_session()
    yield tmp_path / "home"
    huggingface_hub.close_session()


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A server with a small SAM under the name of a released one."""
    write_small_sam(tmp_path / NAME)
    content = (tmp_path / NAME).read_bytes()
    file = replace(
        sam_released.FILES[0], size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
    monkeypatch.setattr(catalogue, "FILES", (file,))
    with serve(Hub({NAME: content})) as running:
        there = f"{running.endpoint}/someone/GAR-tiny/resolve/main"
        monkeypatch.setattr(sam_released, "PUBLISHER", there)
        yield running


def sam() -> ModelEntry:
    """The entry of the file."""
    return next(entry for entry in CATALOGUE.entries() if entry.model == NAME)


def get(cancel: CancelToken | None = None, seen: list[DownloadProgress] | None = None) -> Path:
    heard = [] if seen is None else seen
    return CATALOGUE.download(NAME, progress=heard.append, cancel=cancel or CancelToken())


def test_it_lists_grabcut_and_every_sam() -> None:
    assert isinstance(CATALOGUE, Catalogue)
    grabcut, *sams = CATALOGUE.entries()
    assert (grabcut.engine, grabcut.on_disk, grabcut.source) == ("grabcut", OnDisk.COMPLETE, "")
    assert {entry.engine for entry in sams} == {"sam", "sam-hub"}
    for name in ("ViT-B", "ViT-L", "ViT-H", "2.1 tiny", "2.1 large", "HQ ViT-H"):
        assert any(name in entry.name for entry in sams), name
    for entry in sams:
        assert entry.on_disk is OnDisk.ABSENT
        assert entry.about.endswith(".")
        assert "Apache-2.0" in entry.licence
        assert all(need.bytes > need.weights_bytes for need in entry.memory)
        assert entry.source


def test_the_list_knows_the_kinds_that_the_engine_loads() -> None:
    assert set(sam_hub._FAMILIES) == MODEL_TYPES


def test_listing_imports_no_torch() -> None:
    code = (
        "import sys; from models.segment.catalogue import CATALOGUE; CATALOGUE.entries();"
        "sys.exit(bool({'torch', 'transformers', 'cv2', 'segment_anything'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_file_that_was_fetched_is_what_the_engine_takes(publisher: Hub, home: Path) -> None:
    seen: list[DownloadProgress] = []
    path = get(seen=seen)
    assert path.read_bytes() == publisher.files[NAME]
    assert path.is_relative_to(home)
    assert seen[-1].done == seen[-1].total == len(publisher.files[NAME])
    entry = sam()
    assert entry.on_disk is OnDisk.COMPLETE
    assert entry.weights == str(path)
    publisher.asked.clear()
    assert get() == path
    assert publisher.asked == [], "what is here is not fetched again"


def test_a_cancelled_file_goes_on_where_it_stopped(publisher: Hub) -> None:
    token = CancelToken()
    publisher.cut[NAME] = [1000]
    seen = _Stopping(token)
    with pytest.raises(Cancelled):
        CATALOGUE.download(NAME, progress=seen, cancel=token)
    entry = sam()
    assert (entry.on_disk, entry.bytes_on_disk) == (OnDisk.PARTIAL, 1000)
    get()
    assert publisher.got(NAME)[-1].range == "bytes=1000-"


class _Stopping:
    """Cancels at the first byte."""

    def __init__(self, token: CancelToken) -> None:
        self._token = token

    def __call__(self, _now: DownloadProgress) -> None:
        self._token.cancel()


def test_a_file_with_another_checksum_is_refused_and_removed(publisher: Hub) -> None:
    publisher.broken.add(NAME)
    with pytest.raises(CheckpointError, match="checksum"):
        get()
    assert sam().on_disk is OnDisk.ABSENT


def test_a_full_disk_is_told_before_anything_is_fetched(
    publisher: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CheckpointError, match="GB are free") as caught:
        get()
    assert "GAR_STUDIO_HOME" in caught.value.advice
    assert publisher.asked == []


def test_offline_mode_asks_nobody(publisher: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(CheckpointError, match="HF_HUB_OFFLINE"):
        get()
    assert publisher.asked == []


def test_files_and_folders_of_the_user_s_own(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.pth", tmp_path / "notes.txt"
    write_small_sam(mine)
    other.write_text("no weights")
    gar = Path(
        shutil.copytree(Path(__file__).parents[2] / "golden" / "class_token", tmp_path / "g")
    )
    file, text, folder, gone = CATALOGUE.entries(
        [str(mine), str(other), str(gar), str(tmp_path / "gone.pth")]
    )[-4:]
    assert (file.engine, file.on_disk, file.problem) == ("sam", OnDisk.COMPLETE, "")
    assert file.weights == str(mine)
    assert "no .pth file" in text.problem
    assert "no SAM" in folder.problem
    assert "There is no file or folder" in gone.problem
