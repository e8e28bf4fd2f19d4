"""A trial asks an engine one small thing, tells of it, and frees the engine whatever happens."""

import pytest

from gar_studio.engines.protocol import CancelToken
from gar_studio.engines.trial import sample_scene, try_describer, try_segmenter
from gar_studio.errors import Cancelled, EngineError
from tests.helpers.engines import ScriptedDescriber, ScriptedSegmenter


def test_a_segmenter_is_clicked_inside_the_scene() -> None:
    engine = ScriptedSegmenter()
    result = try_segmenter(lambda: engine, CancelToken())
    (click,) = engine.requests[0].prompts.clicks
    scene = sample_scene()
    assert 0 < click.x < scene.width
    assert 0 < click.y < scene.height
    assert "3 masks" in result.said
    assert result.info is engine.info


def test_a_describer_says_a_few_words_and_is_closed() -> None:
    engine = ScriptedDescriber()
    result = try_describer(lambda: engine, CancelToken())
    assert result.said == "A small box."
    assert engine.requests[0].max_new_tokens < 100
    assert engine.closed == 1


def test_an_engine_that_fails_is_closed_too() -> None:
    engine = ScriptedDescriber(fail_at=1)
    with pytest.raises(EngineError, match="broke"):
        try_describer(lambda: engine, CancelToken())
    assert engine.closed == 1


def test_a_trial_can_be_cancelled() -> None:
    token = CancelToken()
    engine = ScriptedDescriber(before_word=lambda _: token.cancel())
    with pytest.raises(Cancelled):
        try_describer(lambda: engine, token)
    assert engine.closed == 1
