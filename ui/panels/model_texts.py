"""What is said of models: sizes, times and states in words, each a whole sentence or figure."""

from gar_studio.engines.catalogue import ModelEntry, OnDisk
from gar_studio.engines.construction import EngineKind
from gar_studio.engines.protocol import EngineInfo
from gar_studio.engines.trial import TrialResult
from gar_studio.errors import GarStudioError
from gar_studio.language import mark, tr
from gar_studio.remote.address import is_address
from ui.controllers.models import Fetching

SHORT_LICENCES = (
    mark("research only, non-commercial"),
    mark("as its maker says"),
    mark("as the server says"),
    mark("no weights"),
    mark("none needed: random numbers"),
)
"""What `short_licence` makes of licences that are told in words."""

KINDS = {EngineKind.SEGMENT: mark("Masks"), EngineKind.DESCRIBE: mark("Words")}


def size_text(count: float) -> str:
    """Say bytes in a unit that people compare: 375 MB, 3.1 GB."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            value = count / factor
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return tr("{count:.0f} bytes", count=count)


def time_text(seconds: float) -> str:
    """Say how long something takes: 40 s, 5 min, 2 h 10 min."""
    if seconds < 90:
        return tr("{seconds} s", seconds=max(1, round(seconds)))
    minutes = round(seconds / 60)
    return (
        tr("{minutes} min", minutes=minutes)
        if minutes < 90
        else tr("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    )


def short_licence(licence: str) -> str:
    """Return the licence of the weights without its reasons."""
    return tr(licence.partition(" (")[0].partition(";")[0].removeprefix("weights: "))


def entry_size(entry: ModelEntry) -> str:
    """Say how large a model's files are; nothing of a server's."""
    if is_address(entry.model):
        return ""
    if not entry.size:
        return tr("no weights") if entry.on_disk is OnDisk.COMPLETE else tr("size not known yet")
    return (
        size_text(entry.size)
        if entry.size_is_exact
        else tr("about {size}", size=size_text(entry.size))
    )


def entry_memory(entry: ModelEntry) -> str:
    """Say how much memory a model needs, or ""."""
    needs = sorted({size_text(need.bytes): need.bytes for need in entry.memory}.items(), key=_bytes)
    if not needs:
        return ""
    least, most = needs[0][0], needs[-1][0]
    return (
        tr("needs {least}", least=least)
        if least == most
        else tr("needs {least} to {most}", least=least, most=most)
    )


def state_text(
    entry: ModelEntry, *, in_use: bool, fetching: Fetching | None, failed: bool = False
) -> str:
    """Say in two or three words how a model stands."""
    if fetching is not None:
        return _share(fetching)
    if failed:
        return tr("failed")
    if in_use:
        return tr("in use")
    return tr("not usable") if entry.problem else _presence(entry)


def _presence(entry: ModelEntry) -> str:
    if is_address(entry.model):
        return tr("server")
    if not entry.source and entry.on_disk is OnDisk.COMPLETE and not entry.folder:
        return tr("built in") if not entry.model else tr("here")
    if entry.on_disk is OnDisk.PARTIAL:
        return tr("{size} here", size=size_text(entry.bytes_on_disk))
    return tr("on disk") if entry.on_disk is OnDisk.COMPLETE else tr("not here")


def progress_text(fetching: Fetching) -> str:
    """Say how far a download is, how fast, and how long it will take."""
    now = fetching.progress
    if fetching.stopping:
        return tr("Stopping; what has come is kept.")
    if now is None:
        return tr("Asking the server…")
    parts = [tr("{done} of {total}", done=size_text(now.done), total=size_text(now.total))]
    if fetching.speed:
        parts.append(tr("{size}/s", size=size_text(fetching.speed)))
    if fetching.seconds_left is not None:
        parts.append(tr("{time} left", time=time_text(fetching.seconds_left)))
    return " · ".join(parts)


def trial_text(result: TrialResult) -> str:
    """Say how a trial went."""
    said = result.said.strip()
    answer = f"“{said}”" if said and result.in_words else said
    return tr(
        "{name} on {device}: loaded in {load_seconds}, answered in {answer_seconds}.\n{answer}",
        name=result.info.name,
        device=result.info.device,
        load_seconds=_seconds(result.load_seconds),
        answer_seconds=_seconds(result.answer_seconds),
        answer=answer or tr("It said nothing."),
    )


def error_text(error: GarStudioError) -> str:
    """Say what happened, what was kept and what to do."""
    return " ".join(part for part in (error.what, error.kept, error.advice) if part)


def loaded_text(loaded: dict[EngineKind, EngineInfo], memory: int | None) -> str:
    """Say what is in memory now."""
    names = [
        tr("{role}: {name} on {device}", role=tr(KINDS[kind]), name=info.name, device=info.device)
        for kind, info in loaded.items()
    ]
    parts = [*(names or [tr("No model is loaded; one is loaded when it is first needed.")])]
    if memory is not None:
        parts.append(tr("GAR Studio takes {memory} of main memory", memory=size_text(memory)))
    return " · ".join(part.rstrip(".") for part in parts)


def _bytes(need: tuple[str, int]) -> int:
    return need[1]


def _share(fetching: Fetching) -> str:
    now = fetching.progress
    if now is None:
        return tr("waiting")
    return f"{100 * now.done // max(now.total, 1)} %"


def _seconds(seconds: float) -> str:
    return tr("{seconds:.1f} s", seconds=seconds) if seconds < 60 else time_text(seconds)
