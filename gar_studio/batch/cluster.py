"""Ray: workers on many machines, or on this one, and the words that they send back.

Ray Data hands the orders out, holds the workers, starts them again and streams what they say;
there is no scheduler here.  Ray is an extra and is imported when it is first needed.
"""

import contextlib
import logging
import math
import os
import secrets
import socket
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from gar_studio.batch.orders import ORDER, SAID, Order, Word, decode_said, encode
from gar_studio.batch.worker import Worker
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import ClusterError
from gar_studio.language import tr
from gar_studio.settings import EngineChoice

LOCAL: Final = "local"
"""The address of a Ray that is started for one batch, on this machine."""

_RETRIES: Final = 1
"""So many times more an order is tried whose worker died."""

_PHOTOS: Final = 2
"""Orders that a worker gets at once; an engine may answer about all of their photos together."""

_IN_FLIGHT: Final = 2
"""Orders at a worker: one that it does, and one that waits."""

_LOST: Final = 10
"""After so many lost orders it is not the photos."""

_STORE_BYTES: Final = 256 << 20
"""Of a local Ray's object store, which holds orders and texts alone."""

_PATIENCE_SECONDS: Final = 5.0
"""For a connection to an address, before Ray itself tries for minutes."""

_QUIET: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
"""What keeps Ray from telling its makers, and from telling the terminal."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where workers go.

    Attributes:
        count: how many there are.
        cpus: processors of each.
        gpus: of each: 1 or 0.
    """

    count: int
    cpus: int
    gpus: int


@contextmanager
def connected(address: str, workers: int | None) -> Iterator["Cluster"]:
    """Connect to Ray, or start one on this machine; it is let go at the end of the block.

    A local Ray takes words only from who knows a secret that is made for it.  What Ray prints by
    itself goes nowhere: standard output belongs to the command.

    Args:
        address: HOST:PORT of Ray's head, "auto" for the one that runs on this machine, or `LOCAL`.
        workers: how many are wanted, or None for one a GPU, or else one a machine.

    Raises:
        ClusterError: Ray is not installed or not there.
    """
    if address not in (LOCAL, "auto"):
        _check_address(address)
    secret = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    with ExitStack() as stack:
        stack.enter_context(_environment(_QUIET | (secret if address == LOCAL else {})))
        ray = _imported()
        stack.enter_context(_silence())
        settings: dict[str, Any] = {
            "address": address,  # Ray has the same words for a new one and for the one at hand
            "log_to_driver": False,
            "logging_level": logging.CRITICAL,
        }
        if address == LOCAL:
            # Not fewer processors than workers, or some would wait for ever.
            settings |= {
                "num_cpus": max(os.cpu_count() or 1, workers or 1),
                "include_dashboard": False,
                "object_store_memory": _STORE_BYTES,
                "_node_ip_address": "127.0.0.1",
            }
        try:
            with _silence_of_the_descriptor():
                ray.init(**settings)
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise _deaf(address, error) from error
        stack.callback(ray.shutdown)
        yield Cluster(ray, workers)


class Cluster:
    """A connection to Ray.

    Args:
        ray: the module, connected.
        workers: how many are wanted, or None.
    """

    def __init__(self, ray: Any, workers: int | None) -> None:  # noqa: ANN401 - an extra's module
        self._ray = ray
        self._workers = workers

    def places(self, choice: EngineChoice) -> Places:
        """Return where workers with an engine would go: one a GPU, where there are any.

        Raises:
            ClusterError: there is no room for so many, or no GPU where one is asked for.
        """
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        return place(nodes, self._workers, choice.options.device)

    def words(
        self,
        worker: type[Worker[Any]],
        choice: EngineChoice,
        orders: Sequence[Order],
        *,
        cancel: CancelToken,
        alone: bool = False,
        **more: object,
    ) -> Generator[tuple[int, Word], None, None]:
        """Yield (number of the order, word) as workers say them, as soon as they are there.

        Ray makes a worker anew that dies, and tries its order once more.  If that dies too, no word
        ends the order, nor perhaps the one that waited behind it.

        Args:
            worker: made on each place, of the choice and of `more`.
            choice: the engine.
            orders: in the order in which they are given out.
            cancel: ends it; so does closing the generator, and workers end in mid-answer.
            alone: for orders that came to no end: none waits at a worker behind another, so that
                only what kills it goes down with it, and none is tried more than once.
            more: what else the worker is made of.

        Raises:
            Cancelled: the token was cancelled.
            ClusterError: too many orders were lost, or nothing has moved for half an hour.
        """
        places = self.places(choice)
        count = min(places.count, len(orders))
        closed = CancelToken()
        data = self._ray.data
        rows = [{ORDER: encode(order)} for order in orders]
        dataset = data.from_items(rows, override_num_blocks=len(rows))
        context = dataset.context
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        context.target_max_block_size = 1  # bytes: a word is sent when it is said
        context.max_errored_blocks = _LOST
        _Watch.tokens = (cancel, closed)
        context.custom_execution_callback_classes = [_Watch]
        with warnings.catch_warnings():
            # The retries of one operator can be said in no other way yet.
            warnings.filterwarnings("ignore", message=r"`ray_remote_args`")
            dataset = dataset.map_batches(
                worker,
                fn_constructor_kwargs={"choice": _travelling(choice, places), **more},
                batch_size=1 if alone else _PHOTOS,
                batch_format="numpy",
                compute=data.ActorPoolStrategy(
                    size=count, max_tasks_in_flight_per_actor=1 if alone else _IN_FLIGHT
                ),
                num_cpus=places.cpus,
                num_gpus=places.gpus,
                max_restarts=-1,
                max_task_retries=0 if alone else _RETRIES,
            )
        try:
            for batch in dataset.iter_batches(
                batch_size=None, batch_format="numpy", prefetch_batches=0
            ):
                for said in map(decode_said, batch[SAID]):
                    for word in said.words:
                        cancel.check()
                        yield said.order, word
        except (self._ray.exceptions.RayError, data.exceptions.ExecutionTimeoutError) as error:
            raise _lost(error) from error
        finally:
            closed.cancel()


