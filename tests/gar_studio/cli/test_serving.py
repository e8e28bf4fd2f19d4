"""`gar-studio serve` from the shell: where it is, who gets in, and its end."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gar_studio.settings import HOME_VARIABLE
from tests.gar_studio.cli.conftest import Studio


def test_it_says_where_it_is_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    words = ["-m", "main", "serve", "--port", "0", "--only", "segment", "--json"]
    environment = {**os.environ, HOME_VARIABLE: str(tmp_path)}
    environment.pop("GAR_STUDIO_TOKEN", None)
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["url"].startswith("http://127.0.0.1:")
        assert ready["describer"] is None
        assert ready["segmenter"]["name"] == "GrabCut"
        assert ready["token"] is False
        photo = Path(__file__).parents[3] / "resources" / "scenes" / "shapes.jpg"
        cut = ["segment", str(photo), "--point", "550,340", "--engine", ready["url"], "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "main", *cut],
            check=False,
            capture_output=True,
            text=True,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["engine"]["name"] == "GrabCut"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_other_computers_are_let_in_with_a_token_only(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GAR_STUDIO_TOKEN", raising=False)
    result = studio("serve", "--host", "0.0.0.0")
    assert result.status == 1
    assert "there is no token" in result.err
    short = tmp_path / "token"
    short.write_text("too-short")
    result = studio("serve", "--host", "0.0.0.0", "--token-file", short)
    assert result.status == 1
    assert "at least 16" in result.err
    result = studio("serve", "--token-file", tmp_path / "missing")
    assert result.status == 1
    assert "cannot be read" in result.err


def test_a_port_that_is_taken_is_said(studio: Studio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = studio("serve", "--port", port, "--only", "segment")
    assert result.status == 1
    assert "cannot listen" in result.err


def test_a_server_that_is_not_there_is_said(studio: Studio, photo: Path) -> None:
    result = studio("segment", photo, "--point", "5,5", "--engine", "http://127.0.0.1:9")
    assert result.status == 1
    assert "does not answer" in result.err
