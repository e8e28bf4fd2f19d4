"""Right answers of a kind, with the interval that their share lies in."""

import math
from dataclasses import dataclass

_Z = 1.959964  # the normal distribution's 97.5 % quantile


@dataclass(frozen=True, slots=True)
class Score:
    """Answers counted.

    Attributes:
        right: how many are right.
        total: of how many.
    """

    right: int = 0
    total: int = 0

    def plus(self, *, right: bool) -> "Score":
        """Return the score with one more answer."""
        return Score(self.right + right, self.total + 1)

    @property
    def share(self) -> float | None:
        """The share of right answers in 0…1, or None where there is no answer."""
        return self.right / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """The share's 95 % interval after Wilson (JASA 22, 1927), in 0…1."""
        if not self.total:
            return 0.0, 1.0
        share, n = self.right / self.total, self.total
        middle = share + _Z**2 / (2 * n)
        reach = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
        scale = 1 + _Z**2 / n
        return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of question.

    Attributes:
        name: what was asked, in words.
        score: the model's answers.
        blind: the same model's answers with the picture blanked, the masks left; None where
            that was not asked.
        least: the share that has to be reached, or None.
    """

    name: str
    score: Score
    blind: Score | None = None
    least: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the share reaches what it has to; also where nothing is asked of it."""
        share = self.score.share
        return self.least is None or (share is not None and share >= self.least)


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found.

    Attributes:
        rows: one a kind of question.
        slices: the same answers, told apart by something else.
        seconds: of one answer, in the middle of all (the median).
    """

    rows: tuple[Row, ...]
    slices: tuple[Row, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every row reaches what it has to."""
        return all(row.passed for row in self.rows)
