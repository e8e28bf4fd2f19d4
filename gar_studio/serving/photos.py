"""The photos that clients have sent, by a digest of their pixels that the server makes itself."""

import io
import warnings
from collections import OrderedDict
from http import HTTPStatus
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from gar_studio.engines.protocol import ImageData, RGBArray
from gar_studio.errors import ImageError
from gar_studio.images import image_from_array
from gar_studio.language import tr
from gar_studio.remote.failures import RefusedError

RAW: Final = "application/x-rgb"
"""Media type of bare pixels, row by row, three bytes each; the size stands beside it."""

PNG: Final = "image/png"


class Photos:
    """Keeps photos up to so many bytes; the one that nobody asked about longest goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, ImageData] = OrderedDict()
        self._bytes = 0

    def put(self, image: ImageData) -> None:
        """Take a photo in."""
        if image.key in self._kept:
            self._kept.move_to_end(image.key)
            return
        self._kept[image.key] = image
        self._bytes += image.pixels.nbytes
        while self._bytes > self._most and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.pixels.nbytes

    def get(self, key: str) -> ImageData:
        """Return a photo.

        Raises:
            RefusedError: it is not here, or not any more.
        """
        image = self._kept.get(key)
        if image is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND,
                tr("The server does not have this photo, or not any more."),
                advice=tr("Send it again (POST /v1/images)."),
            )
        self._kept.move_to_end(key)
        return image

    def __contains__(self, key: str) -> bool:
        return key in self._kept


def decode_raw(data: bytes, *, width: int, height: int) -> ImageData:
    """Make a photo of bare pixels.

    Raises:
        ImageError: the bytes do not fill the size.
    """
    if width < 1 or height < 1 or len(data) != 3 * width * height:
        raise ImageError(
            tr(
                "A photo of {width}×{height} pixels has {expected:,} bytes; {found:,} came.",
                width=width,
                height=height,
                expected=3 * width * height,
                found=len(data),
            )
        )
    return image_from_array(np.frombuffer(data, dtype=np.uint8).reshape(height, width, 3))


def decode_png(data: bytes, *, most_pixels: int) -> ImageData:
    """Make a photo of a PNG with 8 bits a channel; nothing is turned, scaled or laid on white.

    Raises:
        ImageError: it is none, is damaged, or has too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                width, height = image.size
                if width * height > most_pixels:
                    raise too_many_pixels(width, height, most_pixels)
                if image.mode != "RGB":
                    raise ImageError(
                        tr("The PNG is not RGB with 8 bits a channel."),
                        advice=tr("Convert it first."),
                    )
                pixels: RGBArray = np.asarray(image)
    except (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError) as error:
        raise ImageError(
            tr("The photo is no PNG that can be read."), advice=tr("Send it again.")
        ) from error
    return image_from_array(pixels)


def too_many_pixels(width: int, height: int, most: int) -> ImageError:
    """Return the error for a photo that is too large for this server."""
    return ImageError(
        tr(
            "The photo has {width}×{height} pixels; this server takes at most {most:,}.",
            width=width,
            height=height,
            most=most,
        ),
        advice=tr("Make it smaller, or let the server take more (--max-pixels)."),
    )
