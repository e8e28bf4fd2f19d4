"""Gives the actions their keys, and the buttons that do the same their tool tips."""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ui.actions import ACTIONS, give_keys, native_keys
from ui.controllers.settings import SettingsController
from ui.keymap import Keymap
from ui.panels.shortcut_dialog import ShortcutDialog


class ShortcutController(QObject):
    """Between the settings, the actions and the sheet of shortcuts.

    Attributes:
        keymap: the keys in force.
    """

    def __init__(
        self,
        settings: SettingsController,
        actions: Mapping[str, QAction],
        buttons: Mapping[str, QWidget],
    ) -> None:
        """Give every action its keys.

        Args:
            settings: keeps them.
            actions: by id.
            buttons: what does the same as an action, by the action's id.
        """
        super().__init__()
        self._settings = settings
        self._actions = actions
        self._buttons = {key: (button, button.toolTip()) for key, button in buttons.items()}
        self.keymap = Keymap.of(settings.settings.shortcuts)
        self._apply()

    def change(self, keymap: Keymap) -> None:
        """Work with these keys from now on, and remember them."""
        self.keymap = keymap
        self._apply()
        self._settings.choose_shortcuts(dict(keymap.changed))

    def show_sheet(self, parent: QWidget) -> None:
        """Show all shortcuts, to be read and changed."""
        ShortcutDialog(self.keymap, self.change, parent).exec()

    def _apply(self) -> None:
        for spec in ACTIONS:
            give_keys(self._actions[spec.id], spec, self.keymap.keys(spec.id))
        for action_id, (button, tip) in self._buttons.items():
            keys = native_keys(self.keymap.keys(action_id)[:1])
            button.setToolTip(f"{tip} ({keys})" if keys else tip)
