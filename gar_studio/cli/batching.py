"""`gar-studio batch`: words about every region of a project or folder, without the window."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from gar_studio.batch.cutting import SegmentMode, wants_cutting
from gar_studio.batch.plan import BatchTask, Job, plan_image
from gar_studio.batch.record import Problem, Report, Tick
from gar_studio.batch.target import (
    COCO,
    BatchProject,
    Target,
    open_batch,
    project_for,
    rehearsal,
)
from gar_studio.cli import options
from gar_studio.cli.engines import describer_choice, info_json
from gar_studio.cli.hosts import Engines, Host, here, on_cluster
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.output import Output
from gar_studio.cli.segmenting import segmenter_choice
from gar_studio.cli.session import STOPPED, Session, session_of
from gar_studio.document.document import Document
from gar_studio.document.finding import find_images, read_filter
from gar_studio.engines.protocol import CancelToken, EngineInfo, Progress
from gar_studio.errors import GarStudioError
from gar_studio.images import find_images as find_files
from gar_studio.workspace import open_project

_MOST_PROBLEMS = 20
_LINE_SECONDS = 10.0
"""Seconds between two lines where there is no terminal to draw a bar on."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be done, as it was said."""

    target: Target
    job: Job
    engines: Engines
    cluster: str
    workers: int | None
    where: str
    limit: int | None
    each_model: bool
    dry_run: bool


