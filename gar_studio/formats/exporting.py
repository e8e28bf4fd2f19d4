"""Exports a project's file in any format, with a report of what the format cannot hold."""

from pathlib import Path

from gar_studio.errors import ExportError
from gar_studio.formats.report import Report, report_path, write_report
from gar_studio.formats.selection import Selection
from gar_studio.formats.snapshot import project_labels
from gar_studio.formats.table import Format, Tell
from gar_studio.language import tr

_EVERYTHING = Selection()


def export_project(
    project: Path,
    form: Format,
    path: Path,
    *,
    selection: Selection = _EVERYTHING,
    tell: Tell = lambda _done, _all: None,
) -> Report:
    """Write a project's labels as they are in its file now.

    Where anything is lost, a report is written beside what was exported; so is one where an
    earlier export left one there, which would otherwise speak of labels that are gone.

    Args:
        project: the project's file; it is only read, on any thread.
        form: the format.
        path: the file or folder.
        selection: what is taken.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: it cannot be written, or the format cannot be exported to.
        StoreError: the project cannot be read.
    """
    if form.export is None:
        raise ExportError(
            tr("Labels can come in from {title}, but not leave in it.", title=form.title)
        )
    with project_labels(project, selection) as labels:
        report = form.export(labels, path, tell)
    try:
        if report.losses or report_path(path).exists():
            write_report(report)
    except OSError as error:
        raise ExportError(
            tr(
                "The report of what was lost could not be written beside “{name}”: {strerror}.",
                name=path.name,
                strerror=error.strerror or error,
            ),
            kept=tr("The labels were exported, and the project is safe."),
            advice=tr("Free some disk space, then export again."),
        ) from error
    return report
