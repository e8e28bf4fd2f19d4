"""SAM's checkpoints: released layouts are recognised, bad files refused, no code is run."""

import hashlib
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from gar_studio.errors import CheckpointError
from models.segment import sam_checkpoint
from models.segment.sam_checkpoint import SamSizes, build_network, file_digest, load_sam
from tests.models.segment.helpers import SMALL

Weights = dict[str, Any]


def saved(path: Path, weights: object) -> Path:
    torch.save(weights, path)
    return path


def weights_of(path: Path) -> Weights:
    loaded: Weights = torch.load(path, weights_only=True)
    return loaded


@pytest.mark.parametrize("variant", ["vit_b", "vit_l", "vit_h"])
def test_the_sizes_of_released_variants_are_read_from_their_weights(variant: str) -> None:
    from segment_anything import sam_model_registry

    with torch.device("meta"):
        released = sam_model_registry[variant]()
    sizes = SamSizes.of(released.state_dict())
    with torch.device("meta"):
        ours = build_network(sizes)

    assert sizes.variant == variant
    assert (sizes.image_size, sizes.window) == (1024, 14)
    assert repr(ours) == repr(released)
    assert {n: t.shape for n, t in ours.state_dict().items()} == {
        n: t.shape for n, t in released.state_dict().items()
    }
    for mine, theirs in zip(ours.image_encoder.blocks, released.image_encoder.blocks, strict=True):
        assert mine.window_size == theirs.window_size
        assert mine.attn.num_heads == theirs.attn.num_heads


def test_a_small_network_comes_back_with_its_sizes_and_weights(small_sam: Path) -> None:
    sam, sizes = load_sam(small_sam)

    assert sizes == SMALL
    assert sizes.variant == "custom"
    assert not sam.training
    stored = weights_of(small_sam)
    assert all(torch.equal(tensor, stored[name]) for name, tensor in sam.state_dict().items())
    assert sam.pixel_mean.flatten().tolist() == pytest.approx([123.675, 116.28, 103.53])
    assert sam.pixel_std.flatten().tolist() == pytest.approx([58.395, 57.12, 57.375])


def test_half_precision_weights_are_widened(small_sam: Path, tmp_path: Path) -> None:
    halves = {name: tensor.half() for name, tensor in weights_of(small_sam).items()}
    sam, _ = load_sam(saved(tmp_path / "half.pth", halves))
    assert {tensor.dtype for tensor in sam.state_dict().values()} == {torch.float32}


def test_the_digest_is_sha_256(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert file_digest(tmp_path / "abc") == "ba7816bf8f01"  # FIPS 180-2, appendix B.1


def test_the_digest_follows_a_file_that_changes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abcd")
    before = file_digest(path)
    path.write_bytes(b"abc")
    assert before != file_digest(path) == "ba7816bf8f01"


def test_the_released_files_are_known_by_their_whole_digests() -> None:
    assert set(sam_checkpoint.RELEASED) == {
        "sam_vit_b_01ec64.pth",
        "sam_vit_l_0b3195.pth",
        "sam_vit_h_4b8939.pth",
    }
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in sam_checkpoint.RELEASED.values())


