"""The regions that a command line names, as masks with numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet
from gar_studio.cli.options import RegionSource
from gar_studio.engines.description import RegionInput
from gar_studio.engines.protocol import ImageData
from gar_studio.engines.segmentation import SegmentResult
from gar_studio.errors import GarStudioError, MaskError
from gar_studio.images import read_mask


@dataclass(frozen=True, slots=True)
class NumberedRegion:
    """A region of one command.

    Attributes:
        number: its place among the region options, from 1; also its lasting id for the request.
        source: what it was given as.
        mask: its pixels.
    """

    number: int
    source: RegionSource
    mask: Mask

    @property
    def request_input(self) -> RegionInput:
        """The region as engines take it."""
        return RegionInput(region_id=self.number, mask=self.mask)

    def to_json(self) -> dict[str, object]:
        """Return the region for the JSON object; `box` is (x, y, width, height) in pixels."""
        return {
            "number": self.number,
            "source": _source_json(self.source),
            "box": list(self.mask.box),
            "area": self.mask.area,
            "segmentation": self.mask.to_coco(),
        }


Cutter = Callable[[PromptSet], SegmentResult]


def check_sources(sources: Sequence[RegionSource], image: ImageData) -> dict[int, Mask]:
    """Read the mask files and check the boxes and points, before any engine is built.

    Returns:
        The masks that were given as files, by region number.

    Raises:
        ImageError: a mask's file cannot be read.
        MaskError: a mask is empty or of another size than the photo.
        PromptError: a box or point lies outside the photo.
    """
    masks: dict[int, Mask] = {}
    for number, source in enumerate(sources, start=1):
        with _naming(number):
            if isinstance(source, Path):
                masks[number] = _read(source, image)
            else:
                _prompts(source).check(height=image.height, width=image.width)
    return masks


def number_regions(
    sources: Sequence[RegionSource], masks: dict[int, Mask], cutter: Cutter | None
) -> tuple[NumberedRegion, ...]:
    """Return the regions in order; boxes and points are cut out by `cutter`.

    Args:
        sources: what the regions were given as.
        masks: what `check_sources` returned for them.
        cutter: cuts one object out; None only where every source is a file.

    Raises:
        MaskError: nothing was found inside a box or at a point.
        EngineError: the segmenter failed.
    """
    regions = []
    for number, source in enumerate(sources, start=1):
        mask = masks.get(number)
        if mask is None:
            assert cutter is not None
            assert not isinstance(source, Path)
            with _naming(number):
                mask = best_mask(cutter(_prompts(source)))
        regions.append(NumberedRegion(number, source, mask))
    return tuple(regions)


def best_mask(result: SegmentResult) -> Mask:
    """Return the best candidate's mask.

    Raises:
        MaskError: no candidate has a pixel.
    """
    for candidate in result.candidates:
        if not candidate.mask.is_empty:
            return candidate.mask
    raise MaskError(
        "Nothing was found there.",
        advice="Draw the box closer around the object, or put the point on its middle.",
    )


class _naming:  # noqa: N801 - reads as a statement
    """Names the region in an error that is raised inside the block."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, GarStudioError):
            what = f"Region #{self._number}: {error.what}"
            raise type(error)(what, kept=error.kept, advice=error.advice) from error


def _read(path: Path, image: ImageData) -> Mask:
    mask = read_mask(path)
    if mask.size != (image.height, image.width):
        raise MaskError(
            f"The mask “{path.name}” has {mask.width}×{mask.height} pixels, "
            f"but the photo has {image.width}×{image.height}.",
            advice="Give a mask that was drawn on this very photo.",
        )
    return mask


def _prompts(source: Box | Click) -> PromptSet:
    return PromptSet().with_prompt(source)


def _source_json(source: RegionSource) -> dict[str, object]:
    match source:
        case Box():
            return {"box": [source.x0, source.y0, source.x1, source.y1]}
        case Click():
            return {"point": [source.x, source.y]}
        case Path():
            return {"mask": str(source)}
