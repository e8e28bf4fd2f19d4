"""Finds evaluations by entry point, so that the core knows none of them."""

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Protocol, runtime_checkable

from gar_studio import extensions
from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import EngineError
from gar_studio.evaluation.score import Report
from gar_studio.language import mark

GROUP = "gar_studio.evaluations"

Step = Callable[[int, int], None]
"""Called with how many questions are answered, and of how many."""


@runtime_checkable
class Evaluation(Protocol):
    """Asks a describer many questions whose answers are known."""

    def run(
        self,
        describer: Describer,
        *,
        seed: int,
        count: int,
        photos: Path | None,
        progress: Step,
        cancel: CancelToken,
    ) -> Report:
        """Ask `count` questions, spread over the kinds.

        Args:
            describer: who is asked.
            seed: which questions.
            count: how many.
            photos: a folder laid out like GAR-Bench's annotations, for the questions on real
                photographs, or None to leave them out.
            progress: called after every few answers.
            cancel: checked between the answers.

        Raises:
            Cancelled: the token was cancelled.
            GarStudioError: an engine failed, or a file cannot be read.
        """


def available() -> Mapping[str, EntryPoint]:
    """Return the entry point of every installed evaluation by its name."""
    return extensions.available(GROUP)


def evaluation(name: str) -> Evaluation:
    """Return the evaluation called `name`.

    Raises:
        EngineError: there is none, or its package cannot be imported.
    """
    loaded = extensions.load(available(), name, noun=mark("evaluation"))
    if not isinstance(loaded, Evaluation):
        raise EngineError(f"The entry point “{name}” is not an evaluation.")
    return loaded
