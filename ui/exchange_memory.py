"""What is remembered of exports and imports: formats and folders that were used last."""

import logging
from dataclasses import dataclass

import msgspec

from gar_studio.files import atomic_write
from gar_studio.settings import config_folder

_LOG = logging.getLogger(__name__)
_FILE = "exchange.json"
_MAX_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class ExchangeMemory:
    """Everything that is remembered.

    Attributes:
        export_format: name of the format that was exported last.
        export_folder: the folder of that export, "" for the project's own.
        import_format: name of the format that was imported last.
        import_folder: the folder that it was in, or "".
    """

    export_format: str = "coco"
    export_folder: str = ""
    import_format: str = "coco"
    import_folder: str = ""


def load_memory() -> ExchangeMemory:
    """Read what is remembered; nothing if the file is missing or damaged."""
    path = config_folder() / _FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            return ExchangeMemory()
        return msgspec.json.decode(path.read_bytes(), type=ExchangeMemory)
    except FileNotFoundError:
        return ExchangeMemory()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _LOG.warning("formats and folders used last cannot be read: %s", error)
        return ExchangeMemory()


def save_memory(memory: ExchangeMemory) -> None:
    """Write what is remembered; a disk that cannot be written is only logged."""
    path = config_folder() / _FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(msgspec.json.encode(memory))
    except OSError as error:
        _LOG.warning("formats and folders used last cannot be kept: %s", error)
