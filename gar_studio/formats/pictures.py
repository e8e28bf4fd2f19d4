"""Decodes pictures that others wrote, no larger than was said beforehand."""

import io
import struct

import numpy as np
import numpy.typing as npt
from PIL import Image

from gar_studio.annotation.mask import MAX_PIXELS
from gar_studio.errors import MaskError
from gar_studio.language import tr

MAX_UNTRUSTED = 32_000_000
"""Most pixels of a picture whose photo is not there."""

_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    MemoryError,
)
"""What Pillow's decoders raise, by experience, when a file's bytes are not what they expect."""


def png_size(data: bytes) -> tuple[int, int]:
    """Return (width, height) as the header of a picture says.

    Raises:
        MaskError: it is no picture.
    """
    with _open(data, ("PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF")) as image:
        return image.size


def read_png(
    data: bytes, *, width: int, height: int, trusted: bool = False
) -> npt.NDArray[np.generic]:
    """Decode a PNG with one number a pixel: palette indices, grey levels of 1 to 16 bits.

    Args:
        data: the file.
        width: columns that it must have.
        height: rows that it must have.
        trusted: whether a photo of the size is there: a few bytes may claim any size.

    Returns:
        (H, W) of bool, uint8, uint16 or int32.

    Raises:
        MaskError: it is no PNG, is damaged, of another size or has several channels.
    """
    with _open(data, ("PNG",)) as image:
        if image.size != (width, height):
            raise MaskError(
                tr(
                    "The picture of a mask has {width}×{height} pixels, but "
                    "{wide}×{high} are needed.",
                    width=image.width,
                    height=image.height,
                    wide=width,
                    high=height,
                )
            )
        if width * height > MAX_UNTRUSTED and not trusted:
            raise MaskError(
                tr(
                    "The picture of a mask has more than {max_untrusted:,} "
                    "pixels, and no photo of its size is there.",
                    max_untrusted=MAX_UNTRUSTED,
                ),
                advice=tr("Choose the folder of the photos."),
            )
        if image.mode not in ("1", "L", "P", "I", "I;16", "I;16B"):
            raise MaskError(
                tr("The picture of a mask has colours ({mode}), not numbers.", mode=image.mode)
            )
        try:
            image.load()
            pixels: npt.NDArray[np.generic] = np.asarray(image)
        except _DAMAGE as error:
            raise MaskError(
                tr("The picture of a mask is damaged ({error}).", error=error)
            ) from error
    if pixels.shape != (height, width):
        raise MaskError(tr("The picture of a mask is damaged."))
    return pixels


def _open(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # ours is the limit, and one clear error
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
    except _DAMAGE as error:
        raise MaskError(tr("The picture of a mask cannot be read.")) from error
    if image.width * image.height > MAX_PIXELS:
        raise MaskError(
            tr("The picture of a mask has more than {max_pixels:,} pixels.", max_pixels=MAX_PIXELS)
        )
    return image
