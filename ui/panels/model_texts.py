"""What is said of models: sizes, times and states in words, each a whole sentence or figure."""

from gar_studio.engines.catalogue import ModelEntry, OnDisk
from gar_studio.engines.construction import EngineKind
from gar_studio.engines.protocol import EngineInfo
from gar_studio.engines.trial import TrialResult
from gar_studio.errors import GarStudioError
from ui.controllers.models import Fetching

KINDS = {EngineKind.SEGMENT: "Masks", EngineKind.DESCRIBE: "Words"}


def size_text(count: float) -> str:
    """Say bytes in a unit that people compare: 375 MB, 3.1 GB."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            value = count / factor
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{count:.0f} bytes"


def time_text(seconds: float) -> str:
    """Say how long something takes: 40 s, 5 min, 2 h 10 min."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def short_licence(licence: str) -> str:
    """Return the licence of the weights without its reasons."""
    return licence.partition(" (")[0].partition(";")[0].removeprefix("weights: ")


def entry_size(entry: ModelEntry) -> str:
    """Say how large a model's files are."""
    if not entry.size:
        return "no weights" if entry.on_disk is OnDisk.COMPLETE else "size not known yet"
    return size_text(entry.size) if entry.size_is_exact else f"about {size_text(entry.size)}"


def entry_memory(entry: ModelEntry) -> str:
    """Say how much memory a model needs, or ""."""
    needs = sorted({size_text(need.bytes): need.bytes for need in entry.memory}.items(), key=_bytes)
    if not needs:
        return ""
    least, most = needs[0][0], needs[-1][0]
    return f"needs {least}" if least == most else f"needs {least} to {most}"


def state_text(
    entry: ModelEntry, *, in_use: bool, fetching: Fetching | None, failed: bool = False
) -> str:
    """Say in two or three words how a model stands."""
    if fetching is not None:
        return _share(fetching)
    if failed:
        return "failed"
    if in_use:
        return "in use"
    return "not usable" if entry.problem else _presence(entry)


def _presence(entry: ModelEntry) -> str:
    if not entry.source and entry.on_disk is OnDisk.COMPLETE and not entry.folder:
        return "built in" if not entry.model else "here"
    if entry.on_disk is OnDisk.PARTIAL:
        return f"{size_text(entry.bytes_on_disk)} here"
    return "on disk" if entry.on_disk is OnDisk.COMPLETE else "not here"


def progress_text(fetching: Fetching) -> str:
    """Say how far a download is, how fast, and how long it will take."""
    now = fetching.progress
    if fetching.stopping:
        return "Stopping; what has come is kept."
    if now is None:
        return "Asking the server…"
    parts = [f"{size_text(now.done)} of {size_text(now.total)}"]
    if fetching.speed:
        parts.append(f"{size_text(fetching.speed)}/s")
    if fetching.seconds_left is not None:
        parts.append(f"{time_text(fetching.seconds_left)} left")
    return " · ".join(parts)


def trial_text(result: TrialResult) -> str:
    """Say how a trial went."""
    said = result.said.strip()
    answer = f"“{said}”" if said and not said.startswith("A click") else said
    return (
        f"{result.info.name} on {result.info.device}: loaded in {_seconds(result.load_seconds)}, "
        f"answered in {_seconds(result.answer_seconds)}.\n{answer or 'It said nothing.'}"
    )


def error_text(error: GarStudioError) -> str:
    """Say what happened, what was kept and what to do."""
    return " ".join(part for part in (error.what, error.kept, error.advice) if part)


def loaded_text(loaded: dict[EngineKind, EngineInfo], memory: int | None) -> str:
    """Say what is in memory now."""
    names = [f"{KINDS[kind]}: {info.name} on {info.device}" for kind, info in loaded.items()]
    parts = [*(names or ["No model is loaded; one is loaded when it is first needed."])]
    if memory is not None:
        parts.append(f"GAR Studio takes {size_text(memory)} of main memory")
    return " · ".join(part.rstrip(".") for part in parts)


def _bytes(need: tuple[str, int]) -> int:
    return need[1]


def _share(fetching: Fetching) -> str:
    now = fetching.progress
    if now is None:
        return "waiting"
    return f"{100 * now.done // max(now.total, 1)} %"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else time_text(seconds)
