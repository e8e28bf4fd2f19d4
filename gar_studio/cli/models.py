"""`gar-studio models`: what can be got, what is here, and fetching it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from gar_studio.cli import options
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.output import Output
from gar_studio.cli.session import Session, session_of
from gar_studio.engines import catalogue
from gar_studio.engines.catalogue import DownloadProgress, ModelEntry, OnDisk, ProgressCallback
from gar_studio.engines.construction import ModelSource
from gar_studio.engines.protocol import CancelToken
from gar_studio.engines.registry import factory
from gar_studio.errors import Cancelled, EngineError

app = typer.Typer(add_completion=False)

_STATES = {
    OnDisk.ABSENT: "no",
    OnDisk.PARTIAL: "in part",
    OnDisk.COMPLETE: "yes",
}


@app.callback(invoke_without_command=True)
def models(context: typer.Context, json: options.Json = False) -> None:
    """List the models that describe regions, and fetch them from the hub."""
    if context.invoked_subcommand is None:
        list_models(context, None, json)


@app.command("list")
def list_models(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FOLDER]…", help="Checkpoint folders of your own."),
    ] = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """List models with size, licence, memory and what is on this computer; asks no network."""
    session = session_of(context)
    own = [*(folders or []), *_set_folder(session, known=folders or [])]
    entries = [
        entry
        for name in sorted(catalogue.available())
        for entry in catalogue.catalogue(name).entries(
            own if name == catalogue.DEFAULT_CATALOGUE else ()
        )
    ]
    output = session.output
    output.result({"command": "models list", "models": [_to_json(entry) for entry in entries]})
    if not output.json_wanted:
        output.console().print(_table(entries))
        output.text(_legend(entries))


@app.command("download")
def download(
    context: typer.Context,
    model: Annotated[str, typer.Argument(metavar="HUB-ID", help="Such as HaochenWang/GAR-1B.")],
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Fetch a model from the hub, or what is missing of it. Ctrl+C stops it."""
    output = session_of(context).output
    source = catalogue.catalogue_of(model)
    for entry in source.entries():
        if entry.model == model:
            output.note(f"{entry.name} – {entry.licence}.")
    token = CancelToken()
    last = DownloadProgress("", 0, 0)

    def remember(progress: DownloadProgress) -> None:
        nonlocal last
        last = progress
        show(progress)

    try:
        with cancelled_by_interrupt(token), _shown(output) as show:
            folder = source.download(model, progress=remember, cancel=token)
    except Cancelled:
        output.note("The file on its way was removed; those that were complete are kept.")
        raise
    output.text(f"{model} is in {folder}\n")
    output.result(
        {"command": "models download", "model": model, "folder": str(folder), "bytes": last.total}
    )


def _set_folder(session: Session, *, known: Sequence[Path]) -> list[Path]:
    """Return the folder that the settings load a describer from, if it is one."""
    choice = session.settings().describer
    model = choice.options.model
    if not model or not Path(model).is_dir() or Path(model) in known:
        return []
    try:
        takes_folder = factory(choice.name).model_source is ModelSource.FOLDER
    except EngineError:
        return []  # “gar-studio doctor” says what is wrong with it
    return [Path(model)] if takes_folder else []


@contextmanager
def _shown(output: Output) -> Iterator[ProgressCallback]:
    """Show a download on standard error: a bar on a terminal, else one line a file."""
    if not output.stderr.isatty():
        yield _Lines(output)
        return
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(file=output.stderr),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(
            task, description=now.file, completed=now.done, total=now.total
        )


class _Lines:
    """Says the name of each file once, and how much is here by then."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._file = ""

    def __call__(self, now: DownloadProgress) -> None:
        if now.file != self._file:
            self._file = now.file
            self._output.note(f"{now.file}… {decimal(now.done)} of {decimal(now.total)}")


def _table(entries: Sequence[ModelEntry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("Model", "Size", "Memory", "On disk", "Licence"):
        table.add_column(heading, justify="right" if heading == "Size" else "left")
    for entry in entries:
        table.add_row(
            entry.model,
            ("" if entry.size_is_exact else "≈ ") + decimal(entry.size),
            "\n".join(f"{need.dtype} {decimal(need.bytes)}" for need in entry.memory) or "–",
            _state(entry),
            entry.licence,
        )
    return table


def _state(entry: ModelEntry) -> str:
    said = _STATES[entry.on_disk]
    return f"{said}, {decimal(entry.bytes_on_disk)}" if entry.on_disk is OnDisk.PARTIAL else said


def _legend(entries: Sequence[ModelEntry]) -> str:
    lines = [
        "Memory: weights and one request with five regions on all tiles, estimated.",
        "Fetch one with “gar-studio models download HUB-ID”.",
        *(f"{entry.model}: {entry.problem}" for entry in entries if entry.problem),
    ]
    return "\n" + "\n".join(lines) + "\n"


def _to_json(entry: ModelEntry) -> dict[str, object]:
    return {
        "name": entry.name,
        "model": entry.model,
        "engine": entry.engine,
        "licence": entry.licence,
        "size": entry.size,
        "size_is_exact": entry.size_is_exact,
        "memory": {need.dtype: need.bytes for need in entry.memory},
        "weights": {need.dtype: need.weights_bytes for need in entry.memory},
        "on_disk": entry.on_disk.value,
        "bytes_on_disk": entry.bytes_on_disk,
        "folder": None if entry.folder is None else str(entry.folder),
        "problem": entry.problem,
    }
