"""Fetches checkpoints from the Hugging Face hub into its cache, on the user's word only.

The cache is huggingface_hub's own, in its documented layout (its guide “Understand caching”), so
that every other program finds what is fetched here and its tools can remove it again.  HF_HOME,
HF_ENDPOINT, HF_HUB_OFFLINE and the proxy variables mean what they mean there.
"""

import contextlib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import (
    HfApi,
    constants,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    is_offline_mode,
    try_to_load_from_cache,
)
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import repo_folder_name
from huggingface_hub.hf_api import RepoSibling
from huggingface_hub.utils import (  # type: ignore[attr-defined]
    WeakFileLock,
    build_hf_headers,
    filter_repo_objects,
)

from gar_studio.engines.catalogue import DownloadProgress, ProgressCallback
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled, CheckpointError
from gar_studio.files import atomic_write
from gar_studio.language import tr
from models.transfer import (
    HTTP_ERROR,
    INCOMPLETE,
    Algorithm,
    Source,
    check_room,
    failure,
    fetch,
)

PATTERNS = ("*.safetensors", "*.json", "*.jinja")
"""Files that a checkpoint is made of (gar.md, Checkpoint layout); never pickles, never code."""

MAIN = "main"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA1 = re.compile(r"[0-9a-f]{40}")
_ETAG = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,127}")
_LOCK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Place:
    """A repository at one commit, and its folder in the cache."""

    repository: str
    commit: str
    endpoint: str | None
    cache: Path

    @property
    def storage(self) -> Path:
        return self.cache / repo_folder_name(repo_id=self.repository, repo_type="model")

    @property
    def snapshot(self) -> Path:
        return self.storage / "snapshots" / self.commit

    def blob(self, etag: str) -> Path:
        return self.storage / "blobs" / etag

    def lock(self, etag: str) -> Path:
        return self.cache / ".locks" / self.storage.name / f"{etag}.lock"


class _Meter:
    """Adds the bytes of one file to those of the others."""

    def __init__(self, total: int, report: ProgressCallback | None) -> None:
        self._total = total
        self._report = report
        self._done = 0

    def during(self, file: str, here: int) -> None:
        """Tell that `here` bytes of `file` are here."""
        if self._report is not None:
            self._report(DownloadProgress(file=file, done=self._done + here, total=self._total))

    def after(self, file: str, size: int) -> None:
        """Tell that `file` is complete."""
        self._done += size
        self.during(file, 0)


def download(
    repository: str,
    *,
    cancel: CancelToken | None = None,
    progress: ProgressCallback | None = None,
    revision: str = MAIN,
    endpoint: str | None = None,
    cache: Path | None = None,
) -> Path:
    """Fetch a checkpoint, or what is missing of it, and return its folder in the hub's cache.

    Each file is checked against the hub's checksum before it gets its name.  `revision` leads to
    the new files only when all of them are there, so that an older checkpoint stays usable.

    Args:
        repository: a hub id such as "HaochenWang/GAR-1B".
        cancel: checked at every piece; what has come stays for the next call.
        progress: called as bytes arrive, and once for each file that is there already.
        revision: a branch, a tag or a commit.
        endpoint: the hub's address; None for HF_ENDPOINT or the public hub.
        cache: the cache's folder; None for the one of HF_HOME or the hub's own.

    Raises:
        Cancelled: the token was cancelled.
        CheckpointError: the model is not there, is not safetensors, the hub cannot be reached,
            HF_HUB_OFFLINE is set, the disk is too full, or a file has another checksum.
    """
    if is_offline_mode():
        raise CheckpointError(
            tr("“{repository}” was not fetched: HF_HUB_OFFLINE is set.", repository=repository),
            advice=tr("Unset HF_HUB_OFFLINE, or give a local folder."),
        )
    cancel = cancel or CancelToken()
    with _told(repository):
        info = HfApi(endpoint=endpoint).model_info(
            repository,
            revision=revision,
            files_metadata=True,
            timeout=constants.HF_HUB_ETAG_TIMEOUT,
        )
        commit = info.sha or ""
        if not _SHA1.fullmatch(commit):
            raise CheckpointError(
                tr("The hub names no commit of “{repository}”.", repository=repository)
            )
        place = _Place(repository, commit, endpoint, cache or Path(constants.HF_HUB_CACHE))
        try:
            _get_all(place, _wanted(repository, info.siblings or ()), cancel, progress)
        except Cancelled:
            _remove_empty(place)
            raise
        if revision != commit:
            _point(place.storage / "refs" / revision, commit)
    return place.snapshot


def _wanted(repository: str, files: Sequence[RepoSibling]) -> list[RepoSibling]:
    """Return the checkpoint's files, the small ones first: weights at the end mean all is here."""
    named = {file.rfilename: file for file in files}
    chosen = [named[name] for name in filter_repo_objects(named, allow_patterns=list(PATTERNS))]
    weights = [file for file in chosen if file.rfilename.endswith(".safetensors")]
    if not weights:
        raise CheckpointError(
            tr("“{repository}” has no *.safetensors files.", repository=repository),
            advice=tr("Only safetensors are fetched: other files can run a stranger's code."),
        )
    return sorted(chosen, key=lambda file: (file in weights, file.rfilename))


