"""`gar-studio describe` and `gar-studio ask`: words about regions of a photo."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gar_studio.annotation.mentions import from_shown
from gar_studio.annotation.prompts import PromptSet
from gar_studio.batch.plan import BRIEF
from gar_studio.cli import answering, options
from gar_studio.cli.answering import Answer
from gar_studio.cli.engines import (
    cut_out,
    describer_choice,
    describer_for,
    info_json,
    segmenter_for,
)
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.options import RegionSource
from gar_studio.cli.regions import Cutter, NumberedRegion, check_sources, number_regions
from gar_studio.cli.segmenting import image_json, segmenter_choice
from gar_studio.cli.session import STOPPED, Session, session_of
from gar_studio.engines.description import MAX_REGIONS, DescribeRequest, Task
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, RequestCounter
from gar_studio.engines.segmentation import SegmentResult
from gar_studio.errors import RequestError
from gar_studio.images import read_image
from gar_studio.settings import EngineChoice, Settings

_MENTION = re.compile(r"(?<![\w&#])#(\d{1,4})(?!\w)")

Engine = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="What answers: gar, gar-random, …")
]
CutWith = Annotated[
    str, typer.Option("--segmenter", metavar="NAME", help="What cuts boxes and points out.")
]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What `describe` and `ask` have in common, as it was said."""

    photo: Path
    sources: tuple[RegionSource, ...]
    describer: EngineChoice
    segmenter: EngineChoice
    max_tiles: int | None
    max_new_tokens: int


def describe(
    context: typer.Context,
    *,
    photo: options.Photo,
    masks: options.Masks = None,
    boxes: options.Boxes = None,
    points: options.Points = None,
    brief: Annotated[bool, typer.Option("--brief", help="One sentence a region.")] = False,
    grouped: Annotated[
        bool,
        typer.Option(
            "--grouped",
            help="Up to five regions in one conversation: faster, and the words may differ.",
        ),
    ] = False,
    model: options.Model = "",
    engine: Engine = "",
    device: options.Device = "",
    dtype: options.Dtype = None,
    download: options.Download = False,
    max_tiles: options.MaxTiles = None,
    max_new_tokens: options.MaxNewTokens = None,
    segmenter: CutWith = "",
    sam: options.Sam = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Describe each region, one after another. Regions are #1, #2 … in the order given."""
    session = session_of(context)
    wish = _wish(
        session.settings(),
        photo=photo,
        sources=options.in_order(
            context, masks=masks or (), boxes=boxes or (), points=points or ()
        ),
        model=model,
        engine=engine,
        device=device,
        dtype=dtype,
        download=download,
        max_tiles=max_tiles,
        max_new_tokens=max_new_tokens,
        segmenter=segmenter,
        sam=sam,
    )
    raise typer.Exit(_Run(session, wish).describe(BRIEF if brief else "", grouped=grouped))


def ask(
    context: typer.Context,
    *,
    photo: options.Photo,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="A question; #1 is the first region.")
    ],
    masks: options.Masks = None,
    boxes: options.Boxes = None,
    points: options.Points = None,
    model: options.Model = "",
    engine: Engine = "",
    device: options.Device = "",
    dtype: options.Dtype = None,
    download: options.Download = False,
    max_tiles: options.MaxTiles = None,
    max_new_tokens: options.MaxNewTokens = None,
    segmenter: CutWith = "",
    sam: options.Sam = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Ask a question about up to five regions, such as “What is #1 doing to #2?”."""
    session = session_of(context)
    if not question.strip():
        raise typer.BadParameter("The question is empty.")
    wish = _wish(
        session.settings(),
        photo=photo,
        sources=options.in_order(
            context, masks=masks or (), boxes=boxes or (), points=points or ()
        ),
        model=model,
        engine=engine,
        device=device,
        dtype=dtype,
        download=download,
        max_tiles=max_tiles,
        max_new_tokens=max_new_tokens,
        segmenter=segmenter,
        sam=sam,
    )
    raise typer.Exit(_Run(session, wish).ask(question.strip()))


