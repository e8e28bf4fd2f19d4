"""Loads a GAR checkpoint in the released layout: a folder with JSON and safetensors files.

Source of the layout: gar.md, Checkpoint layout.  Nothing in the folder is executed: weights come
from safetensors only, and names in the index may not lead out of the folder.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from gar_studio.errors import CheckpointError, EngineError
from gar_studio.language import mark, tr
from models.gar.config import read_config
from models.gar.model import GARModel, build_empty
from models.hub import Kind, listed, weight_files
from models.hub import find_folder as find_checkpoint

_NUMBERS = frozenset({"F16", "BF16", "F32", "F64"})


def find_folder(model: str, *, allow_download: bool) -> Path:
    """Return the folder of a GAR; see `models.hub.find_folder`."""
    from models.catalogue import is_complete  # noqa: PLC0415 - the catalogue reads checkpoints

    kind = Kind(noun=mark("a GAR"), example="HaochenWang/GAR-1B", is_complete=is_complete)
    return find_checkpoint(model, kind, allow_download=allow_download)


def load_model(folder: Path, *, device: torch.device, dtype: torch.dtype) -> GARModel:
    """Build the network that a folder describes and fill in its weights.

    Raises:
        CheckpointError: a file is missing, damaged or unsafe, or weights are missing, unknown
            or of another shape; the message names them.
        EngineError: the installed libraries cannot build the network, or the memory is full.
    """
    config = read_config(folder)
    files = weight_files(folder)
    model = build_empty(config)
    _check_layout(folder, files=files, wanted=_wanted(model))
    state: dict[str, Tensor] = {}
    try:
        for file in files:
            state |= _read_weights(file, device=device, dtype=dtype)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise EngineError(
            tr(
                "There is not enough memory on {device} for the weights in “{folder}”.",
                device=device,
                folder=folder,
            ),
            advice=tr("Close other programs, use a smaller model, or another device."),
        ) from error
    if _is_tied(model):
        state[_HEAD] = state[_EMBEDDING]
    model.load_state_dict(state, assign=True)
    model.to(device)  # the computed tables; the weights are there already
    return model.requires_grad_(requires_grad=False)


_EMBEDDING = "mllm.model.language_model.embed_tokens.weight"
_HEAD = "mllm.lm_head.weight"


def _is_tied(model: GARModel) -> bool:
    return bool(model.mllm.config.tie_word_embeddings)


def _wanted(model: GARModel) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight that the checkpoint has to hold, by its key."""
    shapes = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    if _is_tied(model):
        del shapes[_HEAD]
    return shapes


def _check_layout(
    folder: Path, *, files: list[Path], wanted: Mapping[str, tuple[int, ...]]
) -> None:
    """Compare keys, shapes and types with what the network wants, before any weight is read."""
    found: dict[str, tuple[int, ...]] = {}
    problems: list[str] = []
    for file in files:
        with _open(file) as weights:
            for key in weights.keys():  # noqa: SIM118 - safe_open is no mapping
                piece = weights.get_slice(key)
                if key in found:
                    problems.append(tr("in two files: {key}", key=key))
                if piece.get_dtype() not in _NUMBERS:
                    problems.append(tr("of type {dtype}: {key}", dtype=piece.get_dtype(), key=key))
                found[key] = tuple(piece.get_shape())
    missing = sorted(set(wanted) - set(found))
    unknown = sorted(set(found) - set(wanted))
    misshapen = [
        tr(
            "{key} is {found} instead of {wanted}",
            key=key,
            found=list(found[key]),
            wanted=list(wanted[key]),
        )
        for key in sorted(set(wanted) & set(found))
        if found[key] != wanted[key]
    ]
    problems += [tr("missing: {names}", names=listed(missing))] if missing else []
    problems += [tr("unknown: {names}", names=listed(unknown))] if unknown else []
    problems += [tr("of another shape: {names}", names=listed(misshapen))] if misshapen else []
    if problems:
        raise CheckpointError(
            tr(
                "The weights in “{folder}” do not fit their config.json; {problems}.",
                folder=folder,
                problems="; ".join(problems),
            ),
            advice=tr("Fetch the checkpoint again; config.json and weights must belong together."),
        )


def _read_weights(file: Path, *, device: torch.device, dtype: torch.dtype) -> dict[str, Tensor]:
    with _open(file) as weights:
        return {
            key: nn.Parameter(
                weights.get_tensor(key).to(device=device, dtype=dtype), requires_grad=False
            )
            for key in weights.keys()  # noqa: SIM118 - safe_open is no mapping
        }


def _open(file: Path) -> safe_open:
    try:
        return safe_open(str(file), framework="pt")
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            tr("“{file}” is damaged or cut off: {error}.", file=file, error=error),
            advice=tr("Fetch the file again from where it came."),
        ) from error
