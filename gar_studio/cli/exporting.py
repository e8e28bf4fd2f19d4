"""`gar-studio export`: a project's labels as a file that other programs read."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gar_studio.cli import options
from gar_studio.cli.session import session_of
from gar_studio.formats.coco import export_coco
from gar_studio.workspace import open_project


class Format(StrEnum):
    """Formats that labels are written in."""

    COCO = "coco"


def export(
    context: typer.Context,
    project: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="The project file (.garproj).")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")],
    file_format: Annotated[
        Format, typer.Option("--format", help="COCO instances with RLE masks.")
    ] = Format.COCO,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Write a project's labels as COCO. The project is only read."""
    output = session_of(context).output
    if out.resolve() == project.resolve():
        raise typer.BadParameter("--out names the project itself; give the file another name.")
    document = open_project(project, read_only=True)
    try:
        report = export_coco(document, out)
    finally:
        document.close()
    output.text(f"{report.images} images and {report.regions} regions are in {out}\n")
    if report.drafts:
        output.note(f"{report.drafts} answers that nobody has accepted were left out.")
    output.result(
        {"command": "export", "format": file_format.value, **asdict(report), "path": str(out)}
    )
