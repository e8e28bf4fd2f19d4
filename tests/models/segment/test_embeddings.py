"""Embeddings that are kept: the right ones, within their bounds, and never a damaged one."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.segment.embeddings import EmbeddingKey, EmbeddingStore

CPU = torch.device("cpu")
KEY = EmbeddingKey(image="sha256:1", revision="SAM vit_b 01ec64")


def embedding(value: float, *, numbers: int = 256) -> dict[str, torch.Tensor]:
    return {"features": torch.full((numbers,), value), "levels.0": torch.ones(2, 3) * value}


def key(number: int) -> EmbeddingKey:
    return EmbeddingKey(image=f"picture {number}", revision="r")


def value_of(store: EmbeddingStore, wanted: EmbeddingKey) -> float | None:
    found = store.get(wanted, CPU)
    return None if found is None else float(found["features"][0])


def test_what_is_kept_comes_back_in_the_next_session(tmp_path: Path) -> None:
    EmbeddingStore(tmp_path / "new").put(KEY, embedding(3))
    store = EmbeddingStore(tmp_path / "new")
    found = store.get(KEY, CPU)
    assert found is not None
    assert all(torch.equal(found[name], tensor) for name, tensor in embedding(3).items())


@pytest.mark.parametrize(
    "other",
    [
        EmbeddingKey(image="sha256:2", revision=KEY.revision),
        EmbeddingKey(image=KEY.image, revision="SAM vit_h 4b8939"),
    ],
)
def test_another_image_or_network_has_another_embedding(
    other: EmbeddingKey, tmp_path: Path
) -> None:
    store = EmbeddingStore(tmp_path)
    store.put(KEY, embedding(3))
    assert store.get(other, CPU) is None


def test_another_process_finds_it(tmp_path: Path) -> None:
    program = (
        "import sys, torch; from pathlib import Path;"
        "from models.segment.embeddings import EmbeddingKey, EmbeddingStore;"
        "EmbeddingStore(Path(sys.argv[1])).put("
        "EmbeddingKey('picture 1', 'r'), {'features': torch.full((4,), 7.0)})"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", program, tmp_path], cwd=root, check=True)
    assert value_of(EmbeddingStore(tmp_path), key(1)) == 7


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(0, 4))
def test_memory_holds_the_last_used_ones_and_no_more(used: list[int], room: int) -> None:
    one = sum(tensor.nbytes for tensor in embedding(0).values())
    store = EmbeddingStore(None, memory_bytes=room * one)
    order: list[int] = []
    for number in used:
        if store.get(key(number), CPU) is None:
            store.put(key(number), embedding(number))
        order = [n for n in order if n != number] + [number]
        kept = order[-max(room, 1) :]
        order = kept
        assert store.nbytes == len(kept) * one
        for n in kept:
            assert value_of(store, key(n)) == n


def test_the_disk_holds_the_last_used_ones_and_no_more(tmp_path: Path) -> None:
    EmbeddingStore(tmp_path).put(key(0), embedding(0))
    size = next(tmp_path.iterdir()).stat().st_size
    store = EmbeddingStore(tmp_path, disk_bytes=3 * size)
    for number in (1, 2):
        store.put(key(number), embedding(number))
    for age, number in enumerate((2, 1, 0)):
        os.utime(tmp_path / key(number).file_name, (1000 - age, 1000 - age))
    assert value_of(EmbeddingStore(tmp_path), key(0)) == 0, "it is the youngest now"
    store.put(key(3), embedding(3))
    left = EmbeddingStore(tmp_path)
    assert [value_of(left, key(n)) for n in range(4)] == [0, None, 2, 3]


def test_a_damaged_file_is_made_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    EmbeddingStore(tmp_path).put(KEY, embedding(3))
    path = tmp_path / KEY.file_name
    path.write_bytes(path.read_bytes()[:40])
    store = EmbeddingStore(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert store.get(KEY, CPU) is None
    assert "made anew" in caplog.text
    store.put(KEY, embedding(4))
    assert value_of(EmbeddingStore(tmp_path), KEY) == 4


def test_a_folder_that_cannot_be_made_is_only_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    store = EmbeddingStore(tmp_path / "file" / "embeddings")
    with caplog.at_level(logging.WARNING):
        store.put(KEY, embedding(3))
    assert "could not be kept on disk" in caplog.text
    assert value_of(store, KEY) == 3, "memory has it"


def test_a_name_cannot_lead_out_of_the_folder() -> None:
    name = EmbeddingKey(image="../../etc/passwd", revision="/").file_name
    assert Path(name).name == name
