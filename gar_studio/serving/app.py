"""The server's calls (`docs/server.md`): photos, questions, masks, and the stopping of a stream."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from gar_studio import __version__
from gar_studio.annotation.prompts import Box
from gar_studio.engines.batch import describe_many
from gar_studio.engines.description import Describer, DescribeRequest
from gar_studio.engines.protocol import CancelToken, ImageData, RequestCounter
from gar_studio.engines.request_check import check_request
from gar_studio.engines.segmentation import EverythingRequest, Segmenter, SegmentRequest
from gar_studio.errors import GarStudioError
from gar_studio.language import tr
from gar_studio.remote import wire
from gar_studio.remote.failures import RefusedError
from gar_studio.serving.answers import EventQueue, EventStream, json_answer, refusal
from gar_studio.serving.bodies import body_length, read_body, read_call
from gar_studio.serving.host import EngineHost, Job, Rank, Tell
from gar_studio.serving.limits import ServerLimits
from gar_studio.serving.photos import PNG, RAW, Photos, decode_png, decode_raw, too_many_pixels

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Hosts:
    """The engines of a server; at least one."""

    describer: EngineHost[Describer] | None = None
    segmenter: EngineHost[Segmenter] | None = None

    def close(self) -> None:
        """Stop both."""
        for host in (self.describer, self.segmenter):
            if host is not None:
                host.close()


@dataclass(slots=True)
class _Desk:
    """What the calls share; touched on the loop's thread alone."""

    hosts: Hosts
    limits: ServerLimits
    photos: Photos
    counter: RequestCounter = field(default_factory=RequestCounter)
    streams: dict[str, tuple[CancelToken, ...]] = field(default_factory=dict)
    arriving: int = 0


def make_app(hosts: Hosts, limits: ServerLimits) -> FastAPI:
    """Return the application; `gar_studio.serving.guard` stands before it.

    Args:
        hosts: the engines, started.
        limits: what is taken.
    """
    app = FastAPI(
        title="GAR Studio", version=__version__, docs_url=None, redoc_url=None, openapi_url=None
    )
    desk = _Desk(hosts, limits, Photos(limits.kept_bytes))
    for method, path, handler in (
        ("GET", "/v1/info", _info),
        ("POST", "/v1/images", _take_photo),
        ("POST", "/v1/describe", _describe),
        ("POST", "/v1/prepare", _prepare),
        ("POST", "/v1/segment", _segment),
        ("POST", "/v1/everything", _everything),
        ("DELETE", "/v1/streams/{stream}/{index}", _stop),
    ):
        app.add_api_route(path, _telling(handler, desk), methods=[method])
    app.add_exception_handler(HTTPException, _unknown)
    return app


def _telling(handler: Callable[[_Desk, Request], Awaitable[Response]], desk: _Desk) -> Handler:
    """Answer with the sentence of an error that the handler raises."""

    @wraps(handler)
    async def handle(request: Request) -> Response:
        try:
            return await handler(desk, request)
        except GarStudioError as error:
            return refusal(error)

    handle.__annotations__ = {"request": Request, "return": Response}
    del handle.__wrapped__
    return handle


async def _unknown(_: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else None
    return refusal(
        RefusedError(
            status or HTTPStatus.INTERNAL_SERVER_ERROR,
            tr("There is no such call: {why}.", why=(status or HTTPStatus.NOT_FOUND).phrase),
            advice=tr("GET /v1/info says what this server is."),
        )
    )


async def _info(desk: _Desk, _: Request) -> Response:
    hosts = desk.hosts
    return json_answer(
        wire.ServerInfo(
            protocol=wire.PROTOCOL,
            version=__version__,
            describer=None if hosts.describer is None else hosts.describer.info,
            segmenter=None if hosts.segmenter is None else hosts.segmenter.info,
            limits=desk.limits.public(),
        )
    )


async def _take_photo(desk: _Desk, request: Request) -> Response:
    limits = desk.limits
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {RAW, PNG}:
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            tr("A photo comes as {png}, or as {raw} with its size.", png=PNG, raw=RAW),
        )
    width, height = _number(request, "width"), _number(request, "height")
    if kind == RAW and width * height > limits.pixels:
        raise too_many_pixels(width, height, limits.pixels)
    most = 3 * limits.pixels + 1_000_000
    length = min(body_length(request), most)
    if desk.arriving + length > max(limits.arriving_bytes, length):
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            tr("Too many photos arrive at once."),
            advice=tr("Try again in a moment."),
            wait_seconds=1,
        )
    desk.arriving += length
    try:
        data = await read_body(request, most=most, limits=limits)
        if kind == RAW:
            image = await asyncio.to_thread(decode_raw, data, width=width, height=height)
        else:
            image = await asyncio.to_thread(decode_png, data, most_pixels=limits.pixels)
    finally:
        desk.arriving -= length
    desk.photos.put(image)
    return json_answer({"image": image.key}, HTTPStatus.CREATED)


