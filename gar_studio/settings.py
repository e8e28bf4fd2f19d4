"""What a user sets once for all projects, and the folders that the studio keeps things in.

Settings are one JSON file.  Reading never fails: a damaged file is put aside under another name,
the defaults are used, and the caller gets one error to show.
"""

import getpass
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
import platformdirs

from gar_studio.engines.catalogue import OwnModel
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.registry import DEFAULT_DESCRIBER, DEFAULT_SEGMENTER
from gar_studio.errors import GarStudioError
from gar_studio.files import atomic_write
from gar_studio.language import tr
from gar_studio.presets import DEFAULT_PRESETS, MAX_PRESETS, Preset

HOME_VARIABLE = "GAR_STUDIO_HOME"
"""Environment variable that puts configuration, cache and data below one folder."""

MAX_TILES = 36
"""Most image tiles that a request may ask for (PerceptionLM's largest grid)."""

MAX_NEW_TOKENS = 1024
"""Most tokens of one answer (gar.md, Tokens: generation)."""

MAX_AHEAD = 16
"""Most images that are encoded ahead."""

MAX_REMAPPED = 500
"""Most actions whose keys are changed."""

MAX_KEYS = 4
"""Most keys of one action."""

MAX_KEY_LENGTH = 64
"""Most characters of a key's name, such as "Ctrl+Shift+P"."""

Look: TypeAlias = Literal["dark", "light", "system"]
Language: TypeAlias = Literal["system", "en", "zh_CN"]

_APP = "gar-studio"
_FILE = "settings.json"
_MAX_BYTES = 1_000_000


class SettingsError(GarStudioError):
    """The settings cannot be read or written."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """An engine by its name in `gar_studio.engines.registry`, and how to build it."""

    name: str
    options: EngineOptions = field(default_factory=EngineOptions)


@dataclass(frozen=True, slots=True)
class CanvasLook:
    """What lies over the photo, and how.

    Attributes:
        fill: whether regions are filled.
        outline: whether regions have outlines; the selected ones always do.
        opacity: of the fill (0.1…0.9).
        minimap: whether a small copy of the photo shows which part is in view.
        crosshair: whether lines through the pointer cross the photo, with every tool.
        arrows: whether relations are drawn from region to region.
    """

    fill: bool = True
    outline: bool = True
    opacity: float = 0.4
    minimap: bool = True
    crosshair: bool = False
    arrows: bool = False

    def __post_init__(self) -> None:
        if not 0.1 <= self.opacity <= 0.9:
            raise ValueError(f"opacity is {self.opacity}, but has to be 0.1…0.9")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user sets once.

    Attributes:
        segmenter: what cuts objects out.
        describer: what answers in words.
        max_tiles: most image tiles beside the thumbnail (1…36), or None for the model's own.
        max_new_tokens: most tokens of one answer (1…1024).
        theme: the window's look, "dark", "light", or "system" for that of the desktop.
        language: the window's language, "en", "zh_CN", or "system" for that of the desktop.
        ahead: how many of the next images the segmenter encodes ahead (0…16).
        hint: whether the mask that a click would give is shown under the pointer.
        look: what lies over the photo, and how.
        presets: questions to choose from, in the menu's order (at most 50).
        reviewer: the name under which this person reviews; "" for the name of the account.
        own_models: models of the user's own that the window lists beside those it knows.
        shortcuts: keys by action id, where they are not the usual ones; no key at all is ().
            Ids that this version does not know are kept and ignored.
    """

    segmenter: EngineChoice = field(default_factory=lambda: EngineChoice(DEFAULT_SEGMENTER))
    describer: EngineChoice = field(default_factory=lambda: EngineChoice(DEFAULT_DESCRIBER))
    max_tiles: int | None = None
    max_new_tokens: int = MAX_NEW_TOKENS
    theme: Look = "dark"
    language: Language = "system"
    ahead: int = 2
    hint: bool = True
    look: CanvasLook = field(default_factory=CanvasLook)
    presets: tuple[Preset, ...] = DEFAULT_PRESETS
    reviewer: str = ""
    own_models: tuple[OwnModel, ...] = ()
    shortcuts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.presets) > MAX_PRESETS:
            raise ValueError(f"there are {len(self.presets)} presets, but at most {MAX_PRESETS}")
        if not 0 <= self.ahead <= MAX_AHEAD:
            raise ValueError(f"ahead is {self.ahead}, but has to be 0…{MAX_AHEAD}")
        if self.max_tiles is not None and not 1 <= self.max_tiles <= MAX_TILES:
            raise ValueError(f"max_tiles is {self.max_tiles}, but has to be 1…{MAX_TILES}")
        if not 1 <= self.max_new_tokens <= MAX_NEW_TOKENS:
            raise ValueError(
                f"max_new_tokens is {self.max_new_tokens}, but has to be 1…{MAX_NEW_TOKENS}"
            )
        if len(self.shortcuts) > MAX_REMAPPED:
            raise ValueError(f"shortcuts are {len(self.shortcuts)}, but at most {MAX_REMAPPED}")
        for action_id, keys in self.shortcuts.items():
            if len(keys) > MAX_KEYS or any(len(key) > MAX_KEY_LENGTH for key in keys):
                raise ValueError(f"the keys of {action_id} are too many or too long")


