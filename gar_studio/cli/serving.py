"""`gar-studio serve`: engines for windows and programs elsewhere."""

import os
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gar_studio.cli import options
from gar_studio.cli.engines import describer_choice, info_json
from gar_studio.cli.segmenting import segmenter_choice
from gar_studio.cli.session import Session, session_of
from gar_studio.engines import registry
from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import EngineInfo
from gar_studio.engines.segmentation import Segmenter
from gar_studio.remote.tokens import TOKEN_VARIABLE
from gar_studio.settings import EngineChoice

if TYPE_CHECKING:
    from gar_studio.serving.limits import ServerLimits
    from gar_studio.serving.server import Place

_DEFAULT_PORT = 8765


class Part(StrEnum):
    """What a server offers, if not all."""

    DESCRIBE = "describe"
    SEGMENT = "segment"


def serve(
    context: typer.Context,
    *,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS",
            help="Where to listen. Any other than 127.0.0.1 lets other computers in, and needs a "
            "token.",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")
    ] = _DEFAULT_PORT,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            help=f"What clients have to know. {TOKEN_VARIABLE} does as well.",
        ),
    ] = None,
    only: Annotated[
        Part | None, typer.Option("--only", help="Offer answers or masks alone; otherwise both.")
    ] = None,
    model: options.Model = "",
    segmenter: Annotated[
        str, typer.Option("--segmenter", metavar="NAME", help="What cuts out.")
    ] = "",
    sam: options.Sam = None,
    device: options.Device = "",
    dtype: options.Dtype = None,
    download: options.Download = False,
    max_pixels: Annotated[
        int, typer.Option("--max-pixels", min=1, max=500_000_000, help="Most pixels of a photo.")
    ] = 150_000_000,
    rate: Annotated[
        float, typer.Option("--rate", min=0.1, help="Most calls a second of one client.")
    ] = 60.0,
    json: options.Json = False,  # noqa: ARG001 - read before the line is parsed
) -> None:
    """Offer descriptions and masks over HTTP, until Ctrl+C. The window can use it as its model.

    Photos that clients send are kept in memory alone, and nothing of them is written down.
    """
    # The web server is imported when one is wanted: it takes as long as a small command.
    from gar_studio.serving.limits import ServerLimits  # noqa: PLC0415
    from gar_studio.serving.server import Place, check_place, read_token  # noqa: PLC0415

    session = session_of(context)
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if token_file is not None:
        token = read_token(token_file)
    place = Place(host, port, token)
    check_place(place)  # before a model is loaded for nothing
    setting = session.settings()
    describes = None
    if only is not Part.SEGMENT:
        describes = describer_choice(
            setting.describer, model=model, device=device, dtype=dtype, download=download
        )
    cuts = None
    if only is not Part.DESCRIBE:
        cuts = segmenter_choice(
            setting.segmenter, engine=segmenter, sam=sam, device=device, download=download
        )
    limits = ServerLimits(pixels=max_pixels, rate=rate, burst=max(1, round(4 * rate)))
    _run(session, place, limits, describes=describes, cuts=cuts)


def _run(
    session: Session,
    place: "Place",
    limits: "ServerLimits",
    *,
    describes: EngineChoice | None,
    cuts: EngineChoice | None,
) -> None:
    from gar_studio.serving.app import Hosts  # noqa: PLC0415 - as above
    from gar_studio.serving.host import EngineHost  # noqa: PLC0415
    from gar_studio.serving.server import RunningServer  # noqa: PLC0415

    with ExitStack() as stack:
        words: EngineHost[Describer] | None = None
        masks: EngineHost[Segmenter] | None = None
        if describes is not None:
            words = EngineHost(
                lambda: registry.build_describer(describes.name, describes.options),
                name="describer",
            )
            words.start()
            stack.callback(words.close)
        if cuts is not None:
            masks = EngineHost(
                lambda: registry.build_segmenter(cuts.name, cuts.options), name="segmenter"
            )
            masks.start()
            stack.callback(masks.close)
        server = RunningServer(place, Hosts(words, masks), limits)
        infos = {
            "describer": None if words is None else words.info,
            "segmenter": None if masks is None else masks.info,
        }
        _tell(session, server.url, infos, token=bool(place.token))
        server.run()
    session.output.text("Stopped.\n")


def _tell(session: Session, url: str, infos: dict[str, EngineInfo | None], *, token: bool) -> None:
    output = session.output
    for part, info in infos.items():
        if info is not None:
            output.notice(info)
            output.text(f"{part}: {info.name} on {info.device}\n")
    guarded = "with a token" if token else "without a token, for this computer alone"
    output.text(f"Serving at {url} ({guarded}). Ctrl+C stops it.\n")
    output.result(
        {
            "command": "serve",
            "url": url,
            "token": token,
            **{part: None if info is None else info_json(info) for part, info in infos.items()},
        }
    )
