"""The window's language: reads a catalogue of texts and hands it to Qt and to the core."""

import logging
from importlib import resources
from pathlib import Path
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QObject,
    QTranslator,
    QXmlStreamReader,
)
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication

from gar_studio.errors import FormatError
from gar_studio.language import set_translator
from gar_studio.settings import Language

CONTEXT: Final = "GarStudio"
"""Context of the studio's own texts; others in a catalogue are Qt's."""

MAX_BYTES: Final = 4_000_000
"""Most bytes of a catalogue."""

_TOKEN = QXmlStreamReader.TokenType
_LOG = logging.getLogger(__name__)

_FAMILIES: Final = {
    "zh_CN": ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC"),
}
"""Fonts with a language's own forms of the letters; the first that is installed is used."""

Catalogue = dict[tuple[str, str], str]
"""Translations by context and source text."""


def catalogue_file(language: str) -> Path:
    """Return the path of a language's catalogue, such as that of "zh_CN"."""
    return Path(str(resources.files("resources"))) / "translations" / f"{language}.ts"


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue in Qt Linguist's TS format; entries that are not finished are left out.

    Raises:
        FormatError: it cannot be read, is too large or no TS file, or declares a document type
            of its own.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _damaged(path, f"it has more than {MAX_BYTES:,} bytes")
        reader = QXmlStreamReader(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    entries: Catalogue = {}
    context = source = ""
    while not reader.atEnd():
        token = reader.readNext()
        if token is _TOKEN.DTD and (reader.dtdSystemId() or "[" in reader.text()):
            raise _damaged(path, "it declares a document type of its own")
        if token is not _TOKEN.StartElement:
            continue
        match reader.name():
            case "name":
                context = reader.readElementText()
            case "source":
                source = reader.readElementText()
            case "translation":
                finished = not reader.attributes().hasAttribute("type")
                text = reader.readElementText()
                if finished and text:
                    entries[context, source] = text
            case _:
                pass
    if reader.hasError():
        raise _damaged(path, reader.errorString())
    return entries


def resolved(language: Language) -> str:
    """Return "en" or "zh_CN"; "system" asks the desktop, and English is the default."""
    if language != "system":
        return language
    for name in QLocale.system().uiLanguages():
        locale = QLocale(name)
        if locale.language() is QLocale.Language.English:
            return "en"
        simplified = locale.script() is QLocale.Script.SimplifiedHanScript
        if locale.language() is QLocale.Language.Chinese and simplified:
            return "zh_CN"
    return "en"


class CatalogueTranslator(QTranslator):
    """Gives Qt the texts of a catalogue."""

    def __init__(self, entries: Catalogue, parent: QObject) -> None:
        super().__init__(parent)
        self._entries = entries

    def isEmpty(self) -> bool:  # noqa: N802
        """See `QTranslator.isEmpty`."""
        return not self._entries

    def translate(
        self,
        context: bytes | bytearray | memoryview | str,
        source: bytes | bytearray | memoryview | str,
        disambiguation: bytes | bytearray | memoryview | str | None = None,  # noqa: ARG002
        n: int = -1,  # noqa: ARG002
    ) -> str:
        """See `QTranslator.translate`; None, Qt's null, lets the next translator answer."""
        return self._entries.get((str(context), str(source)))  # type: ignore[return-value]


def install(app: QApplication, language: Language) -> None:
    """Show the window's texts and Qt's own in a language; for English nothing is done.

    It has to be called before the first window is made, as texts are taken over once.

    Raises:
        FormatError: the catalogue cannot be read.
    """
    name = resolved(language)
    if name == "en":
        return
    qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt.load(f"qtbase_{name}", folder):
        app.installTranslator(qt)
    else:
        _LOG.warning("Qt's own texts are not there in %s", name)
    font = app.font()
    font.setFamilies([*_FAMILIES[name], QFontInfo(font).family()])
    app.setFont(font)
    app.installTranslator(CatalogueTranslator(read_catalogue(catalogue_file(name)), app))
    set_translator(_translate)


def _translate(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


def _damaged(path: Path, why: str) -> FormatError:
    return FormatError(
        f"The texts in “{path.name}” cannot be read: {why}.",
        advice="Install GAR Studio again.",
    )
