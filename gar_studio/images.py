"""Opens image files of all kinds as upright RGB."""

import hashlib
import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import IMAGELENGTH, IMAGEWIDTH, TiffImageFile

from gar_studio.annotation.mask import MAX_PIXELS, Mask
from gar_studio.engines.protocol import ImageData, RGBArray
from gar_studio.errors import ImageError, MaskError
from gar_studio.language import tr

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif"})
"""What a folder is searched for."""

_ORIENTATION_TAG = 0x0112
_TO_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings stored pixels upright, by EXIF orientation (EXIF 2.32, section 4.6.4 A)."""
_SIDEWAYS = frozenset({5, 6, 7, 8})

_PNG_METADATA = (b"eXIf", b"Raw profile type", b"XML:com.adobe.xmp")
"""Where a PNG may say its orientation, even after its pixels."""

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
)
"""What Pillow's decoders raise, by experience, when a file's bytes are not what they expect."""

# Pillow warns of damaged metadata; what matters of it is an `ImageError` here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What the project keeps about an image file.

    Attributes:
        width: columns after EXIF orientation is applied.
        height: rows after EXIF orientation is applied.
        file_size: bytes of the file.
        digest: SHA-256 of the file's bytes, hexadecimal.
    """

    width: int
    height: int
    file_size: int
    digest: str


def read_facts(path: Path) -> ImageFacts:
    """Read an image's size and digest without decoding its pixels.

    Raises:
        ImageError: the file is missing, empty, no image or too large.
    """
    data = _read_bytes(path)
    with _open(path, data) as image:
        width, height = image.size
        if isinstance(image, TiffImageFile):  # its `size` is upright already in some versions
            width = int(image.tag_v2.get(IMAGEWIDTH, width))
            height = int(image.tag_v2.get(IMAGELENGTH, height))
        may_be_turned = not isinstance(image, PngImageFile) or any(m in data for m in _PNG_METADATA)
        if may_be_turned and _orientation(image) in _SIDEWAYS:
            width, height = height, width
    digest = hashlib.sha256(data).hexdigest()
    return ImageFacts(width=width, height=height, file_size=len(data), digest=digest)


def read_image(path: Path) -> ImageData:
    """Decode an image as (H, W, 3) uint8 RGB, EXIF orientation applied once.

    Palettes, grey, CMYK and 16-bit images are converted; transparency is laid on white, because
    the colours under transparent pixels are often arbitrary.  16-bit grey is scaled to 8 bits.

    Raises:
        ImageError: the file is missing, empty, cut off, no image or too large.
    """
    data = _read_bytes(path)
    with _open(path, data) as image, _decoding(path):
        pixels = np.asarray(_to_rgb(_upright(image)))  # one copy is enough: it is only read
    pixels.flags.writeable = False
    return ImageData(key=hashlib.sha256(data).hexdigest(), pixels=pixels)