def _get_all(
    place: _Place,
    files: Sequence[RepoSibling],
    cancel: CancelToken,
    report: ProgressCallback | None,
) -> None:
    missing = [file for file in files if not _is_here(place, file)]
    _check_room(place, sum(file.size or 0 for file in missing))
    meter = _Meter(sum(file.size or 0 for file in files), report)
    for file in files:
        cancel.check()
        if file in missing:
            _get(place, file, cancel, meter)
        meter.after(file.rfilename, file.size or 0)


def _is_here(place: _Place, file: RepoSibling) -> bool:
    found = try_to_load_from_cache(
        place.repository, file.rfilename, cache_dir=place.cache, revision=place.commit
    )
    return isinstance(found, str)


def _get(place: _Place, file: RepoSibling, cancel: CancelToken, meter: _Meter) -> None:
    url = hf_hub_url(
        place.repository, file.rfilename, revision=place.commit, endpoint=place.endpoint
    )
    # The cache names a blob by the ETag of this answer, and links it under the file's name.
    metadata = get_hf_file_metadata(
        url, timeout=constants.HF_HUB_ETAG_TIMEOUT, endpoint=place.endpoint
    )
    etag = metadata.etag or ""
    if not _ETAG.fullmatch(etag):
        raise CheckpointError(
            tr("The hub gives “{rfilename}” no usable ETag.", rfilename=file.rfilename)
        )
    source = _source(file, url, etag=etag, size=metadata.size)
    blob = place.blob(etag)
    blob.parent.mkdir(parents=True, exist_ok=True)
    with _alone(place.lock(etag), cancel):
        if not blob.exists():
            fetch(
                source,
                blob,
                cancel=cancel,
                on_bytes=lambda here: meter.during(file.rfilename, here),
            )
    linked = Path(
        hf_hub_download(
            place.repository,
            file.rfilename,
            revision=place.commit,
            cache_dir=place.cache,
            endpoint=place.endpoint,
        )
    )
    if not linked.is_symlink():  # a system without links: the hub has made a copy
        blob.unlink(missing_ok=True)


def _source(file: RepoSibling, url: str, *, etag: str, size: int | None) -> Source:
    size = file.size if size is None else size
    if size is None:
        raise CheckpointError(
            tr("The hub does not say how large “{rfilename}” is.", rfilename=file.rfilename)
        )
    sha256 = file.lfs.sha256 if file.lfs is not None else etag
    git = file.blob_id or etag
    is_large = _SHA256.fullmatch(sha256) is not None
    return Source(
        name=file.rfilename,
        url=url,
        size=size,
        algorithm=Algorithm.SHA256 if is_large else Algorithm.GIT,
        checksum=sha256 if is_large else git if _SHA1.fullmatch(git) else "",
        headers=build_hf_headers(),
    )


@contextlib.contextmanager
def _alone(lock: Path, cancel: CancelToken) -> Iterator[None]:
    """Hold the hub's lock of a blob, so that two programs do not write one file."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        while True:
            cancel.check()
            try:
                stack.enter_context(WeakFileLock(lock, timeout=_LOCK_SECONDS))
                break
            except TimeoutError:
                continue
        yield


def _check_room(place: _Place, needed: int) -> None:
    here = sum(file.stat().st_size for file in place.storage.glob(f"blobs/*{INCOMPLETE}"))
    check_room(
        place.repository,
        needed - here,
        place.storage,
        advice=tr("Make room, or set HF_HOME to a folder on another disk."),
    )


def _point(reference: Path, commit: str) -> None:
    """Let a branch's name lead to a commit, as the cache's `refs` do."""
    reference.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(reference) as file:
        file.write(commit.encode())


def _remove_empty(place: _Place) -> None:
    """Remove the folders that were made for files which did not come."""
    for folder in (place.storage / "blobs", place.storage):
        with contextlib.suppress(OSError):  # not empty, or never made
            folder.rmdir()


@contextlib.contextmanager
def _told(repository: str) -> Iterator[None]:
    """Turn the hub's errors into ones that say what to do."""
    try:
        yield
    except HFValidationError as error:
        raise CheckpointError(
            tr("“{repository}” is no hub id.", repository=repository),
            advice=tr("Give one such as HaochenWang/GAR-1B."),
        ) from error
    except GatedRepoError as error:
        raise CheckpointError(
            tr(
                "“{repository}” is fetched only by who has accepted its terms on the hub.",
                repository=repository,
            ),
            advice=tr("Accept them on the model's page, and sign in with “hf auth login”."),
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise CheckpointError(
            tr("The hub has no model “{repository}”, or not for you.", repository=repository),
            advice=tr("Check the name; for a private model sign in with “hf auth login”."),
        ) from error
    except (LocalEntryNotFoundError, HTTP_ERROR, OSError) as error:
        raise failure(repository, error) from error