def _number(request: Request, name: str) -> int:
    given = request.query_params.get(name, "0")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


async def _describe(desk: _Desk, request: Request) -> Response:
    call = await read_call(request, wire.DescribeCall, desk.limits)
    host = _there(desk.hosts.describer, tr("describer"))
    image = desk.photos.get(call.image)
    asked = await asyncio.to_thread(_questions, call, image, desk.counter)
    cancels = tuple(CancelToken() for _ in asked)

    def work(engine: Describer, _: CancelToken, tell: Tell) -> None:
        for index, event in describe_many(engine, image, asked, cancels, grouped=call.grouped):
            tell(wire.pack_event(index, event))

    return _stream(desk, host, Rank.SOON, image, work=work, cancels=cancels)


def _questions(
    call: wire.DescribeCall, image: ImageData, counter: RequestCounter
) -> list[DescribeRequest]:
    found = []
    for question in call.questions:
        made = question.request(request_id=counter.take(), image_key=image.key)
        check_request(image, made)
        found.append(made)
    return found


async def _prepare(desk: _Desk, request: Request) -> Response:
    call = await read_call(request, wire.PrepareCall, desk.limits)
    host = _there(desk.hosts.segmenter, tr("segmenter"))
    image = desk.photos.get(call.image)

    def work(engine: Segmenter, cancel: CancelToken, _: Tell) -> None:
        engine.prepare(image, cancel)

    return _stream(desk, host, Rank.PREPARE, image, work=work)


async def _segment(desk: _Desk, request: Request) -> Response:
    call = await read_call(request, wire.SegmentCall, desk.limits)
    host = _there(desk.hosts.segmenter, tr("segmenter"))
    image = desk.photos.get(call.image)
    call.prompts.check(height=image.height, width=image.width)
    asked: SegmentRequest = await asyncio.to_thread(call.request, desk.counter.take())

    def work(engine: Segmenter, cancel: CancelToken, tell: Tell) -> None:
        result = engine.segment(
            image, asked, cancel, lambda first: tell(wire.Found.of(first, whole=False))
        )
        tell(wire.Found.of(result, whole=True))

    return _stream(desk, host, Rank.SOON, image, work=work)


async def _everything(desk: _Desk, request: Request) -> Response:
    call = await read_call(request, wire.EverythingCall, desk.limits)
    host = _there(desk.hosts.segmenter, tr("segmenter"))
    image = desk.photos.get(call.image)
    box = None if call.box is None else Box(*call.box)
    asked = EverythingRequest(desk.counter.take(), image.key, box, call.points_per_side)

    def work(engine: Segmenter, cancel: CancelToken, tell: Tell) -> None:
        def progress(now: Any) -> None:  # noqa: ANN401
            tell(wire.pack_event(0, now))

        tell(wire.Found.of(engine.everything(image, asked, cancel, progress), whole=True))

    return _stream(desk, host, Rank.EVERYTHING, image, work=work)


async def _stop(desk: _Desk, request: Request) -> Response:
    """Stop one request of a stream, which ends with its words so far."""
    cancels = desk.streams.get(request.path_params["stream"], ())
    number = request.path_params["index"]
    if not number.isdecimal() or int(number[:4]) >= len(cancels):
        raise RefusedError(HTTPStatus.NOT_FOUND, tr("There is no such stream, or not any more."))
    cancels[int(number)].cancel()
    return json_answer({})


def _there(host: EngineHost[Any] | None, noun: str) -> EngineHost[Any]:
    if host is None:
        raise RefusedError(
            HTTPStatus.NOT_IMPLEMENTED,
            tr("This server has no {noun}.", noun=noun),
            advice=tr("Start it with one, or choose another server."),
        )
    return host


def _stream(
    desk: _Desk,
    host: EngineHost[Any],
    rank: Rank,
    image: ImageData,
    *,
    work: Callable[[Any, CancelToken, Tell], None],
    cancels: tuple[CancelToken, ...] = (),
) -> Response:
    """Give a job to its host; answer with its events."""
    events = EventQueue()
    job = Job(rank, image.key, work, events.tell)
    host.submit(job)
    name = secrets.token_urlsafe(12)
    desk.streams[name] = cancels

    def ended() -> None:
        del desk.streams[name]
        for cancel in cancels:
            cancel.cancel()
        host.drop(job)

    return EventStream(wire.Opened(name, host.info), events, ended=ended)
