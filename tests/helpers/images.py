"""Image files for tests, of every kind that users bring."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

UInt8Array = npt.NDArray[np.uint8]

ORIENTATION = 0x0112


def scene(width: int, height: int) -> UInt8Array:
    """Return an (H, W, 3) RGB picture in which every place can be told from every other."""
    ys, xs = np.mgrid[:height, :width]
    channels = (
        xs * 255 // max(width - 1, 1),
        ys * 255 // max(height - 1, 1),
        255 - (xs + ys) * 255 // max(width + height - 2, 1),
    )
    return np.stack(channels, axis=2).astype(np.uint8)


def save(path: Path, pixels: npt.NDArray[np.generic] | Image.Image, **options: object) -> Path:
    """Save pixels (or a Pillow image) under the format of the path's suffix; return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def turned_away(upright: UInt8Array, orientation: int) -> UInt8Array:
    """Return the (H, W, 3) pixels as a camera stores them with this EXIF orientation.

    By the definition in EXIF 2.32, section 4.6.4 A: where row 0 and column 0 are to be shown.
    """
    transposed = upright.transpose(1, 0, 2)
    stored = {
        1: upright,  # row 0 top, column 0 left
        2: upright[:, ::-1],  # top, right
        3: upright[::-1, ::-1],  # bottom, right
        4: upright[::-1],  # bottom, left
        5: transposed,  # left, top
        6: transposed[::-1],  # right, top
        7: transposed[::-1, ::-1],  # right, bottom
        8: transposed[:, ::-1],  # left, bottom
    }[orientation]
    return np.ascontiguousarray(stored)


def exif(orientation: int) -> Image.Exif:
    """Return EXIF data that holds an orientation."""
    data = Image.Exif()
    data[ORIENTATION] = orientation
    return data


def blank_png(width: int, height: int) -> bytes:
    """Return a 1-bit white PNG of any size, made without holding its pixels."""
    row = b"\x00" + b"\xff" * -(-width // 8)
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def late_exif_png(stored: UInt8Array, orientation: int) -> bytes:
    """Return a PNG whose EXIF data comes after its pixels, as the format allows."""
    plain = encoded(stored, "PNG")
    end = plain.rindex(b"IEND") - 4
    data = exif(orientation).tobytes().removeprefix(b"Exif\x00\x00")
    return plain[:end] + _chunk(b"eXIf", data) + plain[end:]


def encoded(pixels: npt.NDArray[np.generic], kind: str, **options: object) -> bytes:
    """Return pixels as the bytes of a file of Pillow's format `kind`."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
