"""An engine in a process of its own: the same answers, and no process is left behind."""

import os

import pytest

from gar_studio.engines.construction import EngineKind, EngineOptions
from gar_studio.engines.protocol import CancelToken
from gar_studio.engines.registry import build_describer, build_segmenter
from gar_studio.engines.trial import sample_scene, try_segmenter
from gar_studio.errors import EngineError
from gar_studio.remote.process import ProcessConnection, build_apart
from gar_studio.remote.segmenter import RemoteSegmenter

APART = EngineOptions(own_process=True)


def test_an_engine_apart_says_what_it_says_here() -> None:
    apart = try_segmenter(lambda: build_segmenter("grabcut", APART), CancelToken())
    here = try_segmenter(lambda: build_segmenter("grabcut", EngineOptions()), CancelToken())
    assert apart.said == here.said
    assert apart.info.revision == here.info.revision


def test_its_process_ends_with_it() -> None:
    engine = build_apart(EngineKind.SEGMENT, "grabcut", APART)
    assert isinstance(engine, RemoteSegmenter)
    assert isinstance(engine.connection, ProcessConnection)
    pid = engine.connection.process.pid
    engine.prepare(sample_scene(), CancelToken())
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_keeps_it_from_being_built_is_said_as_it_is_here() -> None:
    with pytest.raises(EngineError, match="GAR needs a model"):
        build_describer("gar", APART)
    with pytest.raises(EngineError, match="no such engine"):
        build_apart(EngineKind.DESCRIBE, "no such engine", APART)
