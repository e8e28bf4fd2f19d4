"""Addresses of servers."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from gar_studio.errors import EngineError
from gar_studio.language import tr


def checked(address: str) -> str:
    """Return an address as `http://host:port`, or raise what is wrong with it.

    Raises:
        EngineError: it is none.
    """
    text = address.strip()
    if "//" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = not (
        parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    )
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise EngineError(
            tr("“{address}” is no server's address.", address=address),
            advice=tr("Give it as http://name:8765, as “gar-studio serve” shows it."),
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def is_address(text: str) -> bool:
    """Return whether a text is meant as a server's address."""
    return text.startswith(("http://", "https://"))


def is_local(address: str) -> bool:
    """Return whether a server is on this computer."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
