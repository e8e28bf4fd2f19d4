"""`gar-studio backup`: a copy of a project, made while a window may be writing to it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from gar_studio.engines.protocol import CancelToken, Progress
from gar_studio.store.copying import BackupReport, copy_project
from gar_studio.store.opening import connect_to_read


def back_up(
    project: Path,
    out: Path,
    *,
    cancel: CancelToken | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
) -> BackupReport:
    """Write a project, as it is now, to another file.

    Image paths are relative to the project's file, so a copy in another folder finds its images
    only when it is moved back, or by “gar-studio relink”.

    Args:
        project: the project's file, which is only read.
        out: the copy; what is there is replaced.
        cancel: checked all the time.
        tell: told how far it is.

    Raises:
        Cancelled: it is not wanted any more; `out` is as it was.
        StoreError: the project cannot be read, or the copy not be written; `out` is as it was.
    """
    source, _ = connect_to_read(project)
    with closing(source):
        return copy_project(source, project, out, cancel=cancel or CancelToken(), tell=tell)
