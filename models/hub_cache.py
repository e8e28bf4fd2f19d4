"""What of a hub id is in the hub's cache here.  Touches no network and imports no torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gar_studio.engines.catalogue import OnDisk

if TYPE_CHECKING:
    from huggingface_hub import CachedRepoInfo

Cached: TypeAlias = "Mapping[str, CachedRepoInfo]"

HUB = "huggingface.co"


@dataclass(frozen=True, slots=True)
class Present:
    """What is here of a model.

    Attributes:
        on_disk: how much of it.
        bytes: bytes of it, those of a download that was cut off among them.
        folder: where it is, if it is complete.
    """

    on_disk: OnDisk = OnDisk.ABSENT
    bytes: int = 0
    folder: Path | None = None


def cached() -> Cached:
    """Return the models in the hub's cache by their ids; the hub itself is not asked."""
    from huggingface_hub import constants, scan_cache_dir  # noqa: PLC0415 - slow to import
    from huggingface_hub.errors import CacheNotFound  # noqa: PLC0415

    try:
        found = scan_cache_dir(constants.HF_HUB_CACHE)
    except CacheNotFound:
        return {}
    return {repo.repo_id: repo for repo in found.repos if repo.repo_type == "model"}


def present(hub_id: str, cache: Cached, is_complete: Callable[[Path], bool]) -> Present:
    """Say how much of a hub id is here; the branch `main` counts as complete if it is whole."""
    repo = cache.get(hub_id)
    if repo is None:
        return Present()
    unfinished = repo.repo_path.glob("blobs/*.incomplete")
    here = repo.size_on_disk + sum(file.stat().st_size for file in unfinished)
    for revision in repo.revisions:
        if "main" in revision.refs and is_complete(revision.snapshot_path):
            return Present(OnDisk.COMPLETE, here, revision.snapshot_path)
    return Present(OnDisk.PARTIAL if here else OnDisk.ABSENT, here)
