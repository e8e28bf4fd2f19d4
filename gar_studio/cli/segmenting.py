"""`gar-studio segment`: cut an object out of a photo."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image
from rich.table import Table

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet
from gar_studio.cli import options
from gar_studio.cli.engines import cut_out, info_json, segmenter_for
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.output import Output
from gar_studio.cli.session import session_of
from gar_studio.engines.protocol import CancelToken, ImageData, RequestCounter
from gar_studio.engines.segmentation import SegmentResult
from gar_studio.errors import ExportError, MaskError
from gar_studio.files import atomic_write
from gar_studio.images import read_image
from gar_studio.remote.address import is_address
from gar_studio.settings import EngineChoice

_SERVER = "sam-server"
_SAM_SUFFIXES = frozenset({".pth", ".pt"})


def segment(
    context: typer.Context,
    *,
    photo: options.Photo,
    box: Annotated[
        Box | None,
        typer.Option(
            "--box",
            metavar="X1,Y1,X2,Y2",
            parser=options.parse_box,
            help="A box around the object, in pixels.",
        ),
    ] = None,
    points: Annotated[
        list[Click] | None,
        typer.Option(
            "--point", metavar="X,Y", parser=options.parse_point, help="A point on the object."
        ),
    ] = None,
    not_points: Annotated[
        list[Click] | None,
        typer.Option(
            "--not-point",
            metavar="X,Y",
            parser=options.parse_point,
            help="A point that is not on the object.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.png", help="Write the mask: 255 object, 0 the rest."),
    ] = None,
    candidate: Annotated[
        int,
        typer.Option("--candidate", min=1, max=3, help="Which candidate to write; 1 is the best."),
    ] = 1,
    engine: Annotated[
        str,
        typer.Option(
            "--engine", metavar="NAME", help="grabcut, sam, another one's name, or a server."
        ),
    ] = "",
    sam: options.Sam = None,
    device: options.Device = "",
    download: options.Download = False,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Cut an object out of a photo, from a box or from points on it."""
    session = session_of(context)
    clicks = tuple(points or ()) + tuple(Click(p.x, p.y, positive=False) for p in not_points or ())
    prompts = PromptSet(clicks=clicks, box=box)
    if prompts.is_empty:
        raise typer.BadParameter("Say what to cut out: give --box or --point.")
    if out is not None:
        check_out(out, photo)
    choice = segmenter_choice(
        session.settings().segmenter, engine=engine, sam=sam, device=device, download=download
    )
    image = read_image(photo)
    prompts.check(height=image.height, width=image.width)
    token = CancelToken()
    with segmenter_for(choice) as segmenter, cancelled_by_interrupt(token):
        result = cut_out(segmenter, image, prompts, cancel=token, counter=RequestCounter())
    session.output.notice(result.info)
    mask = chosen_mask(result, candidate)
    if out is not None:
        write_mask(mask, out)
    show(session.output, result, image)
    if out is not None:
        session.output.text(f"Candidate {candidate} is in {out}\n")
    session.output.result(
        {
            "command": "segment",
            "image": image_json(photo, image),
            "engine": info_json(result.info),
            "prompts": prompts_json(prompts),
            "candidates": [
                {
                    "number": number,
                    "score": found.score,
                    "area": found.mask.area,
                    "box": list(found.mask.box),
                    "segmentation": found.mask.to_coco(),
                }
                for number, found in enumerate(result.candidates, start=1)
            ],
            "chosen": candidate,
            "out": None if out is None else str(out),
            "seconds": result.seconds,
        }
    )


def segmenter_choice(
    setting: EngineChoice,
    *,
    engine: str,
    sam: Path | None,
    device: str,
    download: bool = False,
) -> EngineChoice:
    """Return the segmenter that the options name; `--sam` alone names SAM.

    A .pth file is SAM's own; a folder or a hub id is loaded by the engine for those, which may
    reach the hub with `download`.  An engine may be a server's address.

    Raises:
        typer.BadParameter: `--sam` stands beside another engine.
    """
    if is_address(engine):
        return options.choose(setting, name=_SERVER, model=engine)
    if sam is None:
        return options.choose(setting, name=engine, device=device, download=download)
    fitting = "sam" if sam.suffix in _SAM_SUFFIXES else "sam-hub"
    if engine not in ("", fitting):
        raise typer.BadParameter(f"--sam {sam} does not go with the engine “{engine}”.")
    return options.choose(setting, name=fitting, model=str(sam), device=device, download=download)


def check_out(out: Path, photo: Path) -> None:
    """Raise `typer.BadParameter` unless the mask may be written to `out`."""
    if out.suffix.lower() != ".png":
        raise typer.BadParameter(f"The mask is a PNG file; “{out.name}” does not end in .png.")
    if out.resolve() == photo.resolve():
        raise typer.BadParameter("--out names the photo itself; give the mask another name.")


def chosen_mask(result: SegmentResult, candidate: int) -> Mask:
    """Return candidate `candidate`, counted from 1.

    Raises:
        MaskError: there are not so many, or it is empty.
    """
    if candidate > len(result.candidates):
        raise MaskError(
            f"There is no candidate {candidate}: the engine gave {len(result.candidates)}.",
            advice="Leave --candidate out to get the best one.",
        )
    mask = result.candidates[candidate - 1].mask
    if mask.is_empty:
        raise MaskError(
            "Nothing was found there.",
            advice="Draw the box closer around the object, or give a point on its middle.",
        )
    return mask


def write_mask(mask: Mask, path: Path) -> None:
    """Write a mask as an 8-bit PNG of the photo's size, atomically: 255 object, 0 the rest.

    Raises:
        ExportError: the file cannot be written; an older file of that name is untouched.
    """
    pixels = mask.to_array().astype(np.uint8) * 255
    try:
        with atomic_write(path) as file:
            Image.fromarray(pixels).save(file, format="PNG")
    except OSError as error:
        raise ExportError(
            f"The mask could not be written to “{path}”: {error.strerror or error}.",
            kept="An older file of that name was not changed.",
            advice="Choose a folder that exists and that you may write to.",
        ) from error


def show(output: Output, result: SegmentResult, image: ImageData) -> None:
    """Write the candidates as a table, best first."""
    table = Table(box=None, pad_edge=False)
    for heading in ("Candidate", "Score", "Area", "Box (x, y, width, height)"):
        table.add_column(heading, justify="left" if heading.startswith("Box") else "right")
    for number, found in enumerate(result.candidates, start=1):
        share = 100 * found.mask.area / (image.width * image.height)
        table.add_row(
            str(number),
            f"{found.score:.3f}",
            f"{found.mask.area:,} px, {share:.1f} %",
            ", ".join(str(value) for value in found.mask.box),
        )
    output.console().print(table)
    output.note(f"{result.info.name} on {result.info.device}, {result.seconds:.2f} s")


def image_json(photo: Path, image: ImageData) -> dict[str, object]:
    """Return the photo for the JSON object."""
    return {"path": str(photo), "width": image.width, "height": image.height, "sha256": image.key}


def prompts_json(prompts: PromptSet) -> dict[str, object]:
    """Return the prompts for the JSON object, in pixels."""
    box = prompts.box
    return {
        "box": None if box is None else [box.x0, box.y0, box.x1, box.y1],
        "points": [[click.x, click.y, click.positive] for click in prompts.clicks],
    }
