"""The command line: which words it knows, and what becomes of errors."""

import contextlib
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import Exit, TyperException

from gar_studio import __version__, settings
from gar_studio.cli import (
    batching,
    describing,
    evaluating,
    exporting,
    models,
    segmenting,
    serving,
    upkeep,
    verifying,
    window,
)
from gar_studio.cli.options import RegionCommand
from gar_studio.cli.output import Output
from gar_studio.cli.rooms import Rooms
from gar_studio.cli.session import STOPPED, Session
from gar_studio.errors import Cancelled, GarStudioError

PROGRAM = "gar-studio"
USAGE = 2

_OPEN = "open"


class StudioGroup(TyperGroup):
    """A group whose first word may also be something to open.

    `gar-studio photo.jpg` means `gar-studio open photo.jpg`, and no word at all opens the empty
    window.  A file called like a command is opened as `./demo`.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own
        """Put the word `open` before what is neither a command nor the group's own option."""
        if not args or args[0] not in {*self.commands, "--help", "--version"}:
            args = [_OPEN, *args]
        return super().parse_args(ctx, args)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        raise typer.Exit


app = typer.Typer(
    cls=StudioGroup,
    name=PROGRAM,
    subcommand_metavar="[IMAGE|FOLDER|PROJECT] | COMMAND …",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def studio(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda value: _print_version(wanted=value),
            help="Print the version.",
        ),
    ] = False,
) -> None:
    """Click objects on photos, let SAM cut them out and GAR describe them, and export COCO.

    Without a command the window opens, on an image, a folder of images or a project.
    """


app.command(_OPEN, hidden=True)(window.open_window)
app.command("demo")(window.demo)
app.command("segment")(segmenting.segment)
app.command("describe", cls=RegionCommand)(describing.describe)
app.command("ask", cls=RegionCommand)(describing.ask)
app.command("batch")(batching.batch)
app.command("serve")(serving.serve)
app.command("export")(exporting.export)
app.command("import")(exporting.take_in)
app.command("check")(upkeep.check)
app.command("backup")(upkeep.backup)
app.command("relink")(upkeep.relink)
app.command("verify")(verifying.verify)
app.add_typer(models.app, name="models")
app.add_typer(evaluating.app, name="evaluate")
app.command("doctor")(window.doctor)


def run(arguments: Sequence[str], rooms: Rooms) -> int:
    """Run one command line.

    Args:
        arguments: the words after the program's name.
        rooms: what may be started.

    Returns:
        The exit status: 0 only on success, 2 for a wrong command line, 130 after Ctrl+C, else 1.
    """
    words = list(arguments)
    output = Output(json_wanted="--json" in words[: _end_of_options(words)])
    # With --json, standard output belongs to the one object: a library that prints does not
    # get there.
    elsewhere = contextlib.redirect_stdout(sys.stderr)
    with elsewhere if output.json_wanted else contextlib.nullcontext():
        return _run(words, Session(output, rooms))


def _run(words: list[str], session: Session) -> int:
    try:
        command = typer.main.get_command(app)
        with command.make_context(PROGRAM, words, obj=session) as context:
            command.invoke(context)
    except Exit as end:
        return end.exit_code
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last door before the user
        return tell(error, session.output)
    return 0


def tell(error: BaseException, output: Output) -> int:
    """Say what went wrong, and return the exit status."""
    match error:
        case TyperException():
            output.failure("UsageError", error.format_message())
            output.note(f"“{PROGRAM} --help” and “{PROGRAM} COMMAND --help” say what is possible.")
            return USAGE
        case GarStudioError():
            output.error(error)
        case Cancelled() | KeyboardInterrupt():
            output.failure("Cancelled", "Stopped. Nothing was changed.")
            return STOPPED
        case BrokenPipeError():
            _silence_stdout()
        case _:
            output.failure(type(error).__name__, _unexpected(error))
    return 1


def _end_of_options(words: list[str]) -> int:
    return words.index("--") if "--" in words else len(words)


def _silence_stdout() -> None:
    """The reader has gone (as with `| head`); keep the interpreter's last flush from failing."""
    with contextlib.suppress(OSError):
        sys.stdout.close()


def _unexpected(error: BaseException) -> str:
    """Keep the traceback in a file, and return a sentence that says where."""
    what = f"Something went wrong that the studio does not know: {error}."
    log = settings.cache_folder() / "errors.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"--- {datetime.now().astimezone().isoformat()}\n")
            file.writelines(traceback.format_exception(error))
    except OSError as failure:
        return f"{what} The details could not be kept: {failure.strerror}."
    return f"{what} The details are in “{log}”; please report them."
