"""`gar-studio check`, `backup` and `relink`: what keeps a project sound."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gar_studio.checking import check_project
from gar_studio.cli import options
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.session import session_of
from gar_studio.document.image_commands import RelinkImages
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import ReadOnlyError
from gar_studio.relinking import find_again, survey
from gar_studio.store.backup import back_up
from gar_studio.workspace import open_project

_PROJECT = typer.Argument(metavar="PROJECT", help="The project file (.garproj).")


def check(
    context: typer.Context,
    project: Annotated[Path, _PROJECT],
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not compare the bytes of the photos.")
    ] = False,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Check a project's file and its photos. Changes nothing; status 0 only if all is well."""
    output = session_of(context).output
    cancel = CancelToken()
    with cancelled_by_interrupt(cancel):
        report = check_project(project, quick=quick, cancel=cancel, tell=output.progress)
    output.end_progress()
    for finding in report.findings:
        output.text(f"{finding.kind.capitalize()}: {finding.where}\n")
        output.text(f"    {finding.meaning} {finding.advice}\n")
    for kind, count in report.left_out:
        output.text(f"{kind.capitalize()}: {count:,} more\n")
    total = len(report.findings) + sum(count for _, count in report.left_out)
    what = f"images: {report.images:,}, regions: {report.regions:,}"
    unread = " The photos' bytes were not compared." if quick else ""
    output.text(
        f"All is well ({what}).{unread}\n"
        if report.sound
        else f"Not as it should be: {total:,} ({what}).{unread}\n"
    )
    output.result(
        {
            "command": "check",
            "path": str(project),
            "sound": report.sound,
            "images": report.images,
            "regions": report.regions,
            "quick": report.quick,
            "findings": [asdict(finding) for finding in report.findings],
            "left_out": dict(report.left_out),
        }
    )
    raise typer.Exit(0 if report.sound else 1)


def backup(
    context: typer.Context,
    project: Annotated[Path, _PROJECT],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The copy to write.")],
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Copy a project as it is now, even while a window works on it, and read the copy again."""
    output = session_of(context).output
    cancel = CancelToken()
    with cancelled_by_interrupt(cancel):
        report = back_up(project, out, cancel=cancel, tell=output.progress)
    output.end_progress()
    output.text(
        f"The copy is in {out} (images: {report.images:,}, regions: {report.regions:,}, "
        f"bytes: {report.file_size:,})\n"
    )
    output.result({"command": "backup", **asdict(report), "path": str(out)})


def relink(
    context: typer.Context,
    project: Annotated[Path, _PROJECT],
    search: Annotated[
        list[Path] | None,
        typer.Option("--search", metavar="FOLDER", help="Where to look, besides its own folder."),
    ] = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Find photos again that were moved or renamed. Status 0 only if none is missing then."""
    output = session_of(context).output
    folders = search or []
    for folder in folders:
        if not folder.is_dir():
            raise typer.BadParameter(f"“{folder}” is no folder.")
    cancel = CancelToken()
    with closing(open_project(project)) as document, cancelled_by_interrupt(cancel):
        if document.read_only:
            raise ReadOnlyError(
                "The project is open for reading only.", advice=document.notice or "Free it first."
            )
        images, folder = document.images(), document.path.parent
        lost = survey(images, folder, cancel=cancel, tell=output.progress)
        found = find_again(
            lost.lost,
            images,
            project_folder=folder,
            search=(folder, *folders) if lost.lost else (),
            cancel=cancel,
            tell=output.progress,
        )
        output.end_progress()
        if found.paths:
            document.do(RelinkImages(found.paths))
    old = {image.id: image.path for image in images}
    there = {image_id for image_id, _ in found.paths}
    missing = [image for image in lost.missing if image.id not in there]
    changed = [image for image in lost.changed if image.id not in there]
    for image_id, path in found.paths:
        output.text(f"{old[image_id]} → {path}\n")
    for image, path in found.doubled:
        output.text(f"{image.path}: it is in the project a second time, as {path}\n")
    for image in missing:
        output.text(f"{image.path}: missing\n")
    for image in changed:
        output.text(f"{image.path}: another file than was labelled; open it to accept it\n")
    output.text(
        f"Found again: {len(found.paths):,}, missing: {len(missing):,}, changed: {len(changed):,}\n"
    )
    output.result(
        {
            "command": "relink",
            "path": str(project),
            "found": [{"id": i, "old": old[i], "new": path} for i, path in found.paths],
            "missing": [image.path for image in missing],
            "changed": [image.path for image in changed],
            "doubled": [{"missing": one.path, "there": path} for one, path in found.doubled],
        }
    )
    raise typer.Exit(1 if missing or changed else 0)
