import pytest

from gar_studio.errors import EngineError
from gar_studio.evaluation import registry


def test_the_evaluation_on_scenes_is_found() -> None:
    assert isinstance(registry.evaluation("scenes"), registry.Evaluation)


def test_an_unknown_one_is_an_error_that_names_those_that_are_there() -> None:
    with pytest.raises(EngineError, match="scenes"):
        registry.evaluation("dreams")


class Point:
    def __init__(self, loaded: object) -> None:
        self.loaded = loaded

    def load(self) -> object:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


@pytest.mark.parametrize(
    ("loaded", "said"), [(ImportError("no torch"), "no torch"), (object(), "not an evaluation")]
)
def test_one_that_cannot_be_used_says_why(
    monkeypatch: pytest.MonkeyPatch, loaded: object, said: str
) -> None:
    monkeypatch.setattr(registry, "available", lambda: {"broken": Point(loaded)})
    with pytest.raises(EngineError, match=said):
        registry.evaluation("broken")
