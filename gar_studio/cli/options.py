"""Options that several commands share, and how their values are read."""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer
from typer.core import TyperCommand

from gar_studio.annotation.prompts import Box, Click
from gar_studio.engines.construction import EngineOptions
from gar_studio.settings import MAX_NEW_TOKENS, MAX_TILES, EngineChoice

RegionSource: TypeAlias = Path | Box | Click
"""What a region is given as: a mask's file, a box or a point."""

_ORDER = "gar_studio.region_order"
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,3})?")


class DType(StrEnum):
    """Number formats that an engine can be asked for."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"
    INT8 = "int8"
    INT4 = "int4"


class RegionCommand(TyperCommand):
    """A command that remembers in which order its region options stood.

    The parser hands each option its values as one list, so that the order among different
    options is lost; the parser's own record of it is kept in the context.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own
        """Parse `args`, and keep the order of the region options in `ctx.meta`."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = tuple(parameter.name for parameter in order)
        return super().parse_args(ctx, args)


def in_order(
    context: typer.Context,
    *,
    masks: Sequence[Path],
    boxes: Sequence[Box],
    points: Sequence[Click],
) -> tuple[RegionSource, ...]:
    """Return the regions in the order in which their options stood on the command line.

    The command's class has to be `RegionCommand`, its parameters be named as here.
    """
    values: dict[str, list[RegionSource]] = {
        "masks": list(masks),
        "boxes": list(boxes),
        "points": list(points),
    }
    return tuple(values[name].pop(0) for name in context.meta[_ORDER] if name in values)


def parse_box(text: str | Box) -> Box:
    """Read `x1,y1,x2,y2` in pixels; the corners may come in any order."""
    if isinstance(text, Box):
        return text
    x0, y0, x1, y1 = _numbers(text, 4, "x1,y1,x2,y2")
    box = Box.spanning(x0, y0, x1, y1)
    if box.x0 == box.x1 or box.y0 == box.y1:
        raise typer.BadParameter(f"The box {text} has no area.")
    return box


def parse_point(text: str | Click) -> Click:
    """Read `x,y` in pixels."""
    if isinstance(text, Click):
        return text
    x, y = _numbers(text, 2, "x,y")
    return Click(x, y)


def check_device(text: str) -> str:
    """Return the name of a device, or "" for the setting's."""
    if text and not _DEVICE.fullmatch(text):
        raise typer.BadParameter(f"“{text}” is no device: use auto, cpu, cuda, cuda:1 or mps.")
    return text


def choose(
    setting: EngineChoice,
    *,
    name: str = "",
    model: str = "",
    device: str = "",
    dtype: DType | None = None,
    download: bool = False,
) -> EngineChoice:
    """Return the setting's engine, or the one of another `name`, changed by what was said.

    Another engine than the setting's starts from plain options: a model of one engine is none
    of another.
    """
    name = name or setting.name
    options = setting.options if name == setting.name else EngineOptions()
    return EngineChoice(
        name,
        replace(
            options,
            model=model or options.model,
            device=device or options.device,
            dtype=dtype.value if dtype else options.dtype,
            allow_download=download or options.allow_download,
        ),
    )


def _numbers(text: str, count: int, form: str) -> list[float]:
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) != count or not all(abs(number) < 1e9 for number in numbers):
        raise typer.BadParameter(f"“{text}” is not {form}, numbers in pixels such as 10,20.5.")
    return numbers


Photo = Annotated[Path, typer.Argument(metavar="PHOTO", help="The photo: JPEG, PNG, TIFF, WebP …")]
Json = Annotated[
    bool,
    typer.Option("--json", help="Write one JSON object; everything else goes to standard error."),
]
Masks = Annotated[
    list[Path] | None,
    typer.Option("--mask", metavar="FILE", help="A region: a mask image of the photo's size."),
]
Boxes = Annotated[
    list[Box] | None,
    typer.Option(
        "--box", metavar="X1,Y1,X2,Y2", parser=parse_box, help="A region: cut out inside a box."
    ),
]
Points = Annotated[
    list[Click] | None,
    typer.Option(
        "--point", metavar="X,Y", parser=parse_point, help="A region: cut out at a point."
    ),
]
Device = Annotated[
    str,
    typer.Option("--device", callback=check_device, help="auto, cpu, cuda, cuda:1 or mps."),
]
Sam = Annotated[
    Path | None,
    typer.Option(
        "--sam",
        metavar="FILE|FOLDER|HUB-ID",
        help="Cut out with SAM: a .pth file, or a SAM, SAM-HQ or SAM 2 in the hub's layout.",
    ),
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="FOLDER|HUB-ID|ENGINE|URL",
        help="GAR's weights, an engine's name such as gar-nano, or a server's address.",
    ),
]
Dtype = Annotated[DType | None, typer.Option("--dtype", help="Number format of the model.")]
Download = Annotated[bool, typer.Option("--download", help="Allow fetching models from the hub.")]
MaxTiles = Annotated[
    int | None,
    typer.Option(
        "--max-tiles", min=1, max=MAX_TILES, help="Most image tiles: fewer are faster and coarser."
    ),
]
MaxNewTokens = Annotated[
    int | None,
    typer.Option("--max-new-tokens", min=1, max=MAX_NEW_TOKENS, help="Most tokens of one answer."),
]
