import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio import settings
from gar_studio.engines.construction import EngineOptions, ScribblePrompt
from gar_studio.presets import Preset
from gar_studio.settings import EngineChoice, Settings, SettingsError, load, save

options = st.builds(
    EngineOptions,
    model=st.text(max_size=20),
    device=st.sampled_from(["auto", "cpu", "cuda:1"]),
    dtype=st.sampled_from(["auto", "bfloat16"]),
    allow_download=st.booleans(),
    scribbles=st.sampled_from(ScribblePrompt),
)
choices = st.builds(EngineChoice, name=st.text(min_size=1, max_size=9), options=options)
words = st.text(st.characters(exclude_categories=["Cs", "Z", "C"]), min_size=1, max_size=9)
presets = st.lists(st.builds(Preset, words, words, st.booleans()), max_size=4).map(tuple)
all_settings = st.builds(
    Settings,
    segmenter=choices,
    describer=choices,
    max_tiles=st.none() | st.integers(1, settings.MAX_TILES),
    max_new_tokens=st.integers(1, settings.MAX_NEW_TOKENS),
    theme=st.sampled_from(["dark", "light", "system"]),
    language=st.sampled_from(["system", "en", "zh_CN"]),
    shortcuts=st.dictionaries(
        st.text(max_size=9), st.lists(st.text(max_size=9), max_size=settings.MAX_KEYS).map(tuple)
    ),
    presets=presets,
)


@given(value=all_settings)
def test_what_is_saved_is_loaded(value: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip" / "settings.json"
    save(value, path)
    assert load(path) == settings.Loaded(value)


def test_without_a_file_the_defaults_are_used(tmp_path: Path) -> None:
    loaded = load(tmp_path / "none.json")
    assert loaded.problem is None
    assert loaded.settings.segmenter.name == "grabcut"
    assert loaded.settings.describer.name == "gar-nano"
    assert not loaded.settings.describer.options.allow_download


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe\x00",
        b'{"max_tiles": "many"}',
        b'{"max_tiles": 0}',
        b'{"max_tiles": 37}',
        b'{"max_new_tokens": 0}',
        b'{"theme": "pink"}',
        b'{"language": "../en"}',
        b'{"shortcuts": {"describe": "J"}}',
        b'{"shortcuts": {"describe": ["A", "B", "C", "D", "E"]}}',
        b'{"presets": [{"name": "", "text": "x"}]}',
        b'{"presets": [{"name": "x", "text": 3}]}',
        b'{"presets": [' + b",".join([b'{"name": "x", "text": "x"}'] * 51) + b"]}",
        b'{"segmenter": {"options": {}}}',
        b'{"describer": {"name": "gar", "options": {"device": 3}}}',
        b'{"segmenter": {"name": "sam", "options": {"scribbles": "lines"}}}',
        b'{"max_new_tokens": ' + b"1" * 1_000_001 + b"}",
    ],
)
def test_a_damaged_file_is_kept_aside_and_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(data)
    loaded = load(path)
    assert loaded.settings == Settings()
    assert loaded.problem is not None
    assert "settings.damaged.json" in loaded.problem.kept
    assert (tmp_path / "settings.damaged.json").read_bytes() == data
    assert load(path).problem is None


def test_a_second_damaged_file_does_not_replace_the_first(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for data in (b"first", b"second", b"third"):
        path.write_bytes(data)
        load(path)
    kept = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert kept == {
        "settings.damaged.json": b"first",
        "settings.damaged-2.json": b"second",
        "settings.damaged-3.json": b"third",
    }


def test_a_folder_in_the_files_place_is_said_and_left(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    loaded = load(path)
    assert loaded.settings == Settings()
    assert loaded.problem is not None
    assert path.is_dir()


def test_keys_of_a_newer_studio_are_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"max_tiles": 4, "theme": "dark"}', encoding="utf-8")
    assert load(path) == settings.Loaded(Settings(max_tiles=4))


def test_a_failed_save_leaves_the_old_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    save(Settings(max_tiles=4), path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        save(Settings(max_tiles=9), path)
    assert load(path).settings.max_tiles == 4
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


def test_one_variable_moves_all_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usual = settings.config_folder(), settings.cache_folder(), settings.data_folder()
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))
    moved = settings.config_folder(), settings.cache_folder(), settings.data_folder()
    assert moved == (tmp_path / "config", tmp_path / "cache", tmp_path / "data")
    assert settings.settings_file().parent == tmp_path / "config"
    assert len({*usual, *moved}) == 6
