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
from gar_studio.engines.catalogue import (
    DownloadProgress,
    ModelEntry,
    OnDisk,
    OwnModel,
    ProgressCallback,
)
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled, EngineError

app = typer.Typer(add_completion=False)

_STATES = {
    OnDisk.ABSENT: "no",
    OnDisk.PARTIAL: "in part",
    OnDisk.COMPLETE: "yes",
}


@app.callback(invoke_without_command=True)
def models(context: typer.Context, json: options.Json = False) -> None:
    """List the models that cut out and that describe, and fetch them."""
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
    output = session.output
    entries: list[ModelEntry] = []
    for name in sorted(catalogue.available()):
        entries += catalogue.catalogue(name).entries()
    entries += [_own(str(folder)) for folder in folders or []]
    entries += _set_models(session, known=[entry.model for entry in entries])
    output.result({"command": "models list", "models": [_to_json(entry) for entry in entries]})
    if not output.json_wanted:
        output.console().print(_table(entries))
        output.text(_legend(entries))


@app.command("download")
def download(
    context: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Such as HaochenWang/GAR-1B.")],
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Fetch a model, or what is missing of it. Ctrl+C stops it, and what came is kept."""
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
        output.note("What came is kept: the same command goes on where it stopped.")
        raise
    output.text(f"{model} is in {folder}\n")
    output.result(
        {"command": "models download", "model": model, "folder": str(folder), "bytes": last.total}
    )


def _own(model: str) -> ModelEntry:
    found = catalogue.recognise(model)
    if found is None:
        raise EngineError(f"No engine here loads “{model}”.")
    return found


def _set_models(session: Session, *, known: Sequence[str]) -> list[ModelEntry]:
    """Return the models of the user's own that the settings name."""
    settings = session.settings()
    used = [OwnModel(c.name, c.options.model) for c in (settings.segmenter, settings.describer)]
    wanted = dict.fromkeys((*settings.own_models, *used))
    own = [one for one in wanted if one.model and one.model not in known]
    listed = catalogue.listing(own).entries
    return list(listed[len(listed) - len(own) :])


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
            entry.model or entry.name,
            ("" if entry.size_is_exact else "≈ ") + decimal(entry.size) if entry.size else "–",
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
        "Memory: weights and one large request, estimated.",
        "Fetch one with “gar-studio models download MODEL”.",
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
