"""What was done to the prompts of the object that is being cut out, to be undone step by step."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.protocol import EngineInfo
from gar_studio.engines.segmentation import Candidate


@dataclass(frozen=True, eq=False)
class ObjectState:
    """An object that is being cut out, at one moment.

    Attributes:
        prompts: what was given.
        candidates: what the engine offers for it, best first; none while it is at work.
        chosen: index of the candidate in view.
        info: whose candidates they are.
        base: the mask that is refined, of `region_id`; None for a new object.
        region_id: the region that is refined, or 0.
    """

    prompts: PromptSet = field(default_factory=PromptSet)
    candidates: Sequence[Candidate] = ()
    chosen: int = 0
    info: EngineInfo | None = None
    base: Candidate | None = None
    region_id: int = 0


@dataclass(frozen=True, eq=False)
class _Step:
    name: str
    state: ObjectState


class PromptHistory:
    """Past and future of an object's prompts."""

    def __init__(self) -> None:
        self._past: list[_Step] = []
        self._future: list[_Step] = []

    @property
    def undo_name(self) -> str:
        """What would be undone, or ""."""
        return self._past[-1].name if self._past else ""

    @property
    def redo_name(self) -> str:
        """What would be done again, or ""."""
        return self._future[-1].name if self._future else ""

    def push(self, name: str, before: ObjectState) -> None:
        """Take note of a step.

        Args:
            name: what was done.
            before: the object before it.
        """
        self._past.append(_Step(name, before))
        self._future.clear()

    def undo(self, now: ObjectState) -> ObjectState | None:
        """Return the object as it was before the last step; None if there is none."""
        return _move(self._past, self._future, now)

    def redo(self, now: ObjectState) -> ObjectState | None:
        """Return the object as it was after the step undone last; None if there is none."""
        return _move(self._future, self._past, now)

    def clear(self) -> None:
        """Forget everything."""
        self._past.clear()
        self._future.clear()


def _move(source: list[_Step], target: list[_Step], now: ObjectState) -> ObjectState | None:
    if not source:
        return None
    step = source.pop()
    target.append(_Step(step.name, now))
    return step.state