def _wish(
    setting: Settings,
    *,
    photo: Path,
    sources: tuple[RegionSource, ...],
    model: str,
    engine: str,
    device: str,
    dtype: options.DType | None,
    download: bool,
    max_tiles: int | None,
    max_new_tokens: int | None,
    segmenter: str,
    sam: Path | None,
) -> _Wish:
    if not sources:
        raise typer.BadParameter("Say which regions: give --mask, --box or --point.")
    return _Wish(
        photo=photo,
        sources=sources,
        describer=describer_choice(
            setting.describer,
            model=model,
            engine=engine,
            device=device,
            dtype=dtype,
            download=download,
        ),
        segmenter=segmenter_choice(
            setting.segmenter, engine=segmenter, sam=sam, device=device, download=download
        ),
        max_tiles=max_tiles or setting.max_tiles,
        max_new_tokens=max_new_tokens or setting.max_new_tokens,
    )


class _Run:
    """One `describe` or `ask`: photo, regions, answers, in this order."""

    def __init__(self, session: Session, wish: _Wish) -> None:
        self._output = session.output
        self._wish = wish
        self._counter = RequestCounter()
        self._cut_by: EngineInfo | None = None

    def describe(self, words: str, *, grouped: bool) -> int:
        """Describe each region, in the engine's own wording if `words` is empty."""
        image = read_image(self._wish.photo)
        regions = self._regions(image)
        with describer_for(self._wish.describer) as describer:
            self._output.notice(describer.info)
            answers = answering.run(
                describer,
                image,
                [self._request(image, Task.DESCRIBE, (region,), words) for region in regions],
                output=self._output,
                labels=[f"#{r.number}: " if len(regions) > 1 else "" for r in regions],
                grouped=grouped,
            )
            return self._finish("describe", image, describer.info, regions, answers)

    def ask(self, question: str) -> int:
        """Ask about all regions together and return the exit status."""
        image = read_image(self._wish.photo)
        count = len(self._wish.sources)
        if count > MAX_REGIONS:
            raise RequestError(
                f"There are {count} regions; a question can be about {MAX_REGIONS} at most.",
                advice="Leave some out, or ask about them in several questions.",
            )
        for number in sorted({int(n) for n in _MENTION.findall(question)}):
            if not 1 <= number <= count:
                self._output.note(f"gar-studio: there is no region #{number}; it is taken as text.")
        regions = self._regions(image)
        stored = from_shown(question, {region.number: region.number for region in regions})
        with describer_for(self._wish.describer) as describer:
            self._output.notice(describer.info)
            request = self._request(image, Task.ASK, regions, stored)
            answers = answering.run(describer, image, [request], output=self._output, labels=[""])
            return self._finish("ask", image, describer.info, regions, answers)

    def _regions(self, image: ImageData) -> tuple[NumberedRegion, ...]:
        masks = check_sources(self._wish.sources, image)
        with self._cutter(image, needed=len(masks) < len(self._wish.sources)) as cutter:
            return number_regions(self._wish.sources, masks, cutter)

    @contextmanager
    def _cutter(self, image: ImageData, *, needed: bool) -> Iterator[Cutter | None]:
        if not needed:
            yield None
            return
        token = CancelToken()
        with segmenter_for(self._wish.segmenter) as segmenter, cancelled_by_interrupt(token):
            self._cut_by = segmenter.info
            if segmenter.info.notice:
                self._output.note(f"Notice: {segmenter.info.notice}")

            def cut(prompts: PromptSet) -> SegmentResult:
                return cut_out(segmenter, image, prompts, cancel=token, counter=self._counter)

            yield cut

    def _request(
        self, image: ImageData, task: Task, regions: Sequence[NumberedRegion], stored: str
    ) -> DescribeRequest:
        return DescribeRequest(
            request_id=self._counter.take(),
            image_key=image.key,
            task=task,
            regions=tuple(region.request_input for region in regions),
            question=stored,
            max_new_tokens=self._wish.max_new_tokens,
            max_tiles=self._wish.max_tiles,
        )

    def _finish(
        self,
        command: str,
        image: ImageData,
        info: EngineInfo,
        regions: Sequence[NumberedRegion],
        answers: Sequence[Answer],
    ) -> int:
        self._output.result(
            {
                "command": command,
                "image": image_json(self._wish.photo, image),
                "engine": info_json(info),
                "segmenter": None if self._cut_by is None else info_json(self._cut_by),
                "regions": [region.to_json() for region in regions],
                "answers": [answer.to_json() for answer in answers],
                "stopped": answers[-1].stopped,
            }
        )
        return STOPPED if answers[-1].stopped else 0
