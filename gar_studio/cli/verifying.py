"""`gar-studio verify`: our answers against those that GAR's authors released."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gar_studio.cli import options
from gar_studio.cli.engines import GAR, cut_out, describer_for, info_json, segmenter_for
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.output import Output
from gar_studio.cli.regions import best_mask
from gar_studio.cli.segmenting import segmenter_choice
from gar_studio.cli.session import STOPPED, session_of
from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import CancelToken, EngineInfo, Progress, RequestCounter
from gar_studio.errors import GarStudioError
from gar_studio.settings import MAX_NEW_TOKENS, EngineChoice
from gar_studio.verification.benchmarks import DLC_IMAGES, dlc_bench, gar_bench, predictions_of
from gar_studio.verification.checkout import Checkout
from gar_studio.verification.compare import Outcome, PartReport, compare
from gar_studio.verification.items import Part, PartItems, read_as_released
from gar_studio.verification.readme import README_PREDICTIONS, readme_examples, sam_example

LEAKED_BOXES = "leaked-boxes"
"""The engine's variant in which every region replays the last mask's box, as the released script
for several regions does (gar.md, Faults of the released scripts)."""

_ITEMS = 20
_DLC_ADVICE = "Fetch the images of the dataset nvidia/DLC-Bench and give their folder with --dlc."
_README_PARTS = (Part.README, Part.README_SAM)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is verified, as it was said."""

    checkout: Checkout
    dlc_images: Checkout | None
    parts: tuple[Part, ...]
    predictions: str
    most: int
    describer: EngineChoice
    sam: EngineChoice | None
    max_new_tokens: int
    max_tiles: int | None


