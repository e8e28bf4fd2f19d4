"""A command line to call, a photo, and small engines that follow a script."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.cli import Rooms, run
from gar_studio.engines import registry
from gar_studio.engines.construction import EngineKind, EngineOptions, ModelSource
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    StopReason,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.engines.segmentation import (
    Candidate,
    EverythingRequest,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.settings import HOME_VARIABLE, Settings

NOTICE = "These words are from a test's script."


class ScriptedSegmenter:
    """Takes a box as it is, and for clicks the 5×5 pixels around the first one."""

    def __init__(self) -> None:
        self.info = EngineInfo("Scripted", "1", "cpu", "no weights")
        self.requests: list[SegmentRequest] = []
        self.closed = 0

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Nothing to prepare."""

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        cancel.check()
        self.requests.append(request)
        size = {"height": image.height, "width": image.width}
        if (box := request.prompts.box) is not None:
            corners = [int(v) for v in (box.x0, box.y0, box.x1, box.y1)]
        else:
            x, y = int(request.prompts.clicks[0].x), int(request.prompts.clicks[0].y)
            corners = [x - 2, y - 2, x + 3, y + 3]
        candidates = (
            Candidate(Mask.from_box(*corners, **size), 0.9),
            Candidate(Mask.from_box(0, 0, 1, 1, **size), 0.25),
            Candidate(Mask.empty(**size), 0.1),
        )
        return SegmentResult(request.request_id, image.key, candidates, self.info, 0.5)

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        raise NotImplementedError

    def close(self) -> None:
        self.closed += 1


@dataclass
class ScriptedDescriber:
    """Says for each request what `script` gives for it, one delta a token."""

    script: Callable[[DescribeRequest], list[str]] = field(default=lambda _: ["A ", "thing."])
    before_token: Callable[[int], None] = field(default=lambda _: None)
    info: EngineInfo = field(default=EngineInfo("Scripted", "1", "cpu", "no weights", NOTICE))
    requests: list[DescribeRequest] = field(default_factory=list)
    closed: int = 0

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        assert request.image_key == image.key
        self.requests.append(request)
        yield Progress("Looking", 1, 2)
        yield Progress("Looking", 2, 2)
        text, tokens, reason = "", 0, StopReason.END
        for index, delta in enumerate(self.script(request)):
            self.before_token(index)
            if cancel.cancelled:
                reason = StopReason.CANCELLED
                break
            text, tokens = text + delta, tokens + 1
            yield TextDelta(delta)
        yield Finished(text, reason, tokens, 0.5 if tokens else None, 2.5)

    def close(self) -> None:
        self.closed += 1


@dataclass
class Factory:
    kind: EngineKind
    engine: Any
    title: str = "Scripted"
    needs: str = "nothing"
    model_source: ModelSource = ModelSource.NONE
    options: list[EngineOptions] = field(default_factory=list)

    def build(self, options: EngineOptions) -> Any:
        self.options.append(options)
        return self.engine


@dataclass
class EntryPoint:
    factory: Factory

    def load(self) -> Factory:
        return self.factory


@dataclass
class Engines:
    """The scripted engines under the names of the real ones."""

    segmenter: ScriptedSegmenter
    describer: ScriptedDescriber
    factories: dict[str, Factory]


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output; fails where there is more or less."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


@dataclass
class OpenedRooms:
    """What the command line has started."""

    windows: list[tuple[Path | None, Settings]] = field(default_factory=list)
    demos: list[Path] = field(default_factory=list)

    @property
    def rooms(self) -> Rooms:
        return Rooms(open_window=self._window, run_demo=self._demo)

    def _window(self, target: Path | None, settings: Settings) -> int:
        self.windows.append((target, settings))
        return 0

    def _demo(self, output: Path, settings: Settings) -> int:
        assert settings == Settings()
        self.demos.append(output)
        return 0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's own settings out of the tests, and the tests out of them."""
    folder = tmp_path / "home"
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    return folder


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Engines:
    segmenter, describer = ScriptedSegmenter(), ScriptedDescriber()
    factories = {
        "grabcut": Factory(EngineKind.SEGMENT, segmenter),
        "sam": Factory(EngineKind.SEGMENT, segmenter),
        "sam-hub": Factory(EngineKind.SEGMENT, segmenter),
        "gar": Factory(EngineKind.DESCRIBE, describer),
        "gar-nano": Factory(EngineKind.DESCRIBE, describer),
    }
    points = {name: EntryPoint(factory) for name, factory in factories.items()}
    monkeypatch.setattr(registry, "available", lambda: points)
    return Engines(segmenter, describer, factories)


@pytest.fixture
def opened() -> OpenedRooms:
    return OpenedRooms()


Studio = Callable[..., Result]


@pytest.fixture
def studio(capsys: pytest.CaptureFixture[str], opened: OpenedRooms) -> Studio:
    """Return a function that runs one command line."""

    def call(*words: object) -> Result:
        status = run([str(word) for word in words], opened.rooms)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return call


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of 40×30 pixels."""
    path = tmp_path / "photo.png"
    rows = np.linspace(0, 255, 30, dtype=np.uint8)[:, None, None]
    Image.fromarray(np.broadcast_to(rows, (30, 40, 3)).copy()).save(path)
    return path


@pytest.fixture
def mask_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a mask image with a white box (x0, y0, x1, y1)."""

    def write(name: str, box: tuple[int, int, int, int], size: tuple[int, int] = (40, 30)) -> Path:
        image = Image.new("L", size, 0)
        if box[2] > box[0]:
            image.paste(255, box)
        image.save(tmp_path / name)
        return tmp_path / name

    return write


def say(*parts: str | int) -> list[str]:
    """Return deltas with stored mentions for numbers."""
    return [stored_mention(part) if isinstance(part, int) else part for part in parts]
