"""Masks for tests: hypothesis strategies, with holes and separate parts."""

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask

BoolArray = npt.NDArray[np.bool_]


@st.composite
def mask_arrays(
    draw: st.DrawFn, *, height: int | None = None, width: int | None = None, largest: int = 24
) -> BoolArray:
    """Draw an (H, W) boolean array: noise, boxes laid over each other, a pixel, all or nothing."""
    rows = height if height is not None else draw(st.integers(1, largest))
    columns = width if width is not None else draw(st.integers(1, largest))
    array = np.zeros((rows, columns), dtype=np.bool_)
    kind = draw(st.sampled_from(["noise", "boxes", "boxes", "pixel", "full", "empty"]))
    if kind == "noise":
        size = -(-rows * columns // 8)
        data = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), np.uint8)
        array = np.unpackbits(data)[: rows * columns].reshape(rows, columns).astype(np.bool_)
    elif kind == "boxes":
        for _ in range(draw(st.integers(1, 6))):  # an even number of layers is a hole
            y = sorted(draw(st.tuples(st.integers(0, rows), st.integers(0, rows))))
            x = sorted(draw(st.tuples(st.integers(0, columns), st.integers(0, columns))))
            array[y[0] : y[1], x[0] : x[1]] ^= True
    elif kind == "pixel":
        array[draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))] = True
    elif kind == "full":
        array[:] = True
    return array


@st.composite
def mask_pairs(draw: st.DrawFn) -> tuple[BoolArray, BoolArray]:
    """Draw two arrays of the same shape."""
    first = draw(mask_arrays())
    height, width = first.shape
    return first, draw(mask_arrays(height=height, width=width))


def ring_and_part(height: int, width: int) -> Mask:
    """Return a box with a hole, and a separate pixel in the last corner."""
    array = np.zeros((height, width), dtype=np.bool_)
    array[1 : height - 2, 1 : width - 2] = True
    array[2 : height - 3, 2 : width - 3] = False
    array[height - 1, width - 1] = True
    return Mask.from_array(array)
