"""Figures are said in units that people compare."""

from dataclasses import replace

import pytest

from gar_studio.engines.catalogue import DownloadProgress, MemoryNeed, ModelEntry, OnDisk
from gar_studio.engines.construction import EngineKind
from gar_studio.engines.shelf import Offer
from ui.controllers.models import Fetching
from ui.panels.model_texts import (
    entry_memory,
    entry_size,
    progress_text,
    short_licence,
    size_text,
    state_text,
    time_text,
)

ENTRY = ModelEntry(
    name="GAR-x",
    model="someone/GAR-x",
    engine="gar",
    licence="weights: research only (see there); code: free",
    size=3_100_000_000,
    size_is_exact=False,
    memory=(MemoryNeed("float32", 6, 7_500_000_000), MemoryNeed("bfloat16", 3, 4_100_000_000)),
    on_disk=OnDisk.ABSENT,
    source="hub/someone/GAR-x",
)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (375e6, "375 MB"), (19.6e9, "20 GB")],
)
def test_sizes(count: float, said: str) -> None:
    assert size_text(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.1, "1 s"), (89, "89 s"), (90, "2 min"), (7_800, "2 h 10 min")]
)
def test_times(seconds: float, said: str) -> None:
    assert time_text(seconds) == said


def test_what_a_model_costs() -> None:
    assert entry_size(ENTRY) == "about 3.1 GB"
    assert entry_memory(ENTRY) == "needs 4.1 GB to 7.5 GB"
    assert short_licence(ENTRY.licence) == "research only"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (ENTRY, "not here"),
        (replace(ENTRY, on_disk=OnDisk.PARTIAL, bytes_on_disk=1_200_000_000), "1.2 GB here"),
        (replace(ENTRY, on_disk=OnDisk.COMPLETE), "on disk"),
        (replace(ENTRY, on_disk=OnDisk.COMPLETE, model="", source=""), "built in"),
        (replace(ENTRY, problem="It is damaged."), "not usable"),
    ],
)
def test_how_a_model_stands(entry: ModelEntry, said: str) -> None:
    assert state_text(entry, in_use=False, fetching=None) == said


def test_how_far_a_download_is() -> None:
    fetching = Fetching(Offer(ENTRY, EngineKind.DESCRIBE))
    assert progress_text(fetching) == "Asking the server…"
    known = replace(fetching, progress=DownloadProgress("a", 1_200_000_000, 3_100_000_000))
    assert progress_text(known) == "1.2 GB of 3.1 GB"
    fast = replace(known, speed=21e6, seconds_left=90.0)
    assert progress_text(fast) == "1.2 GB of 3.1 GB · 21 MB/s · 2 min left"
    assert state_text(ENTRY, in_use=False, fetching=fast) == "38 %"
    assert "kept" in progress_text(replace(fast, stopping=True))
