"""Fetches one published file over HTTP into a folder of the studio's cache."""

from pathlib import Path

from huggingface_hub import is_offline_mode

from gar_studio.engines.catalogue import DownloadProgress, ProgressCallback
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import CheckpointError
from gar_studio.language import tr
from models.transfer import HTTP_ERROR, INCOMPLETE, Source, check_room, failure, fetch


def download_file(
    source: Source, target: Path, *, progress: ProgressCallback, cancel: CancelToken
) -> Path:
    """Bring a file to `target`, or what is missing of it; it is checked before it has its name.

    Args:
        source: what to fetch.
        target: where to; its folder is made.
        progress: called as bytes arrive.
        cancel: checked at every piece; what has come is kept.

    Raises:
        Cancelled: the token was cancelled.
        CheckpointError: the server cannot be reached or has no such file, the disk is too full,
            HF_HUB_OFFLINE is set, or the file has another checksum.
    """
    if target.is_file():
        progress(DownloadProgress(source.name, source.size, source.size))
        return target
    if is_offline_mode():
        raise CheckpointError(
            tr("“{name}” was not fetched: HF_HUB_OFFLINE is set.", name=source.name),
            advice=tr("Unset HF_HUB_OFFLINE, or name a file of your own."),
        )
    missing = source.size - bytes_here(target)
    check_room(
        source.name,
        missing,
        target.parent,
        advice=tr("Make room, or set GAR_STUDIO_HOME to a folder on another disk."),
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fetch(
            source,
            target,
            cancel=cancel,
            on_bytes=lambda here: progress(DownloadProgress(source.name, here, source.size)),
        )
    except (HTTP_ERROR, OSError) as error:
        raise failure(source.name, error) from error
    return target


def bytes_here(target: Path) -> int:
    """Return how many bytes of a file are here, if only from a download that was cut off."""
    for path in (target, target.with_name(target.name + INCOMPLETE)):
        if path.is_file():
            return path.stat().st_size
    return 0
