"""Who a server's engine is."""

from dataclasses import replace
from urllib.parse import urlsplit

from gar_studio.engines.protocol import EngineInfo
from gar_studio.errors import EngineGoneError
from gar_studio.language import tr


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
