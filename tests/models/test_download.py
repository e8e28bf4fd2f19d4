"""What arrives from the hub is whole and checked, what is cut off goes on, and nothing else."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import huggingface_hub.constants
import pytest
import torch

from gar_studio.engines.catalogue import DownloadProgress
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled, CheckpointError
from models import transfer
from models.download import download
from models.gar.checkpoint import find_folder, load_model
from tests.helpers.hub import COMMIT, REPOSITORY, Hub, serve

GOLDEN = Path(__file__).parents[1] / "golden" / "class_token"
WEIGHTS = "model.safetensors"


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub with the small golden checkpoint, and beside it what is never fetched."""
    files = {name: (GOLDEN / name).read_bytes() for name in ("config.json", WEIGHTS)}
    files |= {
        "modeling_gar.py": b"raise SystemExit",
        "pytorch_model.bin": b"\x80",
        "README.md": b"#",
    }
    with serve(Hub(files)) as running:
        yield running


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A hub cache of the test's own; no waiting, no proxy, no Xet."""
    folder = tmp_path / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(transfer, "RETRY_SECONDS", 0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    huggingface_hub.close_session()
    yield folder
    huggingface_hub.close_session()


def get(hub: Hub, **how: object) -> Path:
    return download(REPOSITORY, endpoint=hub.endpoint, **how)


def left(cache: Path) -> list[str]:
    """The names of all files in the cache, but for the hub's locks and its tag."""
    return sorted(
        str(file.relative_to(cache))
        for file in cache.rglob("*")
        if file.is_file() and ".locks" not in file.parts and file.name != "CACHEDIR.TAG"
    )


def partial(hub: Hub, cache: Path) -> Path:
    return cache / "models--someone--GAR-tiny" / "blobs" / f"{hub.etag(WEIGHTS)}.incomplete"


def cut_off(hub: Hub, cache: Path, count: int) -> None:
    """Leave the weights with `count` bytes, as a killed download does."""
    path = partial(hub, cache)
    path.parent.mkdir(parents=True)
    path.write_bytes(hub.files[WEIGHTS][:count])


def test_a_downloaded_checkpoint_loads(hub: Hub, cache: Path) -> None:
    folder = get(hub)
    model = load_model(folder, device=torch.device("cpu"), dtype=torch.float32)
    assert sum(p.numel() for p in model.parameters()) > 0
    assert folder.name == COMMIT
    assert find_folder(REPOSITORY, allow_download=False) == folder, "the hub's own look-up"


def test_only_safetensors_and_settings_are_fetched(hub: Hub) -> None:
    folder = get(hub)
    assert sorted(file.name for file in folder.iterdir()) == ["config.json", WEIGHTS]
    assert not hub.got("modeling_gar.py")
    assert not hub.got("pytorch_model.bin")


def test_what_is_there_is_not_fetched_again(hub: Hub) -> None:
    folder = get(hub)
    hub.asked.clear()
    assert get(hub) == folder
    assert not hub.got(WEIGHTS)
    assert not hub.got("config.json")


def test_progress_reaches_the_size_of_all_files(hub: Hub) -> None:
    seen: list[DownloadProgress] = []
    get(hub, progress=seen.append)
    total = len(hub.files["config.json"]) + len(hub.files[WEIGHTS])
    assert {now.total for now in seen} == {total}
    done = [now.done for now in seen]
    assert done == sorted(done)
    assert done[-1] == total
    assert [now.file for now in seen][-1] == WEIGHTS, "weights come last"


def test_a_connection_that_ends_too_early_goes_on_where_it_stopped(hub: Hub) -> None:
    hub.cut[WEIGHTS] = [1000, 500]
    folder = get(hub)
    assert [asked.range for asked in hub.got(WEIGHTS)] == ["", "bytes=1000-", "bytes=1500-"]
    assert (folder / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


def test_the_next_program_goes_on_where_the_last_one_was_killed(hub: Hub, cache: Path) -> None:
    cut_off(hub, cache, 2000)
    folder = get(hub)
    assert [asked.range for asked in hub.got(WEIGHTS)] == ["bytes=2000-"]
    assert (folder / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


def test_a_network_that_stays_away_keeps_what_came(hub: Hub, cache: Path) -> None:
    hub.cut[WEIGHTS] = [1000, *[0] * transfer.TRIES]
    with pytest.raises(CheckpointError, match="could not be downloaded") as caught:
        get(hub)
    assert "kept" in caught.value.kept
    assert partial(hub, cache).stat().st_size == 1000
    with pytest.raises(CheckpointError, match="not on this computer"):
        find_folder(REPOSITORY, allow_download=False)
    hub.asked.clear()
    get(hub)
    assert [asked.range for asked in hub.got(WEIGHTS)] == ["bytes=1000-"]


def test_a_server_without_ranges_starts_the_file_anew(hub: Hub, cache: Path) -> None:
    hub.no_ranges = True
    cut_off(hub, cache, 2000)
    assert (get(hub) / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


@pytest.mark.parametrize("extra", [0, 5])
def test_a_partial_file_that_is_as_long_or_longer(hub: Hub, cache: Path, extra: int) -> None:
    cut_off(hub, cache, 0)
    partial(hub, cache).write_bytes(hub.files[WEIGHTS] + b"x" * extra)
    assert (get(hub) / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert len(hub.got(WEIGHTS)) == (1 if extra else 0)


@pytest.mark.parametrize("name", ["config.json", WEIGHTS])
def test_a_wrong_checksum_is_refused_and_removed(hub: Hub, cache: Path, name: str) -> None:
    hub.broken.add(name)
    with pytest.raises(CheckpointError, match=f"“{name}” did not arrive as it was published"):
        get(hub)
    assert not [file for file in left(cache) if hub.etag(name) in file or file.endswith(name)]
    hub.broken.clear()
    assert (get(hub) / name).read_bytes() == hub.files[name]


def test_a_damaged_rest_of_an_earlier_try_is_found_out(hub: Hub, cache: Path) -> None:
    cut_off(hub, cache, 0)
    partial(hub, cache).write_bytes(b"\0" * 2000)
    with pytest.raises(CheckpointError, match="checksum"):
        get(hub)
    assert not partial(hub, cache).exists()


def test_a_cancelled_download_goes_on_where_it_stopped(hub: Hub, cache: Path) -> None:
    token = CancelToken()

    def stop(now: DownloadProgress) -> None:
        if now.file == WEIGHTS:
            token.cancel()

    # The first answer is cut, so that the cancel comes in the middle of the file.
    hub.cut[WEIGHTS] = [1000]
    with pytest.raises(Cancelled):
        get(hub, cancel=token, progress=stop)
    assert partial(hub, cache).stat().st_size == 1000
    with pytest.raises(CheckpointError, match="not on this computer"):
        find_folder(REPOSITORY, allow_download=False)
    hub.cut.clear()
    hub.asked.clear()
    get(hub)
    assert [asked.range for asked in hub.got(WEIGHTS)] == ["bytes=1000-"]


def test_a_download_cancelled_before_its_first_byte_leaves_no_folder(hub: Hub, cache: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        get(hub, cancel=token)
    assert left(cache) == []
    assert not (cache / "models--someone--GAR-tiny").exists()


def test_an_older_checkpoint_stays_usable_until_the_new_one_is_whole(hub: Hub) -> None:
    old = get(hub)
    hub.commit = "f" * 40
    hub.files["config.json"] += b"\n"
    hub.broken.add("config.json")
    with pytest.raises(CheckpointError):
        get(hub)
    assert find_folder(REPOSITORY, allow_download=False) == old
    hub.broken.clear()
    assert get(hub).name == "f" * 40
    assert find_folder(REPOSITORY, allow_download=False).name == "f" * 40


def test_a_full_disk_is_told_before_anything_is_fetched(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.transfer.shutil.disk_usage", _Disk)
    with pytest.raises(CheckpointError, match="GB are free") as caught:
        get(hub)
    assert "HF_HOME" in caught.value.advice
    assert not hub.got("config.json")


def test_a_disk_that_fills_up_on_the_way_keeps_what_came(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = transfer._Arriving.add

    def fill_up(arriving: transfer._Arriving, piece: bytes) -> None:
        if arriving.source.name == WEIGHTS:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(arriving, piece)

    monkeypatch.setattr(transfer._Arriving, "add", fill_up)
    with pytest.raises(CheckpointError, match="The disk is full") as caught:
        get(hub)
    assert "kept" in caught.value.kept
    assert "Make room" in caught.value.advice


def test_a_network_that_is_not_there_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(CheckpointError, match="server cannot be reached") as caught:
        download(REPOSITORY, endpoint=nowhere)
    assert "network" in caught.value.advice


class _Disk:
    def __init__(self, _folder: Path) -> None:
        self.free = 10


def test_a_model_that_is_not_there(hub: Hub) -> None:
    with pytest.raises(CheckpointError, match="has no model “someone/else”"):
        download("someone/else", endpoint=hub.endpoint)


def test_a_model_of_pickles_is_refused(hub: Hub) -> None:
    del hub.files[WEIGHTS]
    with pytest.raises(CheckpointError, match=r"no \*\.safetensors"):
        get(hub)
    assert not hub.got("config.json")


def test_a_hub_that_is_down(hub: Hub) -> None:
    hub.gone = True
    with pytest.raises(CheckpointError, match=r"could not be downloaded: .*503"):
        get(hub)


def test_an_etag_cannot_lead_out_of_the_cache(
    hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "etag", lambda _name: "../../../evil")
    with pytest.raises(CheckpointError, match="no usable ETag"):
        get(hub)
    assert not list(cache.parent.rglob("evil*"))


def test_offline_mode_opens_no_socket(
    hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was opened"))
    with pytest.raises(CheckpointError, match="HF_HUB_OFFLINE"):
        get(hub)
    with pytest.raises(CheckpointError, match="not on this computer"):
        find_folder(REPOSITORY, allow_download=False)
    assert hub.asked == []
    assert not cache.exists()


def test_finding_a_model_asks_the_hub_only_for_what_is_not_here(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    folder = get(hub)
    hub.asked.clear()
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was opened"))
    assert find_folder(REPOSITORY, allow_download=True) == folder
    assert hub.asked == []


SCRIPT = """
import sys
from models.gar.checkpoint import find_folder
print(find_folder(sys.argv[1], allow_download=True))
"""


def in_a_program(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Find the model in a program of its own: the hub's settings are read at its start."""
    kept = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, REPOSITORY],
        env=kept | {"HF_HUB_DISABLE_XET": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_endpoint_and_the_home_of_the_environment_are_respected(
    hub: Hub, tmp_path: Path
) -> None:
    done = in_a_program({"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path / "home")})
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(tmp_path / "home")
    assert hub.got(WEIGHTS)


def test_the_proxy_of_the_environment_is_asked(hub: Hub, tmp_path: Path) -> None:
    done = in_a_program(
        {
            "HF_ENDPOINT": "http://hub.invalid",
            "HTTP_PROXY": hub.endpoint,
            "HF_HOME": str(tmp_path / "home"),
        }
    )
    assert done.returncode == 0, done.stderr
    assert {asked.host for asked in hub.asked} == {"hub.invalid"}


def test_an_offline_program_asks_nobody(hub: Hub, tmp_path: Path) -> None:
    done = in_a_program(
        {
            "HF_ENDPOINT": hub.endpoint,
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": str(tmp_path / "home"),
        }
    )
    assert done.returncode != 0
    assert "HF_HUB_OFFLINE is set" in done.stderr
    assert hub.asked == []
