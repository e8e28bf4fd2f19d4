"""`gar-studio export` and `gar-studio import`: labels as files of other programs."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gar_studio.annotation.category_names import is_within
from gar_studio.annotation.review import Progress, Verdict
from gar_studio.cli import options
from gar_studio.cli.output import Output
from gar_studio.cli.session import session_of
from gar_studio.document.document import Document
from gar_studio.engines.protocol import Progress as Stage
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.exporting import export_project
from gar_studio.formats.importing import apply_import, plan_import
from gar_studio.formats.plan import Fate, ImportPlan
from gar_studio.formats.report import report_path
from gar_studio.formats.selection import PARTS, Selection, Split, shares
from gar_studio.formats.table import Format, Tell
from gar_studio.store.project import SUFFIX
from gar_studio.workspace import open_project, remove_project

_DEFAULT = "coco"


def _form(name: str, *, leaving: bool) -> Format:
    form = FORMATS.get(name)
    if form is None or (form.export if leaving else form.open) is None:
        able = [n for n, f in FORMATS.items() if (f.export if leaving else f.open) is not None]
        raise typer.BadParameter(f"There is no format “{name}”; there are {', '.join(able)}.")
    return form


def export(
    context: typer.Context,
    project: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="The project file (.garproj).")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="PATH", help="The file or folder to write.")
    ],
    *,
    file_format: Annotated[
        str, typer.Option("--format", help=f"One of: {', '.join(FORMATS)}.")
    ] = _DEFAULT,
    category: Annotated[
        list[str] | None,
        typer.Option(help="Only regions of this category and those below it; may be repeated."),
    ] = None,
    state: Annotated[
        list[Progress] | None, typer.Option(help="Only images that are so far; may be repeated.")
    ] = None,
    review: Annotated[
        list[Verdict] | None, typer.Option(help="Only regions with this verdict; may be repeated.")
    ] = None,
    image: Annotated[
        list[str] | None,
        typer.Option(help="Only this image, by its path in the project; may be repeated."),
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="80/10/10", help="Shares for training, validation and test.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Another seed splits in another way.")] = 0,
    part: Annotated[
        list[str] | None, typer.Option(help="Only this part of the split; may be repeated.")
    ] = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Write a project's labels in a format of other programs. The project is only read."""
    output = session_of(context).output
    form = _form(file_format, leaving=True)
    if out.resolve() == project.resolve():
        raise typer.BadParameter("--out names the project itself; give the file another name.")
    selection = _selection(
        project,
        categories=category or [],
        images=image or [],
        states=frozenset(state or ()),
        verdicts=frozenset(review or ()),
        split=_split(split, seed),
        parts=_parts(part or [], split),
    )
    report = export_project(
        project, form, out, selection=selection, tell=_told(output, "Exporting")
    )
    output.end_progress()
    output.text(f"{report.images} images and {report.regions} regions are in {out}\n")
    for sentence in report.sentences():
        output.note(sentence)
    lost = report_path(out)
    if report.losses:
        output.note(f"What was lost is listed in {lost}")
    output.result(
        {
            "command": "export",
            **asdict(report),
            "path": str(out),
            "format": form.name,
            "drafts": report.drafts,
            "losses": {loss.value: count for loss, count in report.losses.items()},
            "examples": {loss.value: list(places) for loss, places in report.examples.items()},
            "report": str(lost) if report.losses else "",
        }
    )


