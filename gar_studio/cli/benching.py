"""`gar-studio evaluate gar-bench` and `dlc-bench`: published benchmarks, scored as published."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gar_studio.cli import options
from gar_studio.cli.engines import describer_choice, describer_for, info_json
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.output import Output
from gar_studio.cli.session import STOPPED, session_of
from gar_studio.engines.protocol import CancelToken, EngineInfo, Progress
from gar_studio.errors import ExportError
from gar_studio.evaluation import bench as benches
from gar_studio.evaluation.asking import Failure, ask_items
from gar_studio.evaluation.bench import Bench, VqaReport
from gar_studio.evaluation.journal import SUFFIX, Identity, Journal, Kept, open_journal
from gar_studio.evaluation.plot import bars
from gar_studio.evaluation.score import Score
from gar_studio.files import atomic_write
from gar_studio.settings import MAX_NEW_TOKENS, EngineChoice
from gar_studio.verification.benchmarks import spread
from gar_studio.verification.checkout import Checkout
from gar_studio.verification.items import Part

LEAKED_BOXES = "leaked-boxes"
"""The engine's variant that repeats the released script's fault (gar.md, Faults)."""

_IMAGES_ADVICE = "Give the folder that the file's image paths start from with --images."
_MOST_FAILURES = 10

_Annotations = Annotated[
    Path | None,
    typer.Option("--annotations", metavar="FILE", help="The benchmark's file of annotations."),
]
_Images = Annotated[
    Path | None,
    typer.Option(
        "--images",
        metavar="DIR",
        help="Where the file's image paths start from; without it, the annotations' folder.",
    ),
]
_Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Where the predictions go, in the released layout; a journal grows beside it, and "
        "the same command goes on with it.",
    ),
]
_Items = Annotated[
    int, typer.Option("--items", min=0, help="Most items, evenly spread over the file; 0: all.")
]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE.svg", help="Draw the shares of right answers."),
]


def gar_bench(
    context: typer.Context,
    *,
    annotations: _Annotations = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            "--predictions",
            metavar="FILE",
            help="Score these instead of asking; they may stand for the annotations too.",
        ),
    ] = None,
    images: _Images = None,
    model: options.Model = "",
    leaked: Annotated[
        bool,
        typer.Option(
            "--leaked-boxes",
            help="Repeat a fault of the released script, in which every region has the last one's "
            "box: for comparison with published numbers only.",
        ),
    ] = False,
    out: _Out = None,
    plot: Plot = None,
    items: _Items = 0,
    device: options.Device = "",
    dtype: options.Dtype = None,
    download: options.Download = False,
    max_tiles: options.MaxTiles = None,
    max_new_tokens: options.MaxNewTokens = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Score letters as GAR-Bench does; write captions as its judges read them."""
    session = session_of(context)
    if bool(model) == (predictions is not None):
        raise typer.BadParameter("Give either --model, which is asked, or --predictions.")
    source = annotations or predictions
    if source is None:
        raise typer.BadParameter("Give the benchmark's file with --annotations.")
    bench = benches.read_gar_bench(source)
    if predictions is not None:
        given = bench if annotations is None else benches.read_gar_bench(predictions)
        found = _Found(benches.predictions_for(bench, given))
        raise typer.Exit(_finish(session.output, "gar-bench", bench, found, plot=plot))
    choice = describer_choice(
        session.settings().describer,
        model=model,
        device=device,
        dtype=dtype,
        download=download,
        variant=LEAKED_BOXES if leaked else "",
    )
    wish = _Wish(source, images, out, choice, items, max_new_tokens or MAX_NEW_TOKENS, max_tiles)
    bench, found = _ask(session.output, bench, wish)
    raise typer.Exit(_finish(session.output, "gar-bench", bench, found, plot=plot))


