import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.evaluation.score import Report, Row, Score


def test_answers_are_counted() -> None:
    score = Score().plus(right=True).plus(right=False).plus(right=True)
    assert (score.right, score.total) == (2, 3)
    assert score.share == pytest.approx(2 / 3)
    assert Score().share is None


# Values of the Wilson interval as statsmodels' proportion_confint(…, method="wilson") gives them.
@pytest.mark.parametrize(
    ("right", "total", "interval"),
    [(8, 10, (0.4902, 0.9433)), (0, 20, (0.0, 0.1611)), (190, 200, (0.9104, 0.9726))],
)
def test_the_interval_is_wilsons(right: int, total: int, interval: tuple[float, float]) -> None:
    assert Score(right, total).interval == pytest.approx(interval, abs=1e-3)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share_and_lies_in_0_to_1(right: int, more: int) -> None:
    score = Score(right, right + more)
    low, high = score.interval
    assert 0 <= low <= score.right / score.total <= high <= 1


def test_a_row_without_a_bound_passes_and_one_without_answers_does_not() -> None:
    assert Row("any", Score()).passed
    assert not Row("any", Score(), least=0.5).passed
    assert Row("any", Score(1, 2), least=0.5).passed
    assert not Row("any", Score(49, 100), least=0.5).passed


def test_a_report_passes_if_all_its_rows_do() -> None:
    good, bad = Row("a", Score(9, 10), least=0.9), Row("b", Score(8, 10), least=0.9)
    assert Report((good,), (bad,), 0.1).passed, "slices have to reach nothing"
    assert not Report((good, bad), (), 0.1).passed