def take_in(
    context: typer.Context,
    project: Annotated[
        Path,
        typer.Argument(metavar="PROJECT", help="The project file (.garproj); made when missing."),
    ],
    source: Annotated[
        Path, typer.Option("--from", metavar="PATH", help="The file or folder to read.")
    ],
    *,
    file_format: Annotated[
        str, typer.Option("--format", help=f"One of: {', '.join(FORMATS)}.")
    ] = _DEFAULT,
    images: Annotated[
        Path | None,
        typer.Option("--images", metavar="DIR", help="The folder of the photos that it names."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    json: options.Json = False,
) -> None:
    """Take labels of other programs into a project. Nothing that is there is changed."""
    output = session_of(context).output
    form = _form(file_format, leaving=False)
    assert form.open is not None
    if project.suffix.lower() != SUFFIX:
        raise typer.BadParameter(f"The project's name has to end in {SUFFIX}.")
    folder = images or (source if source.is_dir() else source.resolve().parent)
    incoming = form.open(source, folder)
    made = not project.exists()
    document = open_project(project, create=True)
    written = False
    try:
        plan = plan_import(document, incoming, folder, _told(output, "Reading"))
        output.end_progress()
        _show(output, plan)
        values: dict[str, object] = {"command": "import", "format": form.name, **_as_json(plan)}
        if not dry_run and not plan.is_empty and (yes or _agreed(output, asks=not json)):
            result = apply_import(document, plan, _told(output, "Importing"))
            output.end_progress()
            written = True
            output.text(f"{result.regions} regions are now in {project}\n")
            values["imported"] = asdict(result)
        elif not dry_run and plan.is_empty:
            output.note("There is no image that these labels belong to: name its folder: --images.")
        output.result(values)
    finally:
        document.close()
        if made and not written:
            remove_project(project)
    if not dry_run and not written:
        raise typer.Exit(1)


def _agreed(output: Output, *, asks: bool) -> bool:
    if not asks or not sys.stdin.isatty():
        output.note("Nothing was written. Say --yes to import.")
        return False
    return typer.confirm("Import?", default=True, err=True)


def _show(output: Output, plan: ImportPlan) -> None:
    for what, count in plan.sentences():
        output.text(f"{count:>9,}  {what}\n")
    for name, other in plan.alike:
        output.text(f"           “{name}” differs only in case from “{other}”\n")
    for what, places in plan.examples.items():
        output.text(f"           {what}, for example {places[0] if places else '…'}\n")


def _as_json(plan: ImportPlan) -> dict[str, object]:
    return {
        "images": {fate.value: plan.count(fate) for fate in Fate},
        "missing": [i.name for i in plan.images if i.fate is Fate.MISSING][:100],
        "regions": {"new": plan.regions, "present": plan.present, "left out": plan.left_out},
        "categories": {
            "new": list(plan.new_categories),
            "present": list(plan.present_categories),
            "alike": [list(pair) for pair in plan.alike],
            "unusable": list(plan.unusable),
        },
        "problems": dict(plan.problems),
        "examples": {what: list(places) for what, places in plan.examples.items()},
    }


def _told(output: Output, stage: str) -> Tell:
    """Show progress, but not for each of a hundred thousand images."""

    def tell(done: int, total: int) -> None:
        if done % 50 == 0:
            output.progress(Stage(stage, done, total))

    return tell


def _split(text: str, seed: int) -> Split | None:
    try:
        return shares(text, seed=seed) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _parts(parts: list[str], split: str) -> frozenset[str]:
    if parts and not split:
        raise typer.BadParameter(f"--part {parts[0]} needs --split.")
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise typer.BadParameter(f"“{unknown[0]}” is no part: use {', '.join(PARTS)}.")
    return frozenset(parts)


def _selection(
    project: Path,
    *,
    categories: list[str],
    images: list[str],
    states: frozenset[Progress],
    verdicts: frozenset[Verdict],
    split: Split | None,
    parts: frozenset[str],
) -> Selection:
    """Look names up in the project; a name that it does not have is a wrong command line."""
    category_ids: frozenset[int] = frozenset()
    image_ids: frozenset[int] = frozenset()
    if categories or images:
        document = open_project(project, read_only=True)
        try:
            category_ids = _category_ids(document, categories)
            image_ids = _image_ids(document, images)
        finally:
            document.close()
    return Selection(
        categories=category_ids,
        states=states,
        verdicts=verdicts,
        images=image_ids,
        parts=parts,
        split=split,
    )


def _category_ids(document: Document, names: list[str]) -> frozenset[int]:
    found = set[int]()
    for name in names:
        below = {c.id for c in document.categories() if is_within(c.name, name)}
        if not below:
            raise typer.BadParameter(f"The project has no category “{name}”.")
        found |= below
    return frozenset(found)


def _image_ids(document: Document, paths: list[str]) -> frozenset[int]:
    by_path = {image.path: image.id for image in document.images()}
    unknown = [path for path in paths if path not in by_path]
    if unknown:
        raise typer.BadParameter(f"The project has no image “{unknown[0]}”.")
    return frozenset(by_path[path] for path in paths)
