"""Images' embeddings, kept in memory and on disk, so that no picture is encoded twice.

An embedding depends on the image's pixels and the network's weights alone; its key names both.
What is kept on disk outlives the program, and one bound holds for memory and one for the disk:
what was not used for the longest time goes first.
"""

import hashlib
import logging
import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from gar_studio.files import atomic_write

_LOG = logging.getLogger(__name__)

Embedding: TypeAlias = Mapping[str, Tensor]
"""A network's tensors for one image, by name."""

MEMORY_BYTES = 512 * 2**20
DISK_BYTES = 4 * 2**30

_SUFFIX = ".safetensors"


@dataclass(frozen=True, slots=True)
class EmbeddingKey:
    """What an embedding depends on.

    Attributes:
        image: `ImageData.key`, a digest of the pixels.
        revision: of the engine's weights.
    """

    image: str
    revision: str

    @property
    def file_name(self) -> str:
        """Name of its file: a digest, so that no key can lead out of the folder."""
        digest = hashlib.sha256(f"{self.revision}\n{self.image}".encode())
        return f"{digest.hexdigest()[:40]}{_SUFFIX}"


class EmbeddingStore:
    """Keeps embeddings.  Used by one thread at a time; several programs may share the folder."""

    def __init__(
        self,
        folder: Path | None,
        *,
        memory_bytes: int = MEMORY_BYTES,
        disk_bytes: int = DISK_BYTES,
    ) -> None:
        """Keep at most so many bytes.

        Args:
            folder: where to keep them across sessions, made when first needed; None keeps them
                in memory alone.
            memory_bytes: most bytes in memory; the last embedding is kept in any case.
            disk_bytes: most bytes on disk; 0 keeps nothing there.
        """
        self._folder = folder if disk_bytes > 0 else None
        self._memory_bytes = memory_bytes
        self._disk_bytes = disk_bytes
        self._kept: OrderedDict[EmbeddingKey, Embedding] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return sum(map(_size, self._kept.values()))

    def get(self, key: EmbeddingKey, device: torch.device) -> Embedding | None:
        """Return an embedding on a device if it is kept; a damaged file counts as none."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        read = self._read(key, device)
        if read is not None:
            self._remember(key, read)
        return read

    def put(self, key: EmbeddingKey, embedding: Embedding) -> None:
        """Keep an embedding; a full disk or a folder that cannot be written is only logged."""
        self._remember(key, embedding)
        if self._folder is None or _size(embedding) > self._disk_bytes:
            return
        plain = {name: tensor.detach().cpu().contiguous() for name, tensor in embedding.items()}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with atomic_write(self._folder / key.file_name) as file:
                file.write(save(plain))
            self._make_room(self._folder)
        except OSError as error:
            _LOG.warning("the embedding could not be kept on disk: %s", error)

    def forget(self) -> None:
        """Drop what is in memory; the files stay."""
        self._kept.clear()

    def _remember(self, key: EmbeddingKey, embedding: Embedding) -> None:
        self._kept[key] = embedding
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and self.nbytes > self._memory_bytes:
            self._kept.popitem(last=False)

    def _read(self, key: EmbeddingKey, device: torch.device) -> Embedding | None:
        if self._folder is None:
            return None
        path = self._folder / key.file_name
        try:
            with safe_open(path, framework="pt", device=str(device)) as file:
                read = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            os.utime(path)  # the oldest files go first, and this one was just used
        except FileNotFoundError:
            return None
        except (SafetensorError, OSError) as error:
            _LOG.warning("a kept embedding cannot be read and is made anew: %s", error)
            path.unlink(missing_ok=True)
            return None
        return read

    def _make_room(self, folder: Path) -> None:
        """Remove the files that were not used for the longest time."""
        files = []
        for path in folder.glob(f"*{_SUFFIX}"):
            try:
                found = path.stat()
            except FileNotFoundError:  # another program was faster
                continue
            files.append((found.st_mtime_ns, found.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files)[:-1]:
            if total <= self._disk_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size


def _size(embedding: Embedding) -> int:
    return sum(tensor.nbytes for tensor in embedding.values())
