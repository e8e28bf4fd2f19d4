"""What an export wrote, and what its format could not hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec

from gar_studio.files import atomic_write
from gar_studio.language import mark

_EXAMPLES = 20  # of each loss, so that a report of a million regions stays readable


class Loss(StrEnum):
    """Something that a format cannot hold, in words that finish “N …”."""

    HOLES = mark("holes bridged by a cut, because the format has outlines only")
    PARTS = mark("regions written as several outlines that nothing joins")
    SMALL_PARTS = mark("parts too small to have an outline")
    OVERLAPS = mark("regions partly hidden under others, because each pixel holds one region")
    GONE = mark("regions wholly hidden under others")
    CAPTIONS = mark("captions left out")
    RELATIONS = mark("relations left out")
    QUESTIONS = mark("questions and answers left out")
    DRAFTS = mark("answers left out that nobody accepted")
    UNCAPTIONED = mark("regions left out that have no caption")
    UNASKED = mark("images left out that have nothing to tell")
    MASKS = mark("masks written as boxes")
    CATEGORIES = mark("categories left out or flattened")
    REVIEWS = mark("reviews left out")
    PROVENANCE = mark("notes of where something came from left out")
    MENTIONS = mark("mentions of regions that are not in the export")
    CHOICE = mark("relations and answers left out with a region that was not chosen")
    LARGE = mark("requests with more regions than the format can number")
    PHOTOS = mark("photos left out that are not where the project has them")
    STATES = mark("notes and states of images left out")
    TOLD = mark("regions left out about which nothing is asked or told")
    SEVERAL = mark("relations with several objects, written one by one")
    RESERVED = mark("texts changed that hold a word with a meaning in the format")
    FORMULAS = mark(
        "cells with an apostrophe before them, so that no spreadsheet runs them as formulas"
    )
    RENAMED = mark("files renamed, because their names are taken or lead out of the folder")
    ANSWERS = mark("sentences of relations left out")


@dataclass(frozen=True, slots=True)
class Report:
    """What an export wrote.

    Attributes:
        path: the file or folder.
        format: the format's name.
        images: images written.
        regions: regions written.
        captions: captions written.
        relations: relations written.
        exchanges: questions written with their answers.
        losses: how often each thing was lost; only what happened at all.
        examples: some places of each loss, such as “photos/a.jpg #3”.
        files: how many files were written.
    """

    path: Path
    format: str
    images: int = 0
    regions: int = 0
    captions: int = 0
    relations: int = 0
    exchanges: int = 0
    losses: Mapping[Loss, int] = field(default_factory=dict)
    examples: Mapping[Loss, tuple[str, ...]] = field(default_factory=dict)
    files: int = 1

    @property
    def drafts(self) -> int:
        """Answers left out because nobody accepted them."""
        return self.losses.get(Loss.DRAFTS, 0)

    def sentences(self) -> tuple[str, ...]:
        """Say what was lost, a sentence for each kind."""
        return tuple(f"{count} {loss.value}." for loss, count in self.losses.items() if count)


class Tally:
    """Counts while an export writes."""

    def __init__(self) -> None:
        self.images = 0
        self.regions = 0
        self.captions = 0
        self.relations = 0
        self.exchanges = 0
        self.files = 0
        self._losses: dict[Loss, int] = {}
        self._examples: dict[Loss, list[str]] = {}

    def lose(self, loss: Loss, place: str = "", *, count: int = 1) -> None:
        """Count something that cannot be written; `place` says where it is."""
        if not count:
            return
        self._losses[loss] = self._losses.get(loss, 0) + count
        examples = self._examples.setdefault(loss, [])
        if place and len(examples) < _EXAMPLES:
            examples.append(place)

    def report(self, path: Path, format_name: str) -> Report:
        """Return what was counted."""
        return Report(
            path=path,
            format=format_name,
            images=self.images,
            regions=self.regions,
            captions=self.captions,
            relations=self.relations,
            exchanges=self.exchanges,
            losses=dict(self._losses),
            examples={loss: tuple(places) for loss, places in self._examples.items()},
            files=self.files,
        )


def report_path(exported: Path) -> Path:
    """Return where the report of an export is, or would be."""
    return exported.with_name(f"{exported.name}.report.json")


def write_report(report: Report) -> Path:
    """Write the report beside what was exported, as JSON; return its path.

    Raises:
        OSError: it cannot be written.
    """
    path = report_path(report.path)
    content = {
        "format": report.format,
        "images": report.images,
        "regions": report.regions,
        "captions": report.captions,
        "relations": report.relations,
        "questions": report.exchanges,
        "files": report.files,
        "lost": [
            {"what": loss.value, "count": count, "for_example": report.examples.get(loss, ())}
            for loss, count in report.losses.items()
        ],
    }
    with atomic_write(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    return path
