"""The shelf has every model and every engine, and what is broken hides nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from gar_studio.engines import catalogue, shelf
from gar_studio.engines.catalogue import ModelEntry, OnDisk, OwnModel, ProgressCallback
from gar_studio.engines.construction import EngineKind
from gar_studio.engines.protocol import CancelToken

ENTRY = ModelEntry(
    name="GAR-x",
    model="someone/GAR-x",
    engine="gar",
    licence="research only",
    size=3,
    size_is_exact=True,
    memory=(),
    on_disk=OnDisk.COMPLETE,
)


class Small:
    """A catalogue with one model, which takes only what begins with “/gar”."""

    def entries(self, own: Sequence[str] = ()) -> tuple[ModelEntry, ...]:
        mine = (one for one in own if one.startswith("/gar"))
        return (
            ENTRY,
            *(ModelEntry(one, one, "gar", "", 1, True, (), OnDisk.ABSENT) for one in mine),
        )

    def download(self, model: str, *, progress: ProgressCallback, cancel: CancelToken) -> Path:
        raise NotImplementedError


@dataclass
class Point:
    loaded: object

    def load(self) -> object:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


@pytest.fixture(autouse=True)
def catalogues(monkeypatch: pytest.MonkeyPatch) -> dict[str, Point]:
    points = {"gar": Point(Small())}
    monkeypatch.setattr(catalogue, "available", lambda: points)
    return points


def names(own: Sequence[OwnModel] = ()) -> list[str]:
    return [offer.entry.name for offer in shelf.shelf(own).offers]


def test_engines_without_a_catalogue_are_there_too() -> None:
    found = shelf.shelf()
    keys = [offer.key for offer in found.offers]
    assert ("gar", "someone/GAR-x") in keys
    assert ("grabcut", "") in keys
    assert ("gar-random", "") in keys
    assert len(set(keys)) == len(keys)
    assert {engine.name for engine in found.engines} >= {"sam", "sam-hub", "gar"}


def test_masks_come_first() -> None:
    kinds = [offer.kind for offer in shelf.shelf().offers]
    assert kinds == sorted(kinds, key=lambda kind: kind is EngineKind.DESCRIBE)


def test_models_of_one_s_own_are_marked_and_never_twice() -> None:
    mine, known = OwnModel("gar", "/gar/mine"), OwnModel("gar", "someone/GAR-x")
    own = [offer for offer in shelf.shelf([mine, known, mine]).offers if offer.own]
    assert [offer.key for offer in own] == [("gar", "/gar/mine")]


def test_what_no_catalogue_knows_is_listed_all_the_same(tmp_path: Path) -> None:
    (there,) = (o for o in shelf.shelf([OwnModel("sam", str(tmp_path))]).offers if o.own)
    assert there.usable
    (gone,) = (o for o in shelf.shelf([OwnModel("sam", "/no/where.pth")]).offers if o.own)
    assert not gone.usable
    assert names([OwnModel("not-installed", "/x")]) == names()


def test_a_broken_catalogue_is_told_and_hides_no_other(catalogues: dict[str, Point]) -> None:
    catalogues["another"] = Point(ImportError("it is not installed"))
    found = shelf.shelf()
    assert "GAR-x" in [offer.entry.name for offer in found.offers]
    assert "another" in found.problems[0].what


def test_what_a_path_is_for() -> None:
    found = catalogue.recognise("/gar/mine")
    assert found is not None
    assert found.engine == "gar"
    assert catalogue.recognise("/other") is None
