"""The studio's errors on their way over a wire, and back."""

from collections.abc import Mapping
from http import HTTPStatus

from gar_studio import errors
from gar_studio.errors import Cancelled, EngineError, GarStudioError
from gar_studio.language import tr
from gar_studio.remote.wire import Failure

STOPPED = "Cancelled"
"""`Failure.kind` of what was stopped, which is no error."""

_KINDS: Mapping[str, type[GarStudioError]] = {
    kind.__name__: kind
    for kind in (
        errors.ImageError,
        errors.MaskError,
        errors.PromptError,
        errors.RequestError,
        errors.EngineError,
        errors.EngineGoneError,
        errors.MemoryShortageError,
        errors.CheckpointError,
        errors.NothingFoundError,
    )
}

_STATUS: Mapping[type[GarStudioError], HTTPStatus] = {
    errors.ImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.MaskError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PromptError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.EngineGoneError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.MemoryShortageError: HTTPStatus.SERVICE_UNAVAILABLE,
}


class RefusedError(GarStudioError):
    """A server does not take a call.

    Attributes:
        status: HTTP's number for the reason.
        wait_seconds: after how long another try may succeed, or None.
    """

    def __init__(
        self, status: HTTPStatus, what: str, *, advice: str = "", wait_seconds: int | None = None
    ) -> None:
        super().__init__(what, advice=advice)
        self.status = status
        self.wait_seconds = wait_seconds


def pack(error: BaseException) -> Failure:
    """Write an error down; one that is not the studio's becomes an `EngineError`."""
    if isinstance(error, Cancelled):
        return Failure(STOPPED, tr("It was stopped."))
    if not isinstance(error, GarStudioError):
        name = type(error).__name__
        what = tr("Something unexpected went wrong: {name}: {error}.", name=name, error=error)
        return Failure(EngineError.__name__, what)
    kind = next((k.__name__ for k in type(error).__mro__ if k.__name__ in _KINDS), "")
    kind = kind or (type(error).__name__ if isinstance(error, RefusedError) else "EngineError")
    return Failure(kind, error.what, error.kept, error.advice)


def unpack(failure: Failure) -> GarStudioError | Cancelled:
    """Make the error again; of a kind that is not known here, an `EngineError`."""
    if failure.kind == STOPPED:
        return Cancelled()
    kind = _KINDS.get(failure.kind, EngineError)
    return kind(failure.what, kept=failure.kept, advice=failure.advice)


def status_of(error: GarStudioError) -> HTTPStatus:
    """Return HTTP's number for an error."""
    if isinstance(error, RefusedError):
        return error.status
    known = (_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    return next(known, HTTPStatus.INTERNAL_SERVER_ERROR)
