"""Who a server's engine is."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from gar_studio.engines.protocol import EngineInfo
from gar_studio.errors import EngineError, EngineGoneError
from gar_studio.language import tr
from gar_studio.remote.client import Connection
from gar_studio.remote.wire import ServerInfo


def engine_of(
    connection: Connection, pick: Callable[[ServerInfo], EngineInfo | None], missing: EngineError
) -> EngineInfo:
    """Get to know a server's engine; the connection is closed where that fails.

    Args:
        connection: to the server.
        pick: returns the engine that is wanted, or None where there is none.
        missing: raised then.

    Raises:
        EngineGoneError: the server does not answer.
        EngineError: it does not let us in, is another program, or has no such engine.
    """
    try:
        found = pick(connection.info())
    except BaseException:
        connection.close()
        raise
    if found is None:
        connection.close()
        raise missing
    return found


def placed(theirs: EngineInfo, address: str) -> EngineInfo:
    """Return who answers, with the server's name beside its device."""
    return replace(theirs, device=f"{theirs.device} · {urlsplit(address).netloc}")


def same_engine(known: EngineInfo, now: EngineInfo, address: str) -> None:
    """Raise `EngineGoneError` if a server runs another model than it did.

    What it says would carry the other model's name otherwise.
    """
    if (known.name, known.revision) != (now.name, now.revision):
        raise EngineGoneError(
            tr(
                "The server at {address} runs {now} now; it was {known}.",
                address=address,
                now=now.name,
                known=known.name,
            ),
            advice=tr("Ask again to use it."),
        )
