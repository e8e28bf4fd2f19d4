"""How long and how fast gar-nano is trained."""

from dataclasses import dataclass
from enum import StrEnum

_WARM_UP = 100
_LEAST_RATE = 0.02


class Stage(StrEnum):
    """What is trained, and on which scenes.

    PLAIN: the tower, on objects that stand apart; TOWER: the tower, on whole scenes;
    ANSWERS: everything, on questions and answers.
    """

    PLAIN = "plain"
    TOWER = "tower"
    ANSWERS = "answers"


class Replay(StrEnum):
    """What stands in a region's slots.

    EXACT: the picture's features in the region's box, as in the paper; RELEASED: the same with the
    released code's doubled scaling; NONE: nothing; CROP: the features of the region's crop, seen
    alone, and no picture before it.
    """

    EXACT = "exact"
    RELEASED = "released"
    NONE = "none"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train.

    Attributes:
        plain_steps: steps of the first stage.
        tower_steps: steps of the second.
        answer_steps: steps of the third.
        tower_size: scenes a step of the first and second.
        size: scenes a step of the third.
        rate: AdamW's learning rate.
        matrix_rate: Muon's, for the layers' matrices.
        tower_rate: what the tower's learning rates are multiplied with in the third stage; at 0
            it is frozen.
        falling: part of each stage in which the learning rates fall.
        plain_shards: how many shards of plain scenes.
        shards: how many shards of scenes.
        seed: of weights, scenes and questions.
        layers: layers of tower and decoder, fewer for tests; None for gar-nano's own.
        replay: what stands in a region's slots.
        tasks: the kinds of questions; empty for all.
        bfloat16: compute in bfloat16 where the CPU has it.
    """

    plain_steps: int = 800
    tower_steps: int = 5000
    answer_steps: int = 2500
    tower_size: int = 24
    size: int = 16
    rate: float = 1e-3
    matrix_rate: float = 4e-3
    tower_rate: float = 0.0
    falling: float = 0.5
    plain_shards: int = 6
    shards: int = 24
    seed: int = 1
    layers: int | None = None
    replay: Replay = Replay.EXACT
    tasks: tuple[str, ...] = ()
    bfloat16: bool = True

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.plain_steps + self.tower_steps + self.answer_steps

    def place(self, step: int) -> tuple[Stage, int]:
        """Return the stage that a step belongs to, and which step of it that is."""
        if step < self.plain_steps:
            return Stage.PLAIN, step
        step -= self.plain_steps
        if step < self.tower_steps:
            return Stage.TOWER, step
        return Stage.ANSWERS, step - self.tower_steps

    def part_of_rate(self, step: int) -> float:
        """Return what the learning rates are multiplied with at a step."""
        stage, done = self.place(step)
        totals = {
            Stage.PLAIN: self.plain_steps,
            Stage.TOWER: self.tower_steps,
            Stage.ANSWERS: self.answer_steps,
        }
        total = totals[stage]
        left = (total - done) / max(1.0, self.falling * total)
        return min(1.0, (done + 1) / _WARM_UP, max(left, _LEAST_RATE))
