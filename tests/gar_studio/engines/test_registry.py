"""Engines are found by name, and what cannot be used is told in one sentence."""

from collections.abc import Callable
from importlib.metadata import EntryPoint

import pytest

from gar_studio import extensions
from gar_studio.engines import registry
from gar_studio.engines.construction import EngineKind, EngineOptions, ModelSource
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.engines.segmentation import EverythingRequest, SegmentRequest, SegmentResult
from gar_studio.errors import EngineError


class Cutter:
    """A segmenter that never cuts."""

    info = EngineInfo("Cutter", "1", "cpu", "no weights")

    def prepare(self, image: ImageData, cancel: CancelToken) -> None: ...

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        raise NotImplementedError

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        raise NotImplementedError

    def close(self) -> None: ...


class CutterFactory:
    kind = EngineKind.SEGMENT
    title = "Cutter"
    needs = "nothing"
    model_source = ModelSource.NONE

    def build(self, options: EngineOptions) -> Cutter:
        return Cutter()


class Liar(CutterFactory):
    """Says that it describes, and builds a segmenter."""

    kind = EngineKind.DESCRIBE


CUTTER = CutterFactory()
LIAR = Liar()
NOT_A_FACTORY = 5


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    points = {
        "cutter": f"{__name__}:CUTTER",
        "liar": f"{__name__}:LIAR",
        "number": f"{__name__}:NOT_A_FACTORY",
        "no module": "surely_not_installed_anywhere:X",
        "no attribute": f"{__name__}:NOTHING",
    }
    made = [EntryPoint(name, value, registry.GROUP) for name, value in points.items()]
    monkeypatch.setattr(extensions, "entry_points", lambda group: {registry.GROUP: made}[group])


def test_an_engine_is_built_by_its_name() -> None:
    assert registry.factory("cutter") is CUTTER
    assert isinstance(registry.build_segmenter("cutter", EngineOptions()), Cutter)


@pytest.mark.parametrize("name", ["", "unknown", "number", "no module", "no attribute"])
def test_what_is_no_engine_is_told(name: str) -> None:
    with pytest.raises(EngineError, match="engine") as caught:
        registry.factory(name)
    assert caught.value.what.endswith(".")


def test_an_unknown_name_comes_with_the_known_ones() -> None:
    with pytest.raises(EngineError, match="cutter, liar"):
        registry.factory("unknown")


def test_an_engine_of_the_other_kind_is_told() -> None:
    with pytest.raises(EngineError, match="cannot describe"):
        registry.build_describer("cutter", EngineOptions())


def test_an_engine_that_is_not_what_it_says_is_told() -> None:
    with pytest.raises(EngineError, match="liar"):
        registry.build_describer("liar", EngineOptions())


def test_listing_loads_nothing() -> None:
    assert "no module" in registry.available()
