"""Who does a batch: an engine in this process, or workers on a cluster."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from gar_studio.batch.cluster import Cluster, connected
from gar_studio.batch.cutting import SegmentMode, wants_cutting
from gar_studio.batch.plan import Job
from gar_studio.batch.record import Report, Tick
from gar_studio.batch.remote import ask_who, run_on_cluster
from gar_studio.batch.run import run_batch
from gar_studio.cli.engines import describer_for, segmenter_for
from gar_studio.cli.output import Output
from gar_studio.document.document import Document
from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import CancelToken, EngineInfo
from gar_studio.settings import EngineChoice


@dataclass(frozen=True, slots=True)
class Engines:
    """What describes, what cuts out, and when that is wanted."""

    describer: EngineChoice
    segmenter: EngineChoice
    mode: SegmentMode


class Host(Protocol):
    """Does a batch."""

    def who(self) -> EngineInfo:
        """Return who describes."""
        ...

    def ask(
        self,
        document: Document,
        ids: Sequence[int],
        job: Job,
        *,
        limit: int | None,
        tell: Callable[[Tick], None],
    ) -> tuple[Report, EngineInfo | None]:
        """Do it; return what became of it, and who answered, if anybody was asked."""
        ...


@contextmanager
def here(engines: Engines, output: Output, cancel: CancelToken) -> Iterator[Host]:
    """Build a describer in this process."""
    with describer_for(engines.describer) as describer:
        yield _Here(engines, describer, output, cancel)


@contextmanager
def on_cluster(
    engines: Engines, output: Output, cancel: CancelToken, address: str, workers: int | None
) -> Iterator[Host]:
    """Connect to Ray, or start one."""
    with connected(address, workers) as cluster:
        yield _OnCluster(engines, cluster, output, cancel)


class _Here:
    def __init__(
        self, engines: Engines, describer: Describer, output: Output, cancel: CancelToken
    ) -> None:
        self._engines = engines
        self._describer = describer
        self._output = output
        self._cancel = cancel

    def who(self) -> EngineInfo:
        return self._describer.info

    def ask(
        self,
        document: Document,
        ids: Sequence[int],
        job: Job,
        *,
        limit: int | None,
        tell: Callable[[Tick], None],
    ) -> tuple[Report, EngineInfo | None]:
        self._output.notice(self._describer.info)
        mode = self._engines.mode
        with ExitStack() as stack:
            segmenter = None
            if any(wants_cutting(document, one, mode) for one in ids):
                segmenter = stack.enter_context(segmenter_for(self._engines.segmenter))
            report = run_batch(
                document,
                self._describer,
                job,
                image_ids=ids,
                segmenter=segmenter,
                mode=mode,
                limit=limit,
                cancel=self._cancel,
                tell=tell,
            )
        return report, self._describer.info


class _OnCluster:
    def __init__(
        self, engines: Engines, cluster: Cluster, output: Output, cancel: CancelToken
    ) -> None:
        self._engines = engines
        self._cluster = cluster
        self._output = output
        self._cancel = cancel
        self._info: EngineInfo | None = None

    def who(self) -> EngineInfo:
        return ask_who(self._cluster, self._engines.describer, self._cancel)

    def ask(
        self,
        document: Document,
        ids: Sequence[int],
        job: Job,
        *,
        limit: int | None,
        tell: Callable[[Tick], None],
    ) -> tuple[Report, EngineInfo | None]:
        places = self._cluster.places(self._engines.describer)
        workers = "1 worker" if places.count == 1 else f"{places.count} workers"
        self._output.note(f"Ray starts {workers}, {'one a GPU' if places.gpus else 'on CPUs'}…")
        report = run_on_cluster(
            document,
            self._cluster,
            job,
            describer=self._engines.describer,
            segmenter=self._engines.segmenter,
            image_ids=ids,
            mode=self._engines.mode,
            limit=limit,
            cancel=self._cancel,
            tell=tell,
            meet=self._met,
        )
        return report, self._info

    def _met(self, info: EngineInfo) -> None:
        self._info = info
        self._output.end_progress()
        self._output.notice(info)