def verify(
    context: typer.Context,
    *,
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="GAR's weights: a folder or a hub id.")
    ],
    released: Annotated[
        Path,
        typer.Option("--released", metavar="DIR", help="A checkout of GAR's released repository."),
    ],
    items: Annotated[
        int,
        typer.Option("--items", min=0, help="Most items of each list, evenly spread; 0: all."),
    ] = _ITEMS,
    parts: Annotated[
        list[Part] | None,
        typer.Option("--part", help="Only this part; may be given several times."),
    ] = None,
    predictions: Annotated[
        str,
        typer.Option(
            "--predictions",
            metavar="NAME",
            help="Whose released answers: gar_1b or gar_8b. Without it, as MODEL's name says.",
        ),
    ] = "",
    dlc: Annotated[
        Path | None,
        typer.Option(
            "--dlc",
            metavar="DIR",
            help="The photos of DLC-Bench (the images of the dataset nvidia/DLC-Bench), where "
            "they are not in the checkout.",
        ),
    ] = None,
    leaked: Annotated[
        bool,
        typer.Option(
            "--leaked-boxes/--own-boxes",
            help="Let each of several regions replay the last one's box, as the released script "
            "did, or its own.",
        ),
    ] = True,
    sam: options.Sam = None,
    device: options.Device = "",
    dtype: options.Dtype = None,
    download: options.Download = False,
    max_tiles: options.MaxTiles = None,
    max_new_tokens: options.MaxNewTokens = None,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Ask MODEL what the released code was asked, and count the answers that are equal."""
    session = session_of(context)
    setting = session.settings()
    named = predictions or predictions_of(model)
    if not named:
        raise typer.BadParameter(
            f"“{model}” says neither GAR-1B nor GAR-8B: give --predictions gar_1b or gar_8b."
        )
    describer = options.choose(
        setting.describer, name=GAR, model=model, device=device, dtype=dtype, download=download
    )
    variant = LEAKED_BOXES if leaked else ""
    wish = _Wish(
        checkout=Checkout(released),
        dlc_images=None if dlc is None else Checkout(dlc, advice=_DLC_ADVICE),
        parts=tuple(parts or Part),
        predictions=named,
        most=items,
        describer=replace(describer, options=replace(describer.options, variant=variant)),
        sam=None
        if sam is None
        else segmenter_choice(
            setting.segmenter, engine="", sam=sam, device=device, download=download
        ),
        max_new_tokens=max_new_tokens or MAX_NEW_TOKENS,
        max_tiles=max_tiles,
    )
    raise typer.Exit(_Run(session.output, wish).verify())


class _Run:
    """One `verify`: read everything, ask everything, count."""

    def __init__(self, output: Output, wish: _Wish) -> None:
        self._output = output
        self._wish = wish
        self._counter = RequestCounter()
        self._token = CancelToken()

    def verify(self) -> int:
        """Return the exit status: 0 only where every chosen part ran and is equal."""
        self._wish.checkout.check()
        if self._wish.dlc_images is not None:
            self._wish.dlc_images.check()
        planned = [self._plan(part) for part in self._wish.parts]
        info: EngineInfo | None = None
        reports: Sequence[PartReport] = planned
        if any(report.planned for report in planned):
            with describer_for(self._wish.describer) as describer:
                info = describer.info
                self._output.notice(info)
                with cancelled_by_interrupt(self._token):
                    reports = [self._run(report, describer) for report in planned]
        return self._finish(reports, info)

    def _plan(self, part: Part) -> PartReport:
        """Read a part's files before anything is computed; the others can run without it."""
        ours = self._wish.predictions == README_PREDICTIONS
        decides = ours or part not in _README_PARTS
        try:
            return PartReport(part, self._items(part), decides=decides)
        except GarStudioError as error:
            why = f"{error.what} {error.advice}".rstrip()  # there is nothing to keep
            self._output.note(f"gar-studio: {part} is not run. {why}")
            return PartReport(part, None, not_run=why, decides=decides)

    def _items(self, part: Part) -> PartItems:
        checkout, name, most = self._wish.checkout, self._wish.predictions, self._wish.most
        match part:
            case Part.README:
                return readme_examples(checkout)
            case Part.README_SAM:
                return self._cut_out_example()
            case Part.DLC:
                return self._dlc()
            case _:
                return gar_bench(checkout, part, predictions=name, most=most)

    def _cut_out_example(self) -> PartItems:
        example = sam_example(self._wish.checkout)
        if self._wish.sam is None:
            raise GarStudioError(
                "The README's second example has no mask: SAM makes it.",
                advice="Give --sam with SAM's ViT-H checkpoint.",
            )
        image = read_as_released(example.item.image)
        with segmenter_for(self._wish.sam) as segmenter, cancelled_by_interrupt(self._token):
            result = cut_out(
                segmenter, image, example.prompts, cancel=self._token, counter=self._counter
            )
        return example.with_mask(best_mask(result))

    def _dlc(self) -> PartItems:
        wish = self._wish
        if wish.dlc_images is None and not (wish.checkout.folder / DLC_IMAGES).is_dir():
            raise GarStudioError(
                f"The photos of DLC-Bench are not in the repository, nor in “{DLC_IMAGES}”.",
                advice=_DLC_ADVICE,
            )
        return dlc_bench(
            wish.checkout, predictions=wish.predictions, most=wish.most, images=wish.dlc_images
        )

    def _run(self, report: PartReport, describer: Describer) -> PartReport:
        if report.planned is None or self._token.cancelled:
            return report
        items = report.planned.items

        def show(done: int) -> None:
            self._output.progress(Progress(str(report.part), done, len(items)))

        try:
            outcomes = tuple(
                compare(
                    describer,
                    items,
                    max_new_tokens=self._wish.max_new_tokens,
                    max_tiles=self._wish.max_tiles,
                    cancel=self._token,
                    counter=self._counter,
                    on_progress=show,
                )
            )
        finally:
            self._output.end_progress()
        return replace(report, outcomes=outcomes)

    def _finish(self, reports: Sequence[PartReport], info: EngineInfo | None) -> int:
        stopped = self._token.cancelled
        deciding = [report for report in reports if report.decides]
        passed = bool(deciding) and all(report.passed is True for report in deciding)
        self._show(reports)
        self._output.text(_verdict(deciding, passed=passed, stopped=stopped))
        leaked = self._wish.describer.options.variant == LEAKED_BOXES
        self._output.result(
            {
                "command": "verify",
                "released": str(self._wish.checkout.folder),
                "predictions": self._wish.predictions,
                "engine": None if info is None else info_json(info),
                "boxes": "leaked" if leaked else "own",
                "max_new_tokens": self._wish.max_new_tokens,
                "max_tiles": self._wish.max_tiles,
                "parts": [_part_json(report) for report in reports],
                "stopped": stopped,
                "passed": passed,
            }
        )
        if stopped:
            return STOPPED
        return 0 if passed else 1

    def _show(self, reports: Sequence[PartReport]) -> None:
        if self._output.json_wanted:
            return
        table = Table("part", "asked", "equal", "letter equal", "of several regions")
        for report in reports:
            letters = report.letter_equal
            several = report.several
            table.add_row(
                str(report.part),
                f"{len(report.outcomes)} of {_available(report)}",
                str(report.equal),
                "" if letters is None else str(letters),
                f"{sum(outcome.equal for outcome in several)} of {len(several)}" if several else "",
            )
        self._output.console().print(table)
        for line in (*_notes(reports), *_differences(reports)):
            self._output.text(f"{line}\n")


