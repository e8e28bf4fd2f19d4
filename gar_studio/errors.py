"""The one family of errors that reaches people.

Every message says what happened, what was kept and what to do, because the person who reads it
has work on the screen and has to decide at once.
"""

from gar_studio.language import mark, tr

_UNCHANGED = mark("Nothing was changed.")


class GarStudioError(Exception):
    """Base of every error that GAR Studio raises on purpose.

    Args:
        what: what happened, as a sentence with its full stop.
        kept: what was kept or left unchanged, as a sentence.
        advice: what the user can do now, as a sentence.
    """

    def __init__(self, what: str, *, kept: str = _UNCHANGED, advice: str = "") -> None:
        kept = tr(kept) if kept is _UNCHANGED else kept
        self.what = what
        self.kept = kept
        self.advice = advice
        super().__init__(" ".join(part for part in (what, kept, advice) if part))


class ImageError(GarStudioError):
    """An image file cannot be read, or is larger than the studio takes."""


class MaskError(GarStudioError):
    """A mask is malformed, empty, or of another size than its image."""


class PromptError(GarStudioError):
    """A prompt lies outside its image or asks for nothing."""


class RequestError(GarStudioError):
    """A request to an engine is not valid: too many regions, none, an unknown mention."""


class EngineError(GarStudioError):
    """An engine cannot be found, built or run."""


class MemoryShortageError(EngineError):
    """An engine needs more memory than there is."""


class EngineGoneError(EngineError):
    """What ran an engine, a server or a process of its own, is gone or runs another one now.

    The next request has to build the engine anew.
    """


class NothingFoundError(EngineError):
    """A segmenter finds no object at the prompts."""


class CheckpointError(EngineError):
    """A model's files are missing, damaged, unsafe or not of the expected layout."""


class ClusterError(GarStudioError):
    """A cluster is not there, has no room, or its workers die."""


class StoreError(GarStudioError):
    """A project file cannot be opened, read or written."""


class ReadOnlyError(StoreError):
    """The project is open for reading only."""


class CommandError(GarStudioError):
    """A command cannot be applied to the document as it is."""


class FormatError(GarStudioError):
    """A file that was to be read in is not of its format."""


class ExportError(GarStudioError):
    """Labels could not be written."""


class Cancelled(Exception):  # noqa: N818  it is no error
    """The user stopped a request.  Not an error: nothing went wrong."""
