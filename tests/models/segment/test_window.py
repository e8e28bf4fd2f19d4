"""Windows: a mask comes back from the working copy where it was, and nothing is enlarged."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask
from models.segment.window import OVERVIEW_SIDE, Source, Window, reduced

sizes = st.integers(1, 40)


@given(data=st.data(), height=sizes, width=sizes)
def test_a_placed_part_is_the_same_mask_as_one_encoded_from_all_pixels(
    data: st.DataObject, height: int, width: int
) -> None:
    x0, y0 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    x1, y1 = data.draw(st.integers(x0 + 1, width)), data.draw(st.integers(y0 + 1, height))
    random = np.random.default_rng(data.draw(st.integers(0, 9)))
    part = random.random((y1 - y0, x1 - x0)) < data.draw(st.sampled_from([0, 0.3, 0.9, 1]))
    whole = np.zeros((height, width), dtype=np.bool_)
    whole[y0:y1, x0:x1] = part
    window = Window(x0=x0, y0=y0, x1=x1, y1=y1, rows=y1 - y0, columns=x1 - x0)

    assert window.place(part, height=height, width=width) == Mask.from_array(whole)


@given(
    box=st.tuples(*[st.floats(-50, 200)] * 4),
    margin=st.floats(0, 100),
    height=st.integers(1, 120),
    width=st.integers(1, 120),
)
def test_windows_lie_in_the_image_and_are_never_enlarged(
    box: tuple[float, float, float, float], margin: float, height: int, width: int
) -> None:
    window = Window.around(box, margin=margin, side=50, height=height, width=width)

    assert 0 <= window.x0 < window.x1 <= width
    assert 0 <= window.y0 < window.y1 <= height
    assert 1 <= window.rows <= min(window.y1 - window.y0, 50)
    assert 1 <= window.columns <= min(window.x1 - window.x0, 50)


def test_a_rendered_mask_lies_where_it_lay_in_the_image() -> None:
    height, width = 600, 800
    truth = np.zeros((height, width), dtype=np.bool_)
    truth[200:400, 300:620] = True
    window = Window.around((250, 150, 700, 450), margin=20, side=100, height=height, width=width)
    inside = window.shrink(Mask.from_array(truth)) > 0.5

    closest = window.closest(inside)
    back = closest.place(window.render(inside, closest), height=height, width=width).to_array()

    assert (back & truth).sum() / (back | truth).sum() > 0.97


def test_a_mask_at_full_size_comes_back_bit_for_bit() -> None:
    inside = np.random.default_rng(0).random((30, 40)) < 0.5
    window = Window(x0=5, y0=7, x1=45, y1=37, rows=30, columns=40)
    closest = window.closest(inside)

    back = closest.place(window.render(inside, closest), height=60, width=70).to_array()

    assert (back[7:37, 5:45] == inside).all()
    assert back.sum() == inside.sum()


def test_shrinking_counts_the_covered_share() -> None:
    mask = Mask.from_box(0, 0, 5, 10, height=10, width=20)
    window = Window(x0=0, y0=0, x1=20, y1=10, rows=1, columns=2)

    assert np.allclose(window.shrink(mask), [[0.5, 0]], atol=0.01)


def test_wide_windows_are_read_from_the_reduced_copy_and_look_the_same() -> None:
    rows, columns = np.mgrid[:2400, :3000]
    pixels = np.stack((columns // 12, rows // 12, (rows + columns) // 24), axis=2).astype(np.uint8)
    source = Source.of(pixels)
    window = Window.around((0, 0, 3000, 2400), margin=0, side=200, height=2400, width=3000)

    seen = source.read(window).astype(int)

    assert max(source.overview.shape) == OVERVIEW_SIDE
    assert seen.shape == (160, 200, 3)
    assert np.abs(seen - pixels[7::15, 7::15].astype(int)).max() <= 2


def test_reduced_sizes_keep_at_least_one_pixel() -> None:
    assert reduced(height=3, width=40_000, side=100) == (1, 100)
    assert reduced(height=30, width=20, side=100) == (30, 20)
