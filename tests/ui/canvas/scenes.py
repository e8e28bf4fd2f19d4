"""Photos and masks that the canvas's tests share."""

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QSize

from gar_studio.annotation.mask import Mask
from ui.canvas.mask_picture import Scene
from ui.canvas.view import ViewTransform

DEMO = Path(__file__).resolve().parents[4] / "shared" / "data" / "gar_demo"


def box_mask(x, y, width, height, *, size=(300, 400)):
    """A box on an image of `size` (height, width)."""
    return Mask.from_box(x, y, x + width, y + height, height=size[0], width=size[1])


def ring_mask(x, y, outer, inner, *, size=(300, 400)):
    """A ring around (x, y)."""
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    radius = np.hypot(rows - y, columns - x)
    return Mask.from_array((radius <= outer) & (radius > inner))


def photo(height=300, width=400):
    """A read-only gradient, different at each pixel."""
    rows, columns = np.mgrid[0:height, 0:width]
    pixels = np.stack([columns % 256, rows % 256, (rows + columns) % 256], axis=2)
    pixels = np.ascontiguousarray(pixels.astype(np.uint8))
    pixels.flags.writeable = False
    return pixels


def real_photo_and_masks():
    """A photo of the demo with its masks, or the gradient with two shapes where it is absent."""
    if not DEMO.is_dir():
        return photo(), [ring_mask(120, 120, 80, 30), box_mask(240, 150, 120, 100)]
    pixels = np.array(Image.open(DEMO / "demo_image_3.png").convert("RGB"))
    files = sorted(DEMO.glob("demo_mask_3_*.png"))
    return pixels, [Mask.from_array(np.array(Image.open(file).convert("L")) > 0) for file in files]


def scene(scale=1.0, offset_x=0.0, offset_y=0.0, *, width=640, height=480, ratio=1.0):
    """What a paint event of a widget of that size sees."""
    view = ViewTransform(scale, offset_x, offset_y)
    return Scene(view=view, size=QSize(width, height), ratio=ratio)