def dlc_bench(
    context: typer.Context,
    *,
    annotations: _Annotations = None,
    images: _Images = None,
    model: options.Model = "",
    out: _Out = None,
    items: _Items = 0,
    device: options.Device = "",
    dtype: options.Dtype = None,
    download: options.Download = False,
    max_tiles: options.MaxTiles = None,
    max_new_tokens: options.MaxNewTokens = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Write detailed captions as DLC-Bench's judge reads them: {annotation id: text}."""
    session = session_of(context)
    if annotations is None or not model:
        raise typer.BadParameter("Give --annotations and --model.")
    choice = describer_choice(
        session.settings().describer, model=model, device=device, dtype=dtype, download=download
    )
    wish = _Wish(
        annotations, images, out, choice, items, max_new_tokens or MAX_NEW_TOKENS, max_tiles
    )
    bench, found = _ask(session.output, benches.read_dlc_bench(annotations), wish)
    raise typer.Exit(_finish(session.output, "dlc-bench", bench, found, plot=None))


def write_plot(path: Path | None, picture: str, output: Output) -> None:
    """Write a picture where one is wanted.

    Raises:
        ExportError: it cannot be written.
    """
    if path is not None:
        _write(path, picture.encode())
        output.note(f"The picture is in {path}.")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked, as it was said."""

    annotations: Path
    images: Path | None
    out: Path | None
    describer: EngineChoice
    most: int
    max_new_tokens: int
    max_tiles: int | None


@dataclass(frozen=True, slots=True)
class _Found:
    """Answers by the items' keys, and how they came about."""

    answers: dict[str, str]
    info: EngineInfo | None = None
    boxes: str = ""
    out: Path | None = None
    failures: tuple[Failure, ...] = ()
    cut_off: int = 0
    stopped: bool = False


def _ask(output: Output, bench: Bench, wish: _Wish) -> tuple[Bench, _Found]:
    """Ask what has no answer yet, and write the predictions; Ctrl+C ends it early."""
    bench = Bench(bench.part, tuple(spread(bench.items, wish.most)))
    folder = wish.images or wish.annotations.resolve().parent
    images = Checkout(folder, advice=_IMAGES_ADVICE)
    images.check()
    digest = hashlib.sha256(wish.annotations.read_bytes()).hexdigest()
    leaked = wish.describer.options.variant == LEAKED_BOXES
    boxes = "leaked" if leaked else "own"
    token = CancelToken()

    def show(done: int) -> None:
        output.progress(Progress("questions", done, len(bench.items)))

    with cancelled_by_interrupt(token), describer_for(wish.describer) as describer:
        info = describer.info
        output.notice(info)
        out = wish.out or _default_out(wish, info, leaked=leaked)
        identity = Identity(
            digest, info.name, info.revision, boxes, wish.max_new_tokens, wish.max_tiles
        )
        with open_journal(out.with_name(out.name + SUFFIX), identity) as journal:
            _tell_resumed(output, journal, bench)
            try:
                failures = ask_items(
                    describer,
                    bench.items,
                    journal,
                    images=images,
                    max_new_tokens=wish.max_new_tokens,
                    max_tiles=wish.max_tiles,
                    cancel=token,
                    progress=show,
                )
            finally:
                output.end_progress()
            kept = _of_bench(journal, bench)
            answers = {key: one.output for key, one in kept.items()}
            _write(out, benches.released_layout(bench, answers))
    cut_off = sum(one.cut_off for one in kept.values())
    return bench, _Found(answers, info, boxes, out, failures, cut_off, token.cancelled)


def _default_out(wish: _Wish, info: EngineInfo, *, leaked: bool) -> Path:
    suffix = "_leaked" if leaked else ""
    return Path(f"{wish.annotations.stem}_{info.name.lower()}{suffix}_predictions.json")


def _tell_resumed(output: Output, journal: Journal, bench: Bench) -> None:
    before = len(_of_bench(journal, bench))
    if before:
        output.note(f"{before} items have an answer from before; they are not asked again.")


def _of_bench(journal: Journal, bench: Bench) -> dict[str, Kept]:
    return {i.key: journal.kept[i.key] for i in bench.items if i.key in journal.kept}


def _finish(output: Output, command: str, bench: Bench, found: _Found, *, plot: Path | None) -> int:
    report = benches.score(bench, found.answers) if bench.part is Part.VQA else None
    too_many = sum(item.too_many and item.key not in found.answers for item in bench.items)
    who = "the predictions" if found.info is None else f"{found.info.name} {found.info.revision}"
    title = f"GAR-Bench: {who}{' with leaked boxes' * (found.boxes == 'leaked')}"
    if report is not None:
        output.console().print(_table(report, title))
        write_plot(plot, bars(title, report.rows, report.overall), output)
    else:
        output.text(f"{len(found.answers)} of {len(bench.items)} captions are there.\n")
    for line in _notes(bench, found, report, too_many):
        output.text(f"{line}\n")
    for failure in found.failures[:_MOST_FAILURES]:
        output.note(f"gar-studio: {failure.item.image} has no answer. {failure.why}")
    output.result(
        {
            "command": f"evaluate {command}",
            "part": bench.part.value,
            "model": None if found.info is None else info_json(found.info),
            "boxes": found.boxes or None,
            "items": len(bench.items),
            "answered": len(found.answers),
            "too_many_regions": too_many,
            "failed": [{"image": f.item.image, "why": f.why} for f in found.failures],
            "cut_off": found.cut_off,
            "out": None if found.out is None else str(found.out),
            **({} if report is None else _report_json(report)),
            "stopped": found.stopped,
        }
    )
    if found.stopped:
        return STOPPED
    return 1 if found.failures else 0


def _notes(bench: Bench, found: _Found, report: VqaReport | None, too_many: int) -> tuple[str, ...]:
    lines: list[str] = []
    if too_many:
        of_all = "" if report is None else f" With them as wrong: {_share(report.of_all)}."
        lines.append(f"{too_many} items have more than 5 regions and were not asked.{of_all}")
    if found.cut_off:
        lines.append(f"{found.cut_off} answers were cut off at the most tokens allowed.")
    if found.failures:
        lines.append(f"{len(found.failures)} items failed and have no answer.")
    if found.out is not None:
        lines.append(f"The predictions are in {found.out}.")
    if found.stopped:
        missing = len(bench.items) - len(found.answers) - too_many
        lines.append(f"Stopped with {missing} items to go; the same command goes on.")
    return tuple(lines)


def _table(report: VqaReport, title: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("Type")
    for name in ("right", "of", "share", "95 % interval", "too many regions", "no answer"):
        table.add_column(name, justify="right")

    def add(name: str, score: Score, *apart: int) -> None:
        low, high = score.interval
        table.add_row(
            name,
            str(score.right),
            str(score.total),
            "" if score.share is None else f"{100 * score.share:.1f}",
            f"{100 * low:.1f}–{100 * high:.1f}" if score.total else "",
            *(str(number) if number else "" for number in apart),
        )

    for row in report.rows:
        many, none = (counts.get(row.name, 0) for counts in (report.too_many, report.unanswered))
        add(row.name, row.score, many, none)
    table.add_section()
    add(
        "overall",
        report.overall,
        sum(report.too_many.values()),
        sum(report.unanswered.values()),
    )
    return table


def _share(score: Score) -> str:
    return f"{score.right}/{score.total} = {100 * (score.share or 0.0):.1f} %"


def _report_json(report: VqaReport) -> dict[str, object]:
    def values(name: str, score: Score, too_many: int, unanswered: int) -> dict[str, object]:
        return {
            "name": name,
            "value": score.share,
            "unit": "share",
            "right": score.right,
            "total": score.total,
            "interval": list(score.interval),
            "too_many_regions": too_many,
            "unanswered": unanswered,
        }

    rows = [
        values(
            row.name,
            row.score,
            report.too_many.get(row.name, 0),
            report.unanswered.get(row.name, 0),
        )
        for row in report.rows
    ]
    apart = sum(report.too_many.values()), sum(report.unanswered.values())
    return {"rows": rows, "overall": values("overall", report.overall, *apart)}


def _write(path: Path, content: bytes) -> None:
    try:
        with atomic_write(path) as file:
            file.write(content)
    except OSError as error:
        raise ExportError(
            f"“{path}” cannot be written: {error.strerror or error}.",
            kept="The answers are kept in the journal.",
            advice="Choose another place, then start the same command again.",
        ) from error
