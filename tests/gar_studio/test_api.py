"""The documented names, and the code of docs/python.md as somebody would paste it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gar_studio
from gar_studio import Describer, Segmenter, load_model, open_project, run_batch
from gar_studio.annotation.mask import Mask
from gar_studio.errors import EngineError, GarStudioError, ImageError, MaskError, RequestError
from gar_studio.images import image_from_array
from gar_studio.settings import HOME_VARIABLE
from tests.gar_studio.cli.conftest import ScriptedDescriber, ScriptedSegmenter, say
from tests.helpers import engines
from tests.helpers.hosts import serving

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "python.md"
PIXELS = np.zeros((30, 40, 3), np.uint8)
LEFT, RIGHT = np.zeros((30, 40), bool), np.zeros((30, 40), bool)
LEFT[2:9, 2:9] = True
RIGHT[2:9, 20:30] = True


def test_importing_the_package_is_light_and_its_names_are_there() -> None:
    script = (
        "import sys, gar_studio\n"
        "early = set(sys.modules)\n"
        "from gar_studio import Describer, Segmenter, load_model, open_project, run_batch\n"
        "assert not {'numpy', 'msgspec', 'gar_studio.api'} & early, early\n"
        "heavy = {'torch', 'transformers', 'PySide6', 'cv2', 'models', 'typer'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert all(hasattr(gar_studio, name) for name in gar_studio.__all__)
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        _ = gar_studio.magic


def test_the_guide_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    for name in ("coffee.jpg", "chelsea.jpg"):
        shutil.copy(ROOT / "resources" / "sample" / name, tmp_path / "photos")
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 4
    exec(compile("\n".join(blocks), str(GUIDE), "exec"), {"__name__": "__main__"})
    out = capsys.readouterr().out
    assert "2 new answers, 0 from before" in out
    assert "2 colours" in out
    assert "photos" not in out.splitlines()[-1]
    assert out.count("gar-nano") >= 3


def test_regions_are_named_by_their_place() -> None:
    engine = ScriptedDescriber(script=lambda _: say(" The ", 2, " is right of ", 1, "."))
    with Describer(engine) as gar:
        assert gar.relate(PIXELS, [LEFT, RIGHT]) == "The #2 is right of #1."
        assert gar.ask(PIXELS, [LEFT, RIGHT], "Where is #2?") == "The #2 is right of #1."
    assert engine.requests[1].question == "Where is ⟨region:2⟩?"
    assert engine.closed == 1


def test_words_come_in_the_order_of_the_masks() -> None:
    engine = ScriptedDescriber(script=lambda request: [str(request.regions[0].mask.area)])
    gar = Describer(engine)
    assert gar.describe_all(PIXELS, [RIGHT, LEFT]) == ["70", "49"]
    assert gar.describe(PIXELS, Mask.from_array(LEFT), brief=True) == "49"
    assert "one sentence" in engine.requests[-1].question
    assert gar.describe_all(PIXELS, []) == []


def test_boxes_and_points_are_in_pixels() -> None:
    engine = ScriptedSegmenter()
    with Segmenter(engine) as segmenter:
        assert segmenter.segment(PIXELS, box=(20, 9, 5, 3)).box == (5, 3, 15, 6)
        segmenter.segment(PIXELS, points=[(7, 8)], not_points=[(1, 2)])
    clicks = engine.requests[-1].prompts.clicks
    assert [(c.x, c.y, c.positive) for c in clicks] == [(7, 8, True), (1, 2, False)]
    assert engine.closed == 1


def test_mistakes_are_told_in_the_studio_s_own_errors(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        load_model("no/such-model")
    with pytest.raises(ImageError):
        open_project(tmp_path)
    with pytest.raises(ValueError, match="paint"):
        run_batch(None, Describer(ScriptedDescriber()), "paint")  # type: ignore[arg-type]
    gar = load_model("gar-random")
    assert isinstance(gar, Describer)
    with gar, pytest.raises(RequestError):
        gar.ask(PIXELS, [], "Why?")
    with pytest.raises(GarStudioError):
        gar.describe(PIXELS, LEFT)


def test_an_empty_mask_is_an_error() -> None:
    with load_model("gar-nano", device="cpu") as gar:
        assert isinstance(gar, Describer)
        with pytest.raises(MaskError):
            gar.describe(PIXELS, np.zeros((30, 40), bool))


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((3, 4), np.uint8), np.zeros((3, 4, 4), np.uint8), np.zeros((3, 4, 3), np.float32)],
)
def test_pixels_of_another_kind_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ImageError, match="uint8"):
        image_from_array(pixels)


def test_pixels_are_copied_and_have_a_key_of_their_own() -> None:
    mine = PIXELS.copy()
    image = image_from_array(mine)
    mine[:] = 9
    assert not image.pixels.any()
    assert image.key != image_from_array(mine).key
    assert image.key == image_from_array(PIXELS).key


def test_a_server_is_loaded_by_its_address() -> None:
    words, masks = engines.ScriptedDescriber(), engines.ScriptedSegmenter()
    with serving(describer=words, segmenter=masks) as server:
        photo = np.zeros((60, 80, 3), np.uint8)
        mask = np.zeros((60, 80), bool)
        mask[10:30, 10:30] = True
        with load_model(server.url) as model:
            assert isinstance(model, Describer)
            assert model.describe(photo, mask) == "A small box."
        with load_model("sam-server", weights=server.url) as model:
            assert isinstance(model, Segmenter)
            assert model.segment(photo, points=[(40, 30)]).area == 100