def batch(
    context: typer.Context,
    *,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="PROJECT|FOLDER|COCO.json", help="A .garproj file, photos, or regions of them."
        ),
    ],
    task: Annotated[
        BatchTask,
        typer.Option(
            "--task",
            help="describe or brief: each region; relate: an image's regions; ask: QUESTION.",
        ),
    ] = BatchTask.DESCRIBE,
    question: Annotated[
        str,
        typer.Argument(
            metavar="[QUESTION]",
            help="For --task ask: #1 is an image's first region, #n each region in turn.",
        ),
    ] = "",
    segment: Annotated[
        SegmentMode,
        typer.Option(
            "--segment",
            help="given: the regions that are there; boxes: those that are boxes are cut out "
            "first; everything: images without any are searched.",
        ),
    ] = SegmentMode.GIVEN,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.garproj", help="Where the project of a folder or file goes."
        ),
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            "--images", metavar="DIR", help="The folder of a COCO file's photos, if not its own."
        ),
    ] = None,
    where: Annotated[
        str,
        typer.Option(
            "--where",
            metavar="FILTER",
            help="Only images that the window's filter shows: words, category:dog, state:done, "
            "review:rejected.",
        ),
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Most answers.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what there is to do; change nothing.")
    ] = False,
    grouped: Annotated[
        bool,
        typer.Option(
            "--grouped",
            help="Up to five regions in one conversation: faster, and the words may differ.",
        ),
    ] = False,
    each_model: Annotated[
        bool,
        typer.Option("--each-model", help="Ask again what only other models have answered."),
    ] = False,
    model: options.Model = "",
    device: options.Device = "",
    dtype: options.Dtype = None,
    download: options.Download = False,
    max_tiles: options.MaxTiles = None,
    max_new_tokens: options.MaxNewTokens = None,
    segmenter: Annotated[
        str, typer.Option("--segmenter", metavar="NAME", help="What cuts out and searches.")
    ] = "",
    sam: options.Sam = None,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Do it on Ray: HOST:PORT of its head, auto, or local for one that is started.",
        ),
    ] = "",
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="With --cluster; else one a GPU, or one a machine."),
    ] = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Describe, relate or ask about all regions. Answers are drafts for the window.

    The same command goes on where it was interrupted: what the project has an answer to is not
    asked again, and a text that somebody accepted or wrote is left alone.
    """
    session = session_of(context)
    if (task is BatchTask.ASK) != bool(question.strip()):
        raise typer.BadParameter("A QUESTION goes with --task ask, and with no other task.")
    if images and target.suffix.lower() != COCO:
        raise typer.BadParameter("--images goes with a COCO file.")
    if workers and not cluster:
        raise typer.BadParameter("--workers goes with --cluster.")
    if unknown := read_filter(where).unknown:
        raise typer.BadParameter(f"--where does not know {', '.join(unknown)}.")
    setting = session.settings()
    wish = _Wish(
        target=Target(target, out, images),
        job=Job(
            task,
            question.strip(),
            grouped=grouped,
            max_new_tokens=max_new_tokens or setting.max_new_tokens,
            max_tiles=max_tiles or setting.max_tiles,
        ),
        engines=Engines(
            describer=describer_choice(
                setting.describer, model=model, device=device, dtype=dtype, download=download
            ),
            segmenter=segmenter_choice(
                setting.segmenter, engine=segmenter, sam=sam, device=device, download=download
            ),
            mode=segment,
        ),
        cluster=cluster,
        workers=workers,
        where=where,
        limit=limit,
        each_model=each_model,
        dry_run=dry_run,
    )
    raise typer.Exit(_Run(session, wish).run())


class _Run:
    """One batch, from its target to its report."""

    def __init__(self, session: Session, wish: _Wish) -> None:
        self._output = session.output
        self._wish = wish
        self._token = CancelToken()
        self._teller = _Teller(session.output)

    def run(self) -> int:
        """Do it and return the exit status: 0 where nothing was passed over."""
        wish = self._wish
        project = project_for(wish.target)
        if wish.dry_run and not project.exists():
            return self._nothing_yet(project)
        with cancelled_by_interrupt(self._token), ExitStack() as stack:
            opened = self._open(project)
            document = opened.document
            stack.callback(document.close)
            self._say(opened)
            ids = find_images(document, read_filter(wish.where))
            if wish.dry_run and not wish.each_model:
                return self._dry(document, ids, wish.job)
            host = stack.enter_context(self._host())
            job = replace(wish.job, by=host.who()) if wish.each_model else wish.job
            if wish.dry_run:
                return self._dry(document, ids, job)
            try:
                report, info = host.ask(
                    document, ids, job, limit=wish.limit, tell=self._teller.answers
                )
            finally:
                self._output.end_progress()
        return self._finish(project, report, opened.problems, info)

    def _host(self) -> AbstractContextManager[Host]:
        wish = self._wish
        if wish.cluster:
            return on_cluster(wish.engines, self._output, self._token, wish.cluster, wish.workers)
        return here(wish.engines, self._output, self._token)

    def _open(self, project: Path) -> BatchProject:
        if self._wish.dry_run:
            return BatchProject(open_project(project, read_only=True))
        try:
            return open_batch(self._wish.target, cancel=self._token, tell=self._teller.photos)
        finally:
            self._output.end_progress()

    def _nothing_yet(self, project: Path) -> int:
        if self._wish.target.is_file:
            return self._rehearse()
        folder = self._wish.target.path
        photos = len(find_files(folder)) if folder.is_dir() else 0
        self._output.text(f"{project} is not there yet; it would get {photos} photos.\n")
        self._output.result(
            {"command": "batch", "dry_run": True, "project": str(project), "photos": photos}
        )
        return 0

    def _rehearse(self) -> int:
        """Say what there would be to do with a file whose project is not there yet."""
        wish = self._wish
        with rehearsal(wish.target, cancel=self._token, tell=self._teller.photos) as opened:
            self._output.end_progress()
            self._say(opened)
            for problem in opened.problems[:_MOST_PROBLEMS]:
                self._output.note(f"gar-studio: passed over: {problem.what}")
            ids = find_images(opened.document, read_filter(wish.where))
            return self._dry(opened.document, ids, wish.job)

    def _say(self, opened: BatchProject) -> None:
        for line in opened.notes:
            self._output.note(line)

    def _dry(self, document: Document, ids: Sequence[int], job: Job) -> int:
        plans = [plan_image(document, one, job) for one in ids]
        search = sum(wants_cutting(document, one, self._wish.engines.mode) for one in ids)
        found = {
            "images": len(ids),
            "to_ask": sum(len(plan.items) for plan in plans),
            "done_before": sum(plan.done for plan in plans),
            "captioned": sum(plan.captioned for plan in plans),
            "unfit": sum(plan.unfit for plan in plans),
            "images_to_segment": search,
        }
        self._output.text(
            f"{found['images']:,} images: {found['to_ask']:,} to ask, {found['done_before']:,} "
            f"answered, {found['captioned']:,} regions with a caption.\n"
        )
        if search:
            self._output.text(f"{search:,} images are to be segmented first.\n")
        self._output.result({"command": "batch", "dry_run": True, **found})
        return 0

    def _finish(
        self,
        project: Path,
        report: Report,
        unreadable: Sequence[GarStudioError],
        info: EngineInfo | None,
    ) -> int:
        problems = [*(Problem("", e.what) for e in unreadable), *report.problems]
        pace = f" in {_duration(report.seconds)}" if report.answered else ""
        lines = [f"{report.answered:,} new answers{pace} are in {project}, as drafts to review."]
        if report.found:
            lines.append(f"{report.found:,} regions were found or cut out.")
        if report.done_before:
            lines.append(f"{report.done_before:,} were answered before.")
        if report.captioned:
            lines.append(f"{report.captioned:,} regions have a caption and were left alone.")
        if report.unfit:
            lines.append(f"{report.unfit:,} times the question did not fit an image's regions.")
        if report.left:
            lines.append(f"{report.left:,} are still to be asked.")
        if not (report.answered or report.done_before or report.captioned or report.left):
            lines.append("There was nothing to ask: draw regions, or give --segment everything.")
        for line in lines:
            self._output.text(f"{line}\n")
        for problem in problems[:_MOST_PROBLEMS]:
            words = f"{problem.image} {problem.why}".strip()
            self._output.note(f"gar-studio: passed over: {words}")
        if len(problems) > _MOST_PROBLEMS:
            self._output.note(f"gar-studio: and {len(problems) - _MOST_PROBLEMS} more.")
        self._output.result(
            {
                "command": "batch",
                "project": str(project),
                "task": self._wish.job.task.value,
                "engine": None if info is None else info_json(info),
                "answered": report.answered,
                "cut_off": report.cut_off,
                "regions_found": report.found,
                "done_before": report.done_before,
                "captioned": report.captioned,
                "unfit": report.unfit,
                "left": report.left,
                "problems": [{"image": one.image, "why": one.why} for one in problems],
                "seconds": report.seconds,
                "stopped": report.stopped,
            }
        )
        if report.stopped:
            return STOPPED
        return 1 if problems else 0


class _Teller:
    """Says how far it is: a bar on a terminal, else a line every ten seconds."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._told = time.monotonic()

    def photos(self, done: int, total: int) -> None:
        """Tell of photos that are read for the first time."""
        if total:
            self._output.progress(Progress("photos", done, total))

    def answers(self, tick: Tick) -> None:
        """Tell of answers, how many a minute, and how long the rest takes."""
        rate, left = tick.rate, tick.seconds_left
        pace = "answers" if rate is None else f"answers, {60 * rate:.0f}/min"
        if left is not None and left > 0:
            pace += f", {_duration(left)} left"
        if self._output.stderr.isatty():
            self._output.progress(Progress(pace, tick.done, tick.total))
        elif time.monotonic() - self._told >= _LINE_SECONDS:
            self._told = time.monotonic()
            self._output.note(f"{tick.done:,} of {tick.total:,} {pace}")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