def image_from_array(pixels: npt.NDArray[np.uint8]) -> ImageData:
    """Take pixels that somebody has decoded; they are copied.

    Args:
        pixels: (H, W, 3) uint8 RGB, upright.

    Raises:
        ImageError: they are of another shape or type, none, or too many.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ImageError(
            tr(
                "A photo has (H, W, 3) uint8 pixels; these are {shape} {dtype}.",
                shape=pixels.shape,
                dtype=pixels.dtype,
            ),
            advice=tr("Convert them to RGB with 8 bits."),
        )
    if pixels.shape[0] * pixels.shape[1] > MAX_PIXELS:
        raise ImageError(
            tr(
                "The photo has {width}×{height} pixels; the limit is {max_pixels:,}.",
                width=pixels.shape[1],
                height=pixels.shape[0],
                max_pixels=MAX_PIXELS,
            ),
            advice=tr("Make it smaller."),
        )
    copy = np.ascontiguousarray(pixels).copy()
    copy.flags.writeable = False
    digest = hashlib.sha256(f"{copy.shape}".encode() + copy.tobytes()).hexdigest()
    return ImageData(key=digest, pixels=copy)


def read_thumbnail(path: Path, side: int) -> RGBArray:
    """Decode an image as small RGB, upright, its longer side at most `side` pixels.

    JPEGs are decoded at a fraction of their size, which takes a fraction of the time.

    Returns:
        (h, w, 3) uint8.

    Raises:
        ImageError: the file is missing, empty, cut off, no image or too large.
    """
    with _open(path, _read_bytes(path)) as image, _decoding(path):
        image.draft("RGB", (side, side))
        upright = _upright(image)
        # Deep and transparent pictures become RGB before they are made small.
        small = _to_rgb(upright)
        small.thumbnail((side, side), reducing_gap=2.0)
        return np.array(small)


def read_mask(path: Path) -> Mask:
    """Read a mask image: every pixel that is not black (and not transparent) is foreground.

    In a palette without transparency, index 0 is background whatever its colour.

    Raises:
        ImageError: the file cannot be read.
        MaskError: it is empty (all black).
    """
    with _open(path, _read_bytes(path)) as image, _decoding(path):
        array = _foreground(_upright(image))
    mask = Mask.from_array(array)
    if mask.is_empty:
        raise MaskError(
            tr("The mask “{name}” is empty: all of it is black.", name=path.name),
            advice=tr("Draw the region in white on black."),
        )
    return mask


def find_images(folder: Path) -> list[Path]:
    """Return the image files below `folder`, sub-folders included, sorted by path."""
    found = filter(is_image_file, folder.rglob("*"))
    return sorted(p for p in found if not _is_hidden(p.relative_to(folder)))


def is_image_file(path: Path) -> bool:
    """Whether a file is an image by its name."""
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _foreground(image: Image.Image) -> npt.NDArray[np.bool_]:
    array: npt.NDArray[np.generic]
    if image.mode in ("CMYK", "YCbCr", "HSV"):  # black is not zero there
        image = image.convert("RGB")
    if image.mode == "P" and "transparency" not in image.info:
        array = np.asarray(image)  # class masks: index 0 is background whatever its colour
        return array.astype(np.bool_)
    if "A" in image.getbands() or ("transparency" in image.info and not _is_deep(image)):
        rgba = np.asarray(image.convert("RGBA"))
        opaque = np.where(rgba[..., 3] > 0, rgba[..., :3].max(axis=2), 0)
        return opaque.astype(np.bool_)
    array = np.asarray(image)
    flat = array if array.ndim == 2 else array.max(axis=2)
    return flat.astype(np.bool_)


def _read_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ImageError(
            tr("There is no file “{path}”.", path=path),
            advice=tr("Check the name, or open another file."),
        ) from error
    except OSError as error:
        raise ImageError(
            tr("“{name}” cannot be read: {strerror}.", name=path.name, strerror=error.strerror),
            advice=tr("Check that it is a file and that you may read it."),
        ) from error
    if not data:
        raise ImageError(
            tr("“{name}” is empty (0 bytes).", name=path.name),
            advice=tr("Copy the file again from where it came."),
        )
    return data


def _open(path: Path, data: bytes) -> Image.Image:
    # Pillow's own limit is a warning first; ours is one clear error for all formats.
    Image.MAX_IMAGE_PIXELS = None
    try:
        # From the bytes that were digested, so that key and pixels belong together.
        image = Image.open(io.BytesIO(data))
    except UnidentifiedImageError as error:
        raise ImageError(
            tr("“{name}” is not an image that can be read.", name=path.name),
            advice=tr("Use JPEG, PNG, TIFF, WebP, BMP or GIF."),
        ) from error
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        image.close()
        raise ImageError(
            tr(
                "“{name}” has {width}×{height} pixels; the limit is {max_pixels:,}.",
                name=path.name,
                width=width,
                height=height,
                max_pixels=MAX_PIXELS,
            ),
            advice=tr("Cut it into parts or make it smaller."),
        )
    return image


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    except MemoryError as error:
        raise ImageError(
            tr("There is not enough memory to open “{name}”.", name=path.name),
            advice=tr("Close other programs, or make the image smaller."),
        ) from error


def _damaged(path: Path, error: Exception) -> ImageError:
    return ImageError(
        tr(
            "“{name}” is damaged or cut off ({error}).",
            name=path.name,
            error=str(error).rstrip(".") or type(error).__name__,
        ),
        advice=tr("Copy the file again from where it came."),
    )


def _upright(image: Image.Image) -> Image.Image:
    """Decode the pixels and turn them as the camera's orientation says."""
    image.load()  # first: a PNG may say its orientation at the end, and a TIFF turns itself
    method = _TO_UPRIGHT.get(_orientation(image))
    return image if method is None else image.transpose(method)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none that can be read."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG)
    except _DAMAGE:
        return 1  # damaged metadata keeps nobody from the pixels, as in every viewer
    return value if isinstance(value, int) else 1


def _to_rgb(image: Image.Image) -> Image.Image:
    if _is_deep(image):
        return Image.fromarray(_to_8_bit(image)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    return image.mode.startswith("I;16") or image.mode in ("I", "F")


def _to_8_bit(image: Image.Image) -> npt.NDArray[np.uint8]:
    """Scale a 16- or 32-bit grey image by its type's range, or by its own where that is wider.

    What is no number is black, and the one grey that a PNG may call transparent is white.
    """
    transparent = image.info.get("transparency")
    array = np.asarray(image)
    grey: npt.NDArray[np.uint8]
    if array.dtype.itemsize == 2:  # by a table, because 100 megapixels of floats are a lot
        grey = np.rint(np.arange(65536) * (255 / 65535)).astype(np.uint8)[array]
    else:
        real = np.nan_to_num(array.astype(np.float32), posinf=0.0, neginf=0.0)
        top = max(1.0 if image.mode == "F" else 65535.0, float(real.max(initial=0.0)))
        grey = np.clip(np.rint(real * (255.0 / top)), 0, 255).astype(np.uint8)
    if isinstance(transparent, int):
        grey[array == transparent] = 255
    return grey
