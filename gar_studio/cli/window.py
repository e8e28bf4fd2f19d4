"""`gar-studio`, `gar-studio demo` and `gar-studio doctor`: the window and its machine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from gar_studio import doctor as examiner
from gar_studio.cli import options
from gar_studio.cli.session import session_of
from gar_studio.errors import GarStudioError, ImageError
from gar_studio.sample import make_sample_project
from gar_studio.settings import data_folder


def open_window(
    context: typer.Context,
    target: Annotated[
        Path | None,
        typer.Argument(metavar="[IMAGE|FOLDER|PROJECT]", help="What to open."),
    ] = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Open the window on an image, a folder of images or a project."""
    session = session_of(context)
    if target is not None and not target.exists():
        raise ImageError(
            f"“{target}” is neither a file, a folder nor a command.",
            advice="Check the name; “gar-studio --help” lists the commands.",
        )
    if not examiner.has_display():
        raise GarStudioError(
            "There is no display to show the window on (DISPLAY and WAYLAND_DISPLAY are unset).",
            advice="Use the other commands (“gar-studio --help”), or try “gar-studio demo”.",
        )
    examiner.check_window_libraries()
    status = session.rooms.open_window(target, session.settings())
    session.output.result({"command": "open", "status": status})
    raise typer.Exit(status)


def demo(
    context: typer.Context,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="Where results go if there is no display."),
    ] = Path("demo-output"),
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Open the window on the sample project; without a display, do the main job unseen."""
    session = session_of(context)
    examiner.check_window_libraries()
    shown = examiner.is_watched()
    if shown:
        project = make_sample_project(data_folder() / "sample")
        status = session.rooms.open_window(project, session.settings())
    else:
        session.output.note(
            "There is no display that a window could be seen on: the demo runs on Qt's offscreen "
            f"platform and leaves its results in {out}."
        )
        status = session.rooms.run_demo(out, session.settings())
    session.output.result(
        {"command": "demo", "window": shown, "out": None if shown else str(out), "status": status}
    )
    raise typer.Exit(status)


def doctor(
    context: typer.Context,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Look at versions, devices, Qt, system libraries and engines, and say what is missing."""
    output = session_of(context).output
    findings = examiner.examine()
    report = examiner.to_json(findings)
    output.result({"command": "doctor", **report})
    if not output.json_wanted:
        table = Table(box=None, pad_edge=False, show_header=False)
        section = ""
        for finding in findings:
            heading = finding.section if finding.section != section else ""
            section = finding.section
            state = Text("ok", style="green") if finding.ok else Text("!!", style="bold red")
            table.add_row(Text(heading, style="bold"), state, finding.name, finding.value)
        output.console().print(table)
    for advice in dict.fromkeys(f.advice for f in findings if not f.ok and f.advice):
        output.text(f"→ {advice}\n")
    raise typer.Exit(0 if report["ok"] else 1)
