"""Loads a GAR checkpoint in the released layout: a folder with JSON and safetensors files.

Source of the layout: gar.md, Checkpoint layout.  Nothing in the folder is executed: weights come
from safetensors only, and names in the index may not lead out of the folder.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from gar_studio.errors import CheckpointError, EngineError
from models.gar.config import read_config, read_json
from models.gar.model import GARModel, build_empty

SINGLE_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})
_SHARD = re.compile(r"[\w-][\w.-]*\.safetensors")
_NUMBERS = frozenset({"F16", "BF16", "F32", "F64"})
_NAMED = 5
_SAMPLES = 256
_SAMPLE_BYTES = 4096


class _Index(msgspec.Struct):
    weight_map: dict[str, str]


def find_folder(model: str, *, allow_download: bool) -> Path:
    """Return the folder of a checkpoint that is given by path or hub id.

    Args:
        model: a folder, or a hub id such as "HaochenWang/GAR-1B".
        allow_download: whether the hub may be reached; otherwise its local cache has to do.

    Raises:
        CheckpointError: there is no such folder, or the hub or its cache does not have it.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.is_file():
        raise (
            _pickle_error(path)
            if path.suffix.lower() in _PICKLES
            else CheckpointError(
                f"“{model}” is a file; a GAR is a folder.",
                advice="Choose the folder that holds config.json and the *.safetensors files.",
            )
        )
    if not _HUB_ID.fullmatch(model):
        raise CheckpointError(
            f"There is no folder “{model}”.",
            advice="Check the path, or give a hub id such as HaochenWang/GAR-1B.",
        )
    return _fetch(model, allow_download=allow_download)


def load_model(folder: Path, *, device: torch.device, dtype: torch.dtype) -> GARModel:
    """Build the network that a folder describes and fill in its weights.

    Raises:
        CheckpointError: a file is missing, damaged or unsafe, or weights are missing, unknown
            or of another shape; the message names them.
        EngineError: the installed libraries cannot build the network, or the memory is full.
    """
    config = read_config(folder)
    files = _weight_files(folder)
    model = build_empty(config)
    _check_layout(folder, files=files, wanted=_wanted(model))
    state: dict[str, Tensor] = {}
    try:
        for file in files:
            state |= _read_weights(file, device=device, dtype=dtype)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise EngineError(
            f"There is not enough memory on {device} for the weights in “{folder}”.",
            advice="Close other programs, use a smaller model, or another device.",
        ) from error
    if _is_tied(model):
        state[_HEAD] = state[_EMBEDDING]
    model.load_state_dict(state, assign=True)
    model.to(device)  # the computed tables; the weights are there already
    return model.requires_grad_(requires_grad=False)


def revision(folder: Path) -> str:
    """Return what tells this checkpoint from another one: 12 hexadecimal digits.

    A snapshot of the hub is named by its commit.  Another folder gets a digest of its config,
    the size and headers of its weight files, and samples from all over them: reading all of
    16 GB would take longer than loading them.
    """
    if folder.parent.name == "snapshots" and re.fullmatch(r"[0-9a-f]{40}", folder.name):
        return folder.name[:12]
    digest = hashlib.sha256((folder / "config.json").read_bytes())
    for file in _weight_files(folder):
        size = file.stat().st_size
        digest.update(f"{file.name}:{size};".encode())
        with file.open("rb") as stream:
            for sample in range(_SAMPLES):
                stream.seek(max(0, size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
                digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:12]


_EMBEDDING = "mllm.model.language_model.embed_tokens.weight"
_HEAD = "mllm.lm_head.weight"


def _fetch(repository: str, *, allow_download: bool) -> Path:
    """Return a checkpoint's folder in the hub's cache; fetch it only if it is not there whole."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - only hub ids need it
    from huggingface_hub.errors import (  # noqa: PLC0415
        HFValidationError,
        LocalEntryNotFoundError,
    )

    from models.catalogue import is_complete  # noqa: PLC0415
    from models.download import PATTERNS, download  # noqa: PLC0415

    try:
        cached = Path(
            snapshot_download(repository, allow_patterns=list(PATTERNS), local_files_only=True)
        )
        here = "is only in part on this computer"
    except HFValidationError as error:
        raise CheckpointError(f"“{repository}” is neither a folder nor a hub id.") from error
    except LocalEntryNotFoundError:
        cached = None
        here = "is not on this computer"
    if cached is not None and is_complete(cached):
        return cached
    if not allow_download:
        raise CheckpointError(
            f"“{repository}” {here}.", advice="Allow the download, or give a local folder."
        )
    return download(repository)


def _weight_files(folder: Path) -> list[Path]:
    single, index = folder / SINGLE_FILE, folder / INDEX_FILE
    if index.is_file():
        names = sorted(set(read_json(index, _Index).weight_map.values()))
        for name in names:
            if not _SHARD.fullmatch(name):
                raise CheckpointError(
                    f"“{index}” names “{name}”, which is no safetensors file of its folder.",
                    advice="Only *.safetensors beside the index are read; do not trust this model.",
                )
    elif single.is_file():
        names = [SINGLE_FILE]
    else:
        raise _no_weights(folder)
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(
            f"The model folder “{folder}” lacks {_list(missing)}.",
            advice="Fetch the missing files from where the model came.",
        )
    return [folder / name for name in names]


def _no_weights(folder: Path) -> CheckpointError:
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in _PICKLES:
            return _pickle_error(file)
    return CheckpointError(
        f"The model folder “{folder}” has no {SINGLE_FILE}.",
        advice="Choose the folder that holds config.json and the *.safetensors files.",
    )


def _pickle_error(file: Path) -> CheckpointError:
    return CheckpointError(
        f"“{file.name}” is a pickle, which can run a stranger's code; it was not opened.",
        advice="Use a checkpoint with *.safetensors files.",
    )


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
                    problems.append(f"in two files: {key}")
                if piece.get_dtype() not in _NUMBERS:
                    problems.append(f"of type {piece.get_dtype()}: {key}")
                found[key] = tuple(piece.get_shape())
    missing = sorted(set(wanted) - set(found))
    unknown = sorted(set(found) - set(wanted))
    misshapen = [
        f"{key} is {list(found[key])} instead of {list(wanted[key])}"
        for key in sorted(set(wanted) & set(found))
        if found[key] != wanted[key]
    ]
    problems += [f"missing: {_list(missing)}"] if missing else []
    problems += [f"unknown: {_list(unknown)}"] if unknown else []
    problems += [f"of another shape: {_list(misshapen)}"] if misshapen else []
    if problems:
        raise CheckpointError(
            f"The weights in “{folder}” do not fit their config.json; {'; '.join(problems)}.",
            advice="Fetch the checkpoint again; config.json and weights must belong together.",
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
            f"“{file}” is damaged or cut off: {error}.",
            advice="Fetch the file again from where it came.",
        ) from error


def _list(names: list[str]) -> str:
    """Name up to five things, and how many more there are."""
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