class _Watch:
    """Ends a run of Ray Data that is not wanted any more.

    Ray makes one for each run, out of the class alone, which therefore holds the tokens.

    Attributes:
        tokens: of the next run that begins.
    """

    tokens: ClassVar[tuple[CancelToken, ...]] = ()

    def __init__(self) -> None:
        self._tokens = self.tokens

    def before_execution_starts(self, executor: object) -> None:
        """Do nothing."""

    def on_execution_step(self, executor: object) -> None:  # noqa: ARG002 - Ray's
        """Raise `Cancelled` where a token was cancelled."""
        for token in self._tokens:
            token.check()

    def after_execution_succeeds(self, executor: object) -> None:
        """Do nothing."""

    def after_execution_fails(self, executor: object, error: Exception) -> None:
        """Do nothing."""


def place(nodes: Sequence[Mapping[str, float]], wanted: int | None, device: str) -> Places:
    """Share the machines out: one worker a GPU, or else so many as are wanted, on processors.

    Args:
        nodes: Ray's resources of each machine.
        wanted: how many workers, or None for all GPUs, or else one a machine.
        device: of `EngineOptions`.

    Raises:
        ClusterError: there is no room for so many, or no GPU where one is asked for.
    """
    gpus = sum(int(node.get("GPU", 0)) for node in nodes)
    if device.startswith("cuda") and not gpus:
        raise ClusterError(
            tr("The cluster has no GPU, and “{device}” is asked for.", device=device),
            advice=tr("Leave --device out, or start Ray on a machine with a GPU."),
        )
    if gpus and (device == "auto" or device.startswith("cuda")):
        if (wanted or 1) > gpus:
            raise _no_room(gpus)
        return Places(wanted or gpus, 1, 1)
    sizes = [int(node["CPU"]) for node in nodes if node.get("CPU", 0) >= 1]
    if not sizes:
        raise _no_room(0)
    count = wanted or len(sizes)
    cpus = max(1, min(sizes) // math.ceil(count / len(sizes)))
    if sum(size // cpus for size in sizes) < count:
        cpus = 1
    if sum(sizes) < count:
        raise _no_room(sum(sizes))
    return Places(count, cpus, 0)


def _travelling(choice: EngineChoice, places: Places) -> EngineChoice:
    """Return an engine as a worker has to be told of it: its own GPU is its first one."""
    options = choice.options
    model = options.model
    if model and Path(model).exists():
        model = str(Path(model).resolve())
    device = "cuda" if places.gpus and options.device.startswith("cuda") else options.device
    return replace(choice, options=replace(options, model=model, device=device))


def _check_address(address: str) -> None:
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise ClusterError(
            tr("“{address}” is no address of a cluster.", address=address),
            advice=tr("Say --cluster local, auto, or HOST:PORT of Ray's head on the same network."),
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise _deaf(address, error) from error


def _deaf(address: str, error: Exception) -> ClusterError:
    return ClusterError(
        tr("Ray at “{address}” does not answer ({error}).", address=address, error=_line(error, 0)),
        advice=tr("Start one with “ray start --head”, check the address, or say --cluster local."),
    )


def _no_room(room: int) -> ClusterError:
    return ClusterError(
        tr("The cluster has room for {count} workers only.", count=room),
        advice=tr("Give a smaller number with --workers, or leave it out."),
    )


def _lost(error: Exception) -> ClusterError:
    return ClusterError(
        tr(
            "The cluster's workers die or fail again and again ({kind}: {error}).",
            kind=type(error).__name__,
            error=_line(error, -1),
        ),
        kept=tr("The answers so far are in the project."),
        advice=tr(
            "It may be for want of memory: give fewer --workers or --max-tiles; Ray's own logs say "
            "more. The same command goes on where it stopped."
        ),
    )


def _line(error: Exception, place: int) -> str:
    """Return a line of a long message, as the inside of a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[place].strip().rstrip(".")


def _imported() -> Any:  # noqa: ANN401 - an extra's module
    try:
        import ray.data  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise ClusterError(
            tr("A cluster needs Ray, which cannot be imported: {error}.", error=error),
            advice=tr("Install it: pip install “gar-studio[cluster]”."),
        ) from error
    return ray


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Ray's threads from printing on standard output, and its logs out of the terminal.

    Its files of logs get what they always get.
    """
    handlers = [
        handler
        for name in ("ray", "ray.data")
        for handler in logging.getLogger(name).handlers
        if isinstance(handler, logging.StreamHandler)
        and not isinstance(handler, logging.FileHandler)
    ]
    levels = [handler.level for handler in handlers]
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        for handler in handlers:
            handler.setLevel(logging.CRITICAL + 1)
        try:
            with contextlib.redirect_stdout(nothing):
                yield
        finally:
            for handler, level in zip(handlers, levels, strict=True):
                handler.setLevel(level)


@contextmanager
def _silence_of_the_descriptor() -> Iterator[None]:
    """Keep a library that is no Python from writing to standard error, as Ray does at its start."""
    before = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nothing)