def reviewer_name(settings: Settings) -> str:
    """Return the name under which a person reviews; "" if nothing is known."""
    return settings.reviewer or account_name()


def account_name() -> str:
    """Return the name of the account that the studio runs under, or "" if it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name (KeyError before Python 3.13)
        return ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings as they were found, and what went wrong on the way, if anything."""

    settings: Settings
    problem: SettingsError | None = None


def config_folder() -> Path:
    """Return the folder of the settings file; it may not exist yet."""
    return _folder("config", platformdirs.user_config_path(_APP, appauthor=False))


def cache_folder() -> Path:
    """Return the folder of what can be made or fetched again; it may not exist yet."""
    return _folder("cache", platformdirs.user_cache_path(_APP, appauthor=False))


def data_folder() -> Path:
    """Return the folder of the user's own things, such as the sample project."""
    return _folder("data", platformdirs.user_data_path(_APP, appauthor=False))


def settings_file() -> Path:
    """Return the path of the settings file; it may not exist yet."""
    return config_folder() / _FILE


def load(path: Path | None = None) -> Loaded:
    """Read the settings.

    A missing file means the defaults.  A damaged one is renamed to `settings.damaged.json` (with
    a number where that name is taken), and `Loaded.problem` says so.

    Args:
        path: the file; None for `settings_file()`.
    """
    path = path or settings_file()
    try:
        if path.stat().st_size > _MAX_BYTES:
            return _put_aside(
                path, tr("it has more than {max_bytes:,} bytes", max_bytes=_MAX_BYTES)
            )
        data = path.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError as error:
        return Loaded(
            Settings(),
            SettingsError(
                tr(
                    "The settings in “{path}” cannot be read: {strerror}.",
                    path=path,
                    strerror=error.strerror,
                ),
                kept=tr("The file was left as it is; the defaults are used."),
                advice=tr("Check that it is a file and that you may read it."),
            ),
        )
    try:
        return Loaded(msgspec.json.decode(data, type=Settings))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _put_aside(path, str(error))


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings; either the whole new file is there afterwards or the whole old one.

    Raises:
        SettingsError: the file cannot be written.
    """
    path = path or settings_file()
    text = msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(
            tr(
                "The settings cannot be written to “{path}”: {strerror}.",
                path=path,
                strerror=error.strerror,
            ),
            kept=tr("The settings on disk are the old ones."),
            advice=tr("Check that the folder exists and that the disk is not full."),
        ) from error


def _folder(name: str, usual: Path) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser() / name if home else usual


def _put_aside(path: Path, why: str) -> Loaded:
    aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
    number = 2
    while aside.exists():
        aside = path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")
        number += 1
    try:
        path.rename(aside)
        kept = tr("The file was kept as “{name}”; the defaults are used.", name=aside.name)
    except OSError:
        kept = tr("The file was left as it is; the defaults are used.")
    return Loaded(
        Settings(),
        SettingsError(
            tr("The settings in “{path}” are damaged: {why}.", path=path, why=why),
            kept=kept,
            advice=tr("Set what you need again, or repair the file and rename it back."),
        ),
    )