def _available(report: PartReport) -> int:
    return 0 if report.planned is None else report.planned.available


def _notes(reports: Sequence[PartReport]) -> Iterator[str]:
    for report in reports:
        planned = report.planned
        if planned is None:
            yield f"{report.part}: not run. {report.not_run}"
            continue
        if len(report.outcomes) < len(planned.items):
            yield f"{report.part}: stopped after {len(report.outcomes)} of {len(planned.items)}."
        if planned.left_out:
            yield f"{report.part}: {planned.left_out} have too many regions and are left out."
        if not report.decides:
            yield f"{report.part}: the README shows GAR-8B's answers, so these do not count."


def _differences(reports: Sequence[PartReport]) -> Iterator[str]:
    for report in reports:
        for outcome in report.differing:
            ours = outcome.problem or f"“{outcome.answer}”{' (cut off)' * outcome.cut_off}"
            if outcome.retried:
                ours += f" ({outcome.retried})"
            name = f"{report.part} {outcome.item.name}"
            yield f"{name}: released “{outcome.item.expected}”; here {ours}"


def _verdict(deciding: Sequence[PartReport], *, passed: bool, stopped: bool) -> str:
    equal = sum(report.equal for report in deciding)
    asked = sum(len(report.outcomes) for report in deciding)
    missing = [str(report.part) for report in deciding if report.planned is None]
    line = f"{equal} of {asked} answers equal the released ones, word for word."
    if missing:
        line += f" Not run: {', '.join(missing)}."
    if stopped:
        line += " Stopped before the end."
    return f"{line} {'Passed' if passed else 'Not passed'}.\n"


def _part_json(report: PartReport) -> dict[str, object]:
    planned = report.planned
    return {
        "part": report.part.value,
        "not_run": report.not_run or None,
        "decides": report.decides,
        "available": _available(report),
        "left_out": 0 if planned is None else planned.left_out,
        "planned": 0 if planned is None else len(planned.items),
        **_counts(report.outcomes),
        "letter_equal": report.letter_equal,
        "several_regions": _counts(report.several),
        "passed": report.passed,
        "differing": [_outcome_json(outcome) for outcome in report.differing],
    }


def _counts(outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {"items": len(outcomes), "equal": sum(outcome.equal for outcome in outcomes)}


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    return {
        "item": outcome.item.name,
        "regions": len(outcome.item.masks),
        "released": outcome.item.expected,
        "here": None if outcome.problem else outcome.answer,
        "cut_off": outcome.cut_off,
        "problem": outcome.problem or None,
        "retried": outcome.retried or None,
    }
