"""The parts of GrabCut's energy, each against a case that can be worked out by hand."""

import numpy as np

from models.segment.energy import Colours, edges, geodesic, minimum_cut


def two_halves(size: int = 20) -> np.ndarray:
    lab = np.full((size, size, 3), 128, dtype=np.uint8)
    lab[:, size // 2 :] = (230, 100, 160)
    return lab


def test_geodesic_distance_counts_pixels_where_nothing_is_in_the_way() -> None:
    flat = np.full((9, 9, 3), 77, dtype=np.uint8)
    seeds = np.zeros((9, 9), dtype=np.bool_)
    seeds[4, 4] = True

    distance = geodesic(flat, seeds)

    assert distance[4, 4] == 0
    assert distance[4, 8] == 4
    assert distance[0, 0] == 8  # steps go along rows and columns


def test_an_edge_lengthens_the_way() -> None:
    seeds = np.zeros((20, 20), dtype=np.bool_)
    seeds[10, 2] = True

    distance = geodesic(two_halves(), seeds)

    assert distance[10, 15] > 13 + 5
    assert distance[10, 8] < 6 + 3


def test_colours_learnt_inside_speak_for_the_object() -> None:
    lab = two_halves()
    inside = np.zeros((20, 20), dtype=np.float32)
    inside[5:15, 12:18] = 1

    odds = Colours.of(lab).log_odds(inside=inside, outside=1 - inside)

    assert (odds[:, 10:] > 0).all()
    assert (odds[:, :10] < 0).all()


def test_a_rough_object_is_told_from_a_smooth_ground_of_equal_colour() -> None:
    lab = np.full((40, 80, 3), 128, dtype=np.uint8)
    lab[:, 40:, 0] += np.random.default_rng(0).choice([-24, 24], (40, 40)).astype(np.uint8)
    inside = np.zeros((40, 80), dtype=np.float32)
    inside[10:30, 50:70] = 1

    odds = Colours.of(lab).log_odds(inside=inside, outside=1 - inside)

    assert np.median(odds[:, 50:]) > np.median(odds[:, :30]) + 1
    assert (odds[10:30, 50:70] > odds[:, :30].max()).mean() > 0.9


def test_equal_pictures_get_equal_colours() -> None:
    lab = np.random.default_rng(0).integers(0, 255, (50, 60, 3)).astype(np.uint8)

    assert (Colours.of(lab).ids == Colours.of(lab).ids).all()


def test_the_cut_follows_the_edge_and_not_the_noise_of_the_odds() -> None:
    lab = two_halves()
    odds = np.where(np.arange(20) < 10, -2.0, 2.0) + np.random.default_rng(0).normal(
        0, 1.5, (20, 20)
    )
    open_everywhere = np.full((20, 20), -1, dtype=np.int8)

    inside = minimum_cut(edges(lab), odds.astype(np.float32), open_everywhere)

    assert inside[:, 10:].all()
    assert not inside[:, :10].any()


def test_the_cut_is_the_sign_of_the_odds_where_they_are_strong() -> None:
    odds = np.full((6, 6), -8.0, dtype=np.float32)
    odds[2:4, 2:4] = 8.0
    flat = np.full((6, 6, 3), 90, dtype=np.uint8)

    inside = minimum_cut(edges(flat), odds * 100, np.full((6, 6), -1, dtype=np.int8))

    assert set(zip(*np.nonzero(inside), strict=True)) <= {(2, 2), (2, 3), (3, 2), (3, 3)}


def test_fixed_pixels_stay_whatever_the_odds_say() -> None:
    odds = np.full((8, 8), -6.0, dtype=np.float32)
    odds[:, 4:] = 6.0
    fixed = np.full((8, 8), -1, dtype=np.int8)
    fixed[2, 1], fixed[5, 6] = 1, 0

    inside = minimum_cut(edges(two_halves(8)), odds, fixed)

    assert inside[2, 1]
    assert not inside[5, 6]


def test_a_single_pixel_can_be_cut() -> None:
    pixel = np.zeros((1, 1, 2), dtype=np.uint8)
    free, taken = np.full((1, 1), -1, dtype=np.int8), np.ones((1, 1), dtype=np.int8)

    assert minimum_cut(pixel, np.full((1, 1), 1, dtype=np.float32), free).all()
    assert not minimum_cut(pixel, np.full((1, 1), -1, dtype=np.float32), free).any()
    assert minimum_cut(pixel, np.full((1, 1), -1, dtype=np.float32), taken).all()
