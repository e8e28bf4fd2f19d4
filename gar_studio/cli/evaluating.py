"""`gar-studio evaluate`: how good a model is."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gar_studio.cli import benching, options
from gar_studio.cli.describing import Engine
from gar_studio.cli.engines import describer_choice, describer_for, info_json
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.session import session_of
from gar_studio.engines.protocol import CancelToken, EngineInfo, Progress
from gar_studio.evaluation.plot import bars
from gar_studio.evaluation.registry import evaluation
from gar_studio.evaluation.score import Report, Row, Score

_SCENES = "scenes"
_COUNT = 2000

app = typer.Typer(help="Count a model's right answers.", no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """Count a model's right answers."""


app.command("gar-bench")(benching.gar_bench)
app.command("dlc-bench")(benching.dlc_bench)


@app.command(_SCENES)
def scenes(
    context: typer.Context,
    *,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which scenes are drawn.")] = 4242,
    count: Annotated[
        int, typer.Option("--count", min=1, help="How many questions, spread over the kinds.")
    ] = _COUNT,
    photos: Annotated[
        Path | None,
        typer.Option(
            "--photos",
            metavar="DIR",
            help="A folder laid out like GAR-Bench: asks for colours on its photographs too.",
        ),
    ] = None,
    plot: benching.Plot = None,
    engine: Engine = "",
    model: options.Model = "",
    device: options.Device = "",
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Ask about drawn scenes, whose answers are known, and with the picture blanked."""
    session = session_of(context)
    choice = describer_choice(
        session.settings().describer, model=model, engine=engine, device=device
    )
    output = session.output
    cancel = CancelToken()
    with cancelled_by_interrupt(cancel), describer_for(choice) as describer:
        output.notice(describer.info)
        report = evaluation(_SCENES).run(
            describer,
            seed=seed,
            count=count,
            photos=photos,
            progress=lambda done, total: output.progress(Progress("questions", done, total)),
            cancel=cancel,
        )
        output.end_progress()
        info = describer.info
    console = output.console()
    title = f"{info.name} {info.revision} on scenes, seed {seed}"
    console.print(_table(report.slices, title=f"{title}: the answers by what was asked about"))
    console.print(_table(report.rows, title=title))
    console.print(f"Median time of an answer: {report.seconds:.2f} s")
    console.print(_verdict(report))
    benching.write_plot(plot, bars(title, report.rows), output)
    output.result(_json(report, info, seed=seed))
    raise typer.Exit(0 if report.passed else 1)


def _table(rows: tuple[Row, ...], *, title: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("Question")
    for name in ("right", "of", "share", "95 % interval", "blind", "at least", ""):
        table.add_column(name, justify="right")
    for row in rows:
        low, high = row.score.interval
        verdict = "" if row.least is None else ("met" if row.passed else "missed")
        table.add_row(
            row.name,
            str(row.score.right),
            str(row.score.total),
            _percent(row.score.share),
            f"{100 * low:.1f}–{100 * high:.1f}" if row.score.total else "",
            "" if row.blind is None else _percent(row.blind.share),
            _percent(row.least),
            verdict,
        )
    return table


def _verdict(report: Report) -> str:
    """Return the last line: a terminal that shows the end shows what matters."""
    bounds = [row for row in report.rows if row.least is not None]
    missed = [row.name for row in bounds if not row.passed]
    if not missed:
        return f"All {len(bounds)} bounds are met."
    return f"{len(missed)} of {len(bounds)} bounds are missed: {', '.join(missed)}."


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _json(report: Report, info: EngineInfo, *, seed: int) -> dict[str, object]:
    return {
        "model": info_json(info),
        "seed": seed,
        "rows": [_row_json(row) for row in report.rows],
        "slices": [_row_json(row) for row in report.slices],
        "seconds": report.seconds,
        "passed": report.passed,
    }


def _row_json(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        **_score_json(row.score),
        "blind": None if row.blind is None else _score_json(row.blind),
        "bound": row.least,
        "unit": "share",
        "passed": row.passed,
    }


def _score_json(score: Score) -> dict[str, object]:
    return {
        "value": score.share,
        "right": score.right,
        "total": score.total,
        "interval": list(score.interval),
    }
