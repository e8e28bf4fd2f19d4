"""The tokens that servers ask for, in a file that only its owner may read."""

import os
import stat
from pathlib import Path
from typing import Final

import msgspec

from gar_studio.errors import EngineError
from gar_studio.files import atomic_write
from gar_studio.language import tr
from gar_studio.settings import config_folder

TOKEN_VARIABLE: Final = "GAR_STUDIO_TOKEN"  # noqa: S105 - the variable's name
"""Environment variable with the token of the server that is used."""

_FILE: Final = "server-tokens.json"
_MOST_BYTES: Final = 100_000
_OWNER_ONLY: Final = stat.S_IRUSR | stat.S_IWUSR


def token_of(address: str) -> str:
    """Return the token for a server, or ""; the environment's goes before the file's."""
    given = os.environ.get(TOKEN_VARIABLE, "").strip()
    return given or _tokens().get(address, "")


def remember_token(address: str, token: str) -> None:
    """Keep a server's token in a file that nobody else may read; "" forgets it.

    Raises:
        EngineError: the file cannot be written.
    """
    tokens = _tokens()
    if token:
        tokens[address] = token
    else:
        tokens.pop(address, None)
    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path, mode=_OWNER_ONLY) as file:
            file.write(msgspec.json.encode(tokens))
    except OSError as error:
        raise EngineError(
            tr("The token cannot be kept in “{path}”: {why}.", path=path, why=error.strerror),
            advice=tr("Check the folder, or put the token into GAR_STUDIO_TOKEN."),
        ) from error


def _tokens() -> dict[str, str]:
    path = _path()
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}  # the server will say that the token is missing


def _path() -> Path:
    return config_folder() / _FILE