@pytest.mark.parametrize("name", list(sam_checkpoint.RELEASED))
def test_another_file_under_a_released_name_is_refused_unread(
    name: str, small_sam: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(small_sam.read_bytes())
    digest = file_digest(path)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(torch, "load", fail)
    with pytest.raises(CheckpointError) as caught:
        load_sam(path)

    text = str(caught.value)
    for part in (name, "Meta released", digest, sam_checkpoint.RELEASED[name][:12], "rename"):
        assert part in text


def test_a_released_file_is_loaded(
    small_sam: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sam_vit_b_01ec64.pth"
    path.write_bytes(small_sam.read_bytes())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(sam_checkpoint, "RELEASED", {path.name: digest})
    assert load_sam(path)[1] == SMALL


def test_a_file_of_another_name_may_hold_anything(small_sam: Path, tmp_path: Path) -> None:
    path = tmp_path / "sam_vit_b_01ec64_finetuned.pth"
    path.write_bytes(small_sam.read_bytes())
    assert load_sam(path)[1] == SMALL


class Bomb:
    """Pickled, it writes a file when it is loaded."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path.write_text, (self.target, "code was run"))


@pytest.mark.parametrize("wrap", ["torch", "pickle", "among weights"])
def test_code_in_a_file_is_refused_and_never_run(
    wrap: str, tmp_path: Path, small_sam: Path
) -> None:
    trace, path = tmp_path / "trace", tmp_path / "bomb.pth"
    bomb = Bomb(trace)
    if wrap == "pickle":
        path.write_bytes(pickle.dumps(bomb))
    else:
        saved(path, bomb if wrap == "torch" else {**weights_of(small_sam), "extra": bomb})

    reason = "cut off or of another kind" if wrap == "pickle" else "could run code"
    with pytest.raises(CheckpointError, match=f"{reason}.*no code was run"):
        load_sam(path)
    assert not trace.exists()

    if wrap == "pickle":  # the bomb is real: an unsafe reader sets it off
        pickle.loads(path.read_bytes())
        assert trace.exists()


def cut(path: Path, share: float, target: Path) -> Path:
    data = path.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.999])
def test_truncated_files_are_refused(share: float, small_sam: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"cut\.pth.* cut off or of another kind"):
        load_sam(cut(small_sam, share, tmp_path / "cut.pth"))


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"\x89PNG\r\n\x1a\n" + bytes(50), b"\x80\x02.", b"{}", bytes(1000)],
    ids=["empty", "text", "image", "pickle of nothing", "json", "zeros"],
)
def test_files_of_another_kind_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.pth"
    path.write_bytes(data)
    with pytest.raises(CheckpointError, match=r"other\.pth"):
        load_sam(path)


def test_a_zip_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(CheckpointError, match=r"other\.pth"):
        load_sam(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="does not exist"):
        load_sam(tmp_path / "none.pth")
    with pytest.raises(CheckpointError, match="is a folder"):
        load_sam(tmp_path)


def without(weights: Weights, part: str) -> Weights:
    return {name: tensor for name, tensor in weights.items() if part not in name}


def reshaped(weights: Weights, name: str) -> Weights:
    return {**weights, name: torch.zeros(7, 7)}


def stretched(weights: Weights) -> Weights:
    # One number that claims to be a million of them.
    wide = torch.zeros(1).expand(1_000_000)
    return {**weights, "image_encoder.neck.0.weight": wide}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda w: without(w, "neck.1.bias"), r"1 missing \(image_encoder.neck.1.bias\)"),
        (lambda w: without(w, "image_encoder"), "patch_embed.*missing"),
        (lambda w: without(w, "blocks.1."), "do not fit together"),
        (lambda w: {**w, "surplus": torch.zeros(3)}, r"1 unknown \(surplus\)"),
        (lambda w: reshaped(w, "image_encoder.neck.1.bias"), r"shape \(7, 7\) and not \(32,\)"),
        (lambda w: reshaped(w, "image_encoder.patch_embed.proj.weight"), "do not fit together"),
        (lambda w: {**w, "mask_decoder.iou_token.weight": 3}, "is not a weight"),
        (lambda w: {**w, 5: torch.zeros(3)}, "is not a weight"),
        (lambda w: {n: t.long() for n, t in w.items()}, "plain numbers"),
        (stretched, "larger than its data"),
        (lambda w: {"model": w}, "is not a weight"),
        (lambda _: {}, "no table of weights"),
        (lambda w: list(w.values()), "no table of weights"),
        (lambda _: torch.zeros(3), "no table of weights"),
    ],
)
def test_weights_that_are_not_sams_are_refused(
    change: Callable[[Weights], object], reason: str, small_sam: Path, tmp_path: Path
) -> None:
    path = saved(tmp_path / "changed.pth", change(weights_of(small_sam)))
    with pytest.raises(CheckpointError, match=reason):
        load_sam(path)


def test_the_variant_that_was_asked_for_has_to_be_in_the_file(small_sam: Path) -> None:
    with pytest.raises(CheckpointError, match="not vit_h"):
        load_sam(small_sam, variant="vit_h")
    with pytest.raises(CheckpointError, match="vit_x"):
        load_sam(small_sam, variant="vit_x")


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_file_is_loaded_or_refused_but_never_crashes(
    changes: list[tuple[float, int]], small_sam: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(small_sam) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in parts if name.endswith("data.pkl"))
    table = bytearray(parts[name])
    for where, value in changes:
        table[int(where * (len(table) - 1))] = value
    path = tmp_path / "damaged.pth"
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, bytes(table) if part == name else data)
    try:
        sam, _ = load_sam(path)
    except CheckpointError:
        return
    assert all(isinstance(tensor, Tensor) for tensor in sam.state_dict().values())
