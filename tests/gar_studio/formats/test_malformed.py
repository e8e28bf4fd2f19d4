"""Whatever is wrong with a file: it is read, or refused with an error of ours."""

import random
from pathlib import Path

import pytest

from benchmarks.formats_fuzz import Outcome, fuzz
from benchmarks.formats_seeds import SEEDS, write_photo
from gar_studio.formats.catalogue import FORMATS


@pytest.mark.parametrize("kind", SEEDS)
def test_the_files_before_they_are_changed_are_sound(kind: str, tmp_path: Path) -> None:
    name, make, opened = SEEDS[kind]
    for file, data in make().items():
        (tmp_path / "labels" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "labels" / file).write_bytes(data)
    write_photo(tmp_path / "photos")
    opener = FORMATS[name].open
    assert opener is not None
    incoming = opener(tmp_path / "labels" / opened, tmp_path / "photos")
    images = list(incoming.images())
    assert any(image.regions for image in images)
    assert any(image.path for image in images)


@pytest.mark.parametrize("kind", SEEDS)
def test_malformed_files_raise_errors_of_ours_only(kind: str) -> None:
    outcome = Outcome()
    fuzz(kind, 150, seed=1, outcome=outcome)
    assert outcome.untyped == []
    assert 0 < outcome.refused < outcome.count


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", SEEDS)
def test_many_malformed_files(kind: str) -> None:
    outcome = Outcome()
    fuzz(kind, 20_000, seed=random.randrange(1_000_000), outcome=outcome)
    assert outcome.untyped == []


def test_every_format_that_comes_in_is_tried() -> None:
    tried = {name for name, _, _ in SEEDS.values()}
    assert tried == {form.name for form in FORMATS.values() if form.open}
