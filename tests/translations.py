"""Compares the texts in the code with the catalogues of translations.

`python -m tests.translations` adds what is missing to the catalogues, unfinished, and takes out
what is in no code any more.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree as ET

from ui.actions import ACTIONS, MENUS
from ui.language import CONTEXT, catalogue_file

ROOT = Path(__file__).parents[1]
ROOMS = ("gar_studio", "models", "ui")
LANGUAGES = ("zh_CN",)
CALLS = {"tr": 1, "tr_n": 2, "mark": 1}
"""Functions of `gar_studio.language`, and how many of their first arguments are texts."""


@dataclass(frozen=True)
class Entry:
    """One text in a catalogue."""

    source: str
    translation: str
    finished: bool


def texts() -> set[str]:
    """Return every text that is translated."""
    found = {spec.text for spec in ACTIONS} | {s.submenu for s in ACTIONS if s.submenu}
    found |= set(MENUS)
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            found |= set(_literals(ast.parse(file.read_text(encoding="utf-8")), file))
    return found


def _literals(tree: ast.Module, file: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        for argument in node.args[: CALLS.get(node.func.id, 0)]:
            yield from _strings(argument, f"{file}:{node.lineno}", always=node.func.id != "tr")


def _strings(node: ast.expr, where: str, *, always: bool) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from _strings(node.body, where, always=always)
            yield from _strings(node.orelse, where, always=always)
        case ast.JoinedStr() | ast.BinOp():
            raise AssertionError(f"{where}: the text is put together, so it is in no catalogue")
        case _:
            assert not always, f"{where}: the text has to stand there"


def entries(language: str) -> list[Entry]:
    """Return what a catalogue has in the studio's context."""
    found = []
    for context in ET.parse(catalogue_file(language)).getroot().iter("context"):
        if context.findtext("name") != CONTEXT:
            continue
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            found.append(
                Entry(
                    message.findtext("source") or "",
                    translation.text or "",
                    translation.get("type") is None,
                )
            )
    return found


def fields(text: str) -> set[tuple[str, str]]:
    """Return names and formats of the fields in a text."""
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None}


def update(language: str) -> list[str]:
    """Bring a catalogue up to date with the code; return what has no translation."""
    there = {}
    if catalogue_file(language).exists():
        there = {e.source: e.translation for e in entries(language) if e.finished}
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for text in sorted(texts()):
        message = ET.SubElement(context, "message")
        ET.SubElement(message, "source").text = text
        translation = ET.SubElement(message, "translation")
        translation.text = there.get(text, "")
        if not translation.text:
            translation.set("type", "unfinished")
    ET.indent(root, space="")
    body = ET.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    catalogue_file(language).write_text(f"{head}{body}\n", encoding="utf-8")
    return [e.source for e in entries(language) if not e.finished]


if __name__ == "__main__":
    for one in LANGUAGES:
        for missing in update(one):
            sys.stdout.write(f"{one}: {missing!r}\n")
