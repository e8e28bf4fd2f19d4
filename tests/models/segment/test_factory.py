"""The entry points: light to import, and clear about what is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from gar_studio.engines.construction import EngineFactory, EngineKind, EngineOptions
from gar_studio.errors import CheckpointError, EngineError
from models.segment.factory import GRABCUT, SAM, SAM_HUB
from models.segment.grabcut import GrabCutSegmenter
from models.segment.sam import SamSegmenter
from tests.models.segment.hub_checkpoints import write_hub_sam


def test_importing_and_listing_imports_neither_torch_nor_opencv() -> None:
    program = (
        "import sys; from models.segment.factory import GRABCUT, SAM;"
        "print(GRABCUT.title, GRABCUT.needs, SAM.title, SAM.needs);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'cv2', 'segment_anything')))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize("factory", [GRABCUT, SAM, SAM_HUB])
def test_they_are_factories_of_segmenters(factory: EngineFactory) -> None:
    assert isinstance(factory, EngineFactory)
    assert factory.kind is EngineKind.SEGMENT


def test_grabcut_needs_nothing() -> None:
    assert isinstance(GRABCUT.build(EngineOptions()), GrabCutSegmenter)


def test_sam_without_a_file_says_what_it_needs_and_where_to_give_it() -> None:
    with pytest.raises(EngineError) as caught:
        SAM.build(EngineOptions())
    text = str(caught.value)
    for part in ("sam_vit_b", "sam_vit_l", "sam_vit_h", ".pth", "--sam FILE", "Tools > Models"):
        assert part in text


def test_sam_is_built_from_its_file(small_sam: Path) -> None:
    engine = SAM.build(EngineOptions(model=str(small_sam), device="cpu"))
    assert isinstance(engine, SamSegmenter)
    assert engine.info.device == "cpu"


def test_a_wrong_path_or_device_or_type_is_told(small_sam: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="does not exist"):
        SAM.build(EngineOptions(model=str(tmp_path / "none.pth"), device="cpu"))
    with pytest.raises(EngineError, match="toaster"):
        SAM.build(EngineOptions(model=str(small_sam), device="toaster"))
    with pytest.raises(EngineError, match="float16"):
        SAM.build(EngineOptions(model=str(small_sam), device="cpu", dtype="float16"))


def test_a_hub_sam_without_a_folder_says_what_it_needs() -> None:
    with pytest.raises(EngineError, match="folder or a hub id"):
        SAM_HUB.build(EngineOptions())
    with pytest.raises(CheckpointError, match="such as facebook/sam2"):
        SAM_HUB.build(EngineOptions(model="no such folder", device="cpu"))


def test_a_hub_sam_is_built_from_its_folder(tmp_path: Path) -> None:
    write_hub_sam(tmp_path / "tiny", "sam2")
    engine = SAM_HUB.build(EngineOptions(model=str(tmp_path / "tiny"), device="cpu"))
    assert isinstance(engine, SamSegmenter)
    assert engine.info.name == "SAM 2 tiny"
