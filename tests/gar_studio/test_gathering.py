"""Many image files are read a few at a time, and none is lost or read for nothing."""

from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled
from gar_studio.gathering import Batch, gather, is_large


def photos(folder: Path, number: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(np.zeros((2, 3, 3), np.uint8))
    paths = [folder / f"{index:04}.png" for index in range(number)]
    for path in paths:
        picture.save(path)
    return paths


def read(folder: Path, known: frozenset[str] = frozenset()) -> list[Batch]:
    steps = count()
    return list(
        gather(
            folder,
            project_folder=folder,
            known=known,
            cancel=CancelToken(),
            clock=lambda: next(steps) / 10,
        )
    )


def test_all_are_read_once_in_order_and_the_first_comes_alone(tmp_path: Path) -> None:
    paths = photos(tmp_path, 40)
    batches = read(tmp_path)
    assert len(batches[0].found) == 1
    assert len(batches) > 3
    assert [name for batch in batches for name, _ in batch.found] == [p.name for p in paths]
    assert (batches[-1].done, batches[-1].total) == (40, 40)


def test_what_the_project_has_is_not_read_again(tmp_path: Path) -> None:
    paths = photos(tmp_path, 3)
    paths[0].write_bytes(b"not even an image now")
    (batch,) = read(tmp_path, frozenset({"0000.png", "0001.png"}))
    assert [name for name, _ in batch.found] == ["0002.png"]
    assert batch.problems == ()


def test_broken_files_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    photos(tmp_path, 3)[1].write_bytes(b"")
    batches = read(tmp_path)
    assert sum(len(batch.found) for batch in batches) == 2
    assert "0001.png" in str(next(p for batch in batches for p in batch.problems))


def test_an_empty_folder_gives_one_empty_batch(tmp_path: Path) -> None:
    assert read(tmp_path) == [Batch((), (), 0, 0)]


def test_it_can_be_stopped(tmp_path: Path) -> None:
    photos(tmp_path, 5)
    cancel = CancelToken()
    batches = gather(tmp_path, project_folder=tmp_path, known=frozenset(), cancel=cancel)
    assert next(batches).done == 1
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(batches)


def test_a_folder_is_large_by_its_images_or_by_the_time_that_looking_takes(tmp_path: Path) -> None:
    photos(tmp_path / "few", 64)
    photos(tmp_path / "many", 65)
    still = iter([0.0] * 200)
    assert not is_large(tmp_path / "few", clock=lambda: next(still))
    assert is_large(tmp_path / "many", clock=lambda: next(still))
    slow = count()
    assert is_large(tmp_path / "few", clock=lambda: float(next(slow)))
