"""The example of docs/server.md does what it says."""

import ast
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.engines import ScriptedDescriber
from tests.helpers.hosts import serving

PAGE = Path(__file__).parents[3] / "docs" / "server.md"


def test_the_example_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.zeros((120, 160, 3), np.uint8)).save("photo.jpg")
    example = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    with serving(describer=ScriptedDescriber()) as server:
        names: dict[str, object] = {}
        exec(example.replace("http://127.0.0.1:8765", server.url), names)
        names["http"].close()  # type: ignore[attr-defined]
    events = [ast.literal_eval(line) for line in capsys.readouterr().out.splitlines()]
    assert "".join(one["text"] for one in events if one["event"] == "delta") == "A small box."
