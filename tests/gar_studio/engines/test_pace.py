"""Speed and time left follow what came lately."""

from gar_studio.engines.pace import Pace


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def noted(*steps: tuple[float, int]) -> Pace:
    clock = Clock()
    pace = Pace(clock)
    for clock.now, done in steps:
        pace.note(done)
    return pace


def test_nothing_is_said_before_something_is_known() -> None:
    assert Pace().speed is None
    assert Pace().seconds_left(10) is None
    assert noted((0, 5), (0.5, 10)).speed is None


def test_speed_and_time_left() -> None:
    pace = noted((0, 0), (2, 200))
    assert pace.speed == 100
    assert pace.seconds_left(1200) == 10


def test_what_was_here_before_is_not_taken_for_speed() -> None:
    assert noted((0, 1_000_000), (2, 1_000_200)).speed == 100


def test_a_slow_start_is_forgotten() -> None:
    pace = noted(
        *[(float(s), s) for s in range(30)], *[(30.0 + s, 30 + 100 * s) for s in range(15)]
    )
    assert pace.speed is not None
    assert 95 < pace.speed <= 100


def test_a_stall_gives_no_time_left() -> None:
    assert noted(*[(float(s), 500) for s in range(20)]).seconds_left(1000) is None


def test_a_file_that_begins_anew_is_no_negative_speed() -> None:
    assert noted((0, 500), (2, 100), (4, 300)).speed == 100
