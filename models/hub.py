"""Checkpoint folders that are given by path or hub id, and what tells one from another."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gar_studio.errors import CheckpointError
from gar_studio.language import tr
from models.gar.config import CONFIG_FILE, read_json

PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})
"""Endings of weights that could run code when they are loaded."""

SINGLE_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"

_SHARD = re.compile(r"[\w-][\w.-]*\.safetensors")
_NAMED = 5
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SAMPLES = 256
_SAMPLE_BYTES = 4096


class _Index(msgspec.Struct):
    weight_map: dict[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is looked for.

    Attributes:
        noun: what it is called, with its article, such as "a GAR".
        example: one of its hub ids.
        is_complete: whether a folder holds all of one.
    """

    noun: str
    example: str
    is_complete: Callable[[Path], bool]


def find_folder(model: str, kind: Kind, *, allow_download: bool) -> Path:
    """Return the folder of a checkpoint.

    Args:
        model: a folder, or a hub id.
        kind: what it has to be.
        allow_download: whether the hub may be reached; otherwise its local cache has to do.

    Raises:
        CheckpointError: there is no such folder, or the hub or its cache does not have it.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.is_file():
        raise (
            pickle_error(path)
            if path.suffix.lower() in PICKLES
            else CheckpointError(
                tr("“{model}” is a file; {noun} is a folder.", model=model, noun=tr(kind.noun)),
                advice=tr("Choose the folder that holds config.json and the *.safetensors files."),
            )
        )
    if not _HUB_ID.fullmatch(model):
        raise CheckpointError(
            tr("There is no folder “{model}”.", model=model),
            advice=tr("Check the path, or give a hub id such as {example}.", example=kind.example),
        )
    return _fetch(model, kind, allow_download=allow_download)


def is_hub_id(model: str) -> bool:
    """Whether this has the form of a hub id, and is no path of this computer."""
    return _HUB_ID.fullmatch(model) is not None and not Path(model).exists()


def revision(folder: Path) -> str:
    """Return what tells this checkpoint from another one: 12 hexadecimal digits.

    A snapshot of the hub is named by its commit.  Another folder gets a digest of its config,
    the size and headers of its weight files, and samples from all over them: reading all of
    16 GB would take longer than loading them.
    """
    if folder.parent.name == "snapshots" and _COMMIT.fullmatch(folder.name):
        return folder.name[:12]
    digest = hashlib.sha256((folder / CONFIG_FILE).read_bytes())
    for file in weight_files(folder):
        size = file.stat().st_size
        digest.update(f"{file.name}:{size};".encode())
        with file.open("rb") as stream:
            for sample in range(_SAMPLES):
                stream.seek(max(0, size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
                digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:12]


def weight_files(folder: Path) -> list[Path]:
    """Return the weight files that a checkpoint's index names, or its only one.

    Raises:
        CheckpointError: there is none, one is missing, or a name leads out of the folder.
    """
    single, index = folder / SINGLE_FILE, folder / INDEX_FILE
    if index.is_file():
        names = sorted(set(read_json(index, _Index).weight_map.values()))
        for name in names:
            if not _SHARD.fullmatch(name):
                raise CheckpointError(
                    tr(
                        "“{index}” names “{name}”, which is no safetensors file of its folder.",
                        index=index,
                        name=name,
                    ),
                    advice=tr(
                        "Only *.safetensors beside the index are read; do not trust this model."
                    ),
                )
    elif single.is_file():
        names = [SINGLE_FILE]
    else:
        raise _no_weights(folder)
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(
            tr(
                "The model folder “{folder}” lacks {missing}.",
                folder=folder,
                missing=listed(missing),
            ),
            advice=tr("Fetch the missing files from where the model came."),
        )
    return [folder / name for name in names]


def pickle_error(file: Path) -> CheckpointError:
    """Say why a pickle is refused."""
    return CheckpointError(
        tr(
            "“{name}” is a pickle, which can run a stranger's code; it was not opened.",
            name=file.name,
        ),
        advice=tr("Use a checkpoint with *.safetensors files."),
    )


def listed(names: Sequence[str]) -> str:
    """Name up to five things, and how many more there are."""
    shown = ", ".join(names[:_NAMED])
    return (
        shown
        if len(names) <= _NAMED
        else tr("{shown} and {count} more", shown=shown, count=len(names) - _NAMED)
    )


def _no_weights(folder: Path) -> CheckpointError:
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        if file.suffix.lower() in PICKLES:
            return pickle_error(file)
    return CheckpointError(
        tr(
            "The model folder “{folder}” has no {single_file}.",
            folder=folder,
            single_file=SINGLE_FILE,
        ),
        advice=tr("Choose the folder that holds config.json and the *.safetensors files."),
    )


def _fetch(repository: str, kind: Kind, *, allow_download: bool) -> Path:
    """Return a checkpoint's folder in the hub's cache; fetch it only if it is not there whole."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - only hub ids need it
    from huggingface_hub.errors import (  # noqa: PLC0415
        HFValidationError,
        LocalEntryNotFoundError,
    )

    from models.download import PATTERNS, download  # noqa: PLC0415

    try:
        cached = Path(
            snapshot_download(repository, allow_patterns=list(PATTERNS), local_files_only=True)
        )
        here = tr("“{repository}” is only in part on this computer.", repository=repository)
    except HFValidationError as error:
        raise CheckpointError(
            tr("“{repository}” is neither a folder nor a hub id.", repository=repository)
        ) from error
    except LocalEntryNotFoundError:
        cached = None
        here = tr("“{repository}” is not on this computer.", repository=repository)
    if cached is not None and kind.is_complete(cached):
        return cached
    if not allow_download:
        raise CheckpointError(here, advice=tr("Allow the download, or give a local folder."))
    return download(repository)
