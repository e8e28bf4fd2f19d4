"""A real SAM network in the real window: embeddings, and images that change in mid-encode.

The network has random weights: its masks mean nothing, their place and time do.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, RGBArray
from gar_studio.settings import EngineChoice, cache_folder
from models.segment.embeddings import Embedding, EmbeddingStore
from models.segment.sam import SamSegmenter
from models.segment.sam_hub import HubSam
from tests.models.segment.hub_checkpoints import write_hub_sam
from tests.ui.conftest import Engines, click, make_photo, make_studio, open_photo
from ui.controllers.settings import SegmenterBuild
from ui.studio import Studio


@dataclass
class SlowSam:
    """A network whose encoder waits before its first block as long as a test wants.

    Attributes:
        network: the real one.
        held: widths of images whose encoding waits.
        encoded: widths of the images that were encoded.
    """

    network: Any
    held: set[int] = field(default_factory=set)
    begun: list[int] = field(default_factory=list)
    encoded: list[int] = field(default_factory=list)

    def encode(self, pixels: RGBArray, cancel: CancelToken) -> Embedding:
        """Wait, then encode."""
        width = pixels.shape[1]
        self.begun.append(width)
        while width in self.held:
            cancel.check()
            time.sleep(0.002)
        found: Embedding = self.network.encode(pixels, cancel)
        self.encoded.append(width)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)


@pytest.fixture
def sam(tmp_path: Path) -> SlowSam:
    folder = tmp_path / "sam2-small"
    write_hub_sam(folder, "sam2")
    return SlowSam(HubSam.from_options(EngineOptions(model=str(folder), device="cpu")))


@pytest.fixture
def sam_studio(qtbot: QtBot, sam: SlowSam) -> Iterator[Studio]:
    window = make_studio(Engines())
    window.settings._build_segmenter = lambda _name, _options: SamSegmenter(
        sam, EmbeddingStore(cache_folder() / "embeddings")
    )
    words = window.settings.settings.describer
    choice = EngineChoice("sam-hub", EngineOptions(model="small"))
    window.settings.choose_engines(choice, words, max_tiles=None, ahead=0)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    yield window
    sam.held.clear()
    window.close()


def kept() -> int:
    return len(list((cache_folder() / "embeddings").glob("*.safetensors")))


def test_an_image_left_in_mid_encode_is_kept_as_an_embedding_and_never_as_a_mask(
    qtbot: QtBot, sam_studio: Studio, sam: SlowSam, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    make_photo(folder / "a.png", seed=1, width=320, height=240)
    make_photo(folder / "b.png", seed=2, width=300, height=200)
    studio = sam_studio
    sam.held.add(320)
    open_photo(qtbot, studio, folder)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: sam.begun == [320])

    studio.desk.step_image(1)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    click(studio, 150, 100)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    assert sam.encoded == [300], "the click did not wait for the first image"
    assert studio.segmentation.candidate is not None
    assert studio.segmentation.candidate.mask.size == (200, 300)
    shown = studio.segmentation.candidate.mask

    sam.held.clear()
    qtbot.waitUntil(lambda: kept() == 2)
    assert sam.encoded == [300, 320]
    assert studio.segmentation.candidate.mask == shown
    assert studio.desk.document is not None
    assert set(studio.desk.document.region_counts().values()) == {0}

    studio.desk.step_image(-1)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    assert sam.begun == [320, 300], "it was encoded only once"


def test_another_session_takes_the_embedding_from_the_disk(
    qtbot: QtBot, sam_studio: Studio, sam: SlowSam, photo: Path
) -> None:
    open_photo(qtbot, sam_studio, photo)
    qtbot.waitUntil(lambda: kept() == 1)
    click(sam_studio, 100, 80)
    qtbot.waitUntil(lambda: sam_studio.segmentation.candidate is not None)
    first = sam_studio.segmentation.candidate
    sam_studio.close()

    again = SamSegmenter(sam, EmbeddingStore(cache_folder() / "embeddings"))  # type: ignore[arg-type]
    window = make_studio(Engines(segmenter=again))  # type: ignore[arg-type]
    window.show()
    window.resize(1280, 800)
    assert window.open_target(photo)
    qtbot.waitUntil(lambda: window.desk.image is not None)
    click(window, 100, 80)
    qtbot.waitUntil(lambda: window.segmentation.candidate is not None)
    second = window.segmentation.candidate
    window.close()
    assert first is not None
    assert second is not None
    assert sam.begun == [320]
    assert second.mask == first.mask


def test_an_encoder_that_runs_out_of_memory_gives_way_to_the_spare_engine(
    qtbot: QtBot, sam_studio: Studio, sam: SlowSam, photo: Path
) -> None:
    def no_memory(_pixels: RGBArray, _cancel: CancelToken) -> Embedding:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")

    spare = Engines().segmenter
    sam.encode = no_memory  # type: ignore[method-assign]
    sam_studio._segment_worker._fallback = SegmenterBuild(
        EngineChoice("grabcut"), lambda _name, _options: spare
    )
    open_photo(qtbot, sam_studio, photo)
    click(sam_studio, 100, 80)
    qtbot.waitUntil(lambda: sam_studio.segmentation.candidate is not None)
    assert "There is not enough memory for SAM." in sam_studio.notices.text
    assert sam_studio.settings.settings.segmenter.name == "grabcut"
    assert len(sam_studio.segmentation.prompts.clicks) == 1
