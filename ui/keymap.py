"""Which keys do what: the table's, and what a person made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtGui import QKeySequence

from gar_studio.language import mark, tr
from gar_studio.settings import MAX_KEYS
from ui.actions import ACTIONS

_MOVING = mark("the crosshair, and moving the photo")

FIXED_KEYS: Final = {
    **dict.fromkeys("123456789", mark("the masks offered, and categories")),
    **dict.fromkeys(("Space", "Shift+Space", "Alt+Space"), _MOVING),
    **dict.fromkeys(("Left", "Right", "Up", "Down"), _MOVING),
    **dict.fromkeys(
        ("Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down"),
        mark("the crosshair, pixel by pixel"),
    ),
    **dict.fromkeys(("Tab", "Shift+Tab"), mark("going to the next control")),
    **dict.fromkeys(("Menu", "Shift+F10"), mark("the menu at the pointer")),
}
"""Keys that are no action's and cannot be given to one, and what they are for."""

_SPECS: Final = {spec.id: spec for spec in ACTIONS}


def portable(keys: str) -> str:
    """Return a key's name as it is kept, such as "Ctrl+K"; "" if it is none, or several."""
    sequence = QKeySequence(keys)
    known = sequence.count() == 1 and "\ufffd" not in sequence.toString()
    return sequence.toString(QKeySequence.SequenceFormat.PortableText) if known else ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a key is not free.

    Attributes:
        key: the key.
        action_id: the action that has it, or "" if it is fixed.
        used_for: what it does, for people.
    """

    key: str
    action_id: str
    used_for: str

    @property
    def can_be_taken(self) -> bool:
        """Whether the key may be taken over."""
        return bool(self.action_id)


@dataclass(frozen=True, slots=True)
class Keymap:
    """All actions' keys.

    A key belongs to one action only, also where one of two works on the canvas alone: with the
    canvas in focus both would be meant.

    Attributes:
        changed: keys by action id, where they are not the table's.  Unknown ids are left alone.
    """

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, changed: Mapping[str, tuple[str, ...]]) -> "Keymap":
        """Return a keymap in which no key means two things, whatever a file says."""
        known = {key: keys for key, keys in changed.items() if key in _SPECS}
        keymap = cls({key: keys for key, keys in changed.items() if key not in _SPECS})
        for action_id, keys in known.items():
            keymap = keymap.with_keys(action_id, keys)
        return keymap

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Return an action's keys; the first is shown."""
        usual = _SPECS[action_id].shortcuts
        if action_id not in self.changed:
            return usual
        found = (portable(keys) for keys in self.changed[action_id][:MAX_KEYS])
        return tuple(dict.fromkeys(key for key in found if key and key not in FIXED_KEYS))

    def is_changed(self, action_id: str) -> bool:
        """Whether an action has other keys than the table's."""
        return action_id in self.changed

    def conflicts(self, action_id: str, keys: Iterable[str]) -> tuple[Conflict, ...]:
        """Return which of the keys are not free for an action."""
        wanted = [portable(key) for key in keys]
        fixed = [Conflict(key, "", tr(FIXED_KEYS[key])) for key in wanted if key in FIXED_KEYS]
        others = [
            Conflict(key, spec.id, spec.plain_text)
            for key in wanted
            for spec in ACTIONS
            if spec.id != action_id and key in map(portable, self.keys(spec.id))
        ]
        return (*fixed, *others)

    def with_keys(self, action_id: str, keys: Iterable[str]) -> "Keymap":
        """Give an action these keys; whichever other action had one of them loses it."""
        given = tuple(key for key in keys if portable(key) and portable(key) not in FIXED_KEYS)
        changed = dict(self.changed)
        for conflict in self.conflicts(action_id, given):
            if conflict.can_be_taken:
                other = conflict.action_id
                had = Keymap(changed).keys(other)
                changed[other] = tuple(key for key in had if portable(key) != conflict.key)
        changed[action_id] = given
        return Keymap(_without_usual(changed))

    def reset(self, action_id: str) -> "Keymap":
        """Give an action the table's keys back, from whichever action has them now."""
        return self.with_keys(action_id, _SPECS[action_id].shortcuts)

    def reset_all(self) -> "Keymap":
        """Give every action the table's keys back."""
        return Keymap({key: keys for key, keys in self.changed.items() if key not in _SPECS})


def _without_usual(changed: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave out what is as in the table."""
    return {
        action_id: keys
        for action_id, keys in changed.items()
        if action_id not in _SPECS or keys != _SPECS[action_id].shortcuts
    }
