"""A catalogue of translations is read as what others wrote."""

from pathlib import Path

import pytest

from gar_studio.errors import FormatError
from ui.language import MAX_BYTES, read_catalogue


def _catalogue(tmp_path: Path, inside: str, head: str = "<!DOCTYPE TS>") -> Path:
    path = tmp_path / "xx.ts"
    text = f'<?xml version="1.0" encoding="utf-8"?>{head}<TS version="2.1">{inside}</TS>'
    path.write_text(text, encoding="utf-8")
    return path


def _message(translation: str) -> str:
    return f"<message><source>&amp;Stop</source>{translation}</message>"


def test_a_catalogue_is_read_by_context(tmp_path: Path) -> None:
    inside = "".join(
        f"<context><name>{name}</name>{_message(f'<translation>{name}!</translation>')}</context>"
        for name in ("GarStudio", "QPlatformTheme")
    )
    assert read_catalogue(_catalogue(tmp_path, inside)) == {
        ("GarStudio", "&Stop"): "GarStudio!",
        ("QPlatformTheme", "&Stop"): "QPlatformTheme!",
    }


@pytest.mark.parametrize(
    "translation",
    [
        '<translation type="unfinished">x</translation>',
        '<translation type="vanished">x</translation>',
        "<translation></translation>",
    ],
)
def test_what_is_not_finished_is_left_out(tmp_path: Path, translation: str) -> None:
    inside = f"<context><name>GarStudio</name>{_message(translation)}</context>"
    assert read_catalogue(_catalogue(tmp_path, inside)) == {}


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE TS [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE TS SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE TS [ ]>",
    ],
)
def test_a_document_type_of_its_own_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(FormatError):
        read_catalogue(_catalogue(tmp_path, "", head))


def test_a_damaged_or_huge_catalogue_is_refused(tmp_path: Path) -> None:
    path = _catalogue(tmp_path, "<context>")
    with pytest.raises(FormatError, match=r"xx\.ts"):
        read_catalogue(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(FormatError, match=r"xx\.ts"):
        read_catalogue(path)
    path.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(FormatError, match="bytes"):
        read_catalogue(path)
    path.unlink()
    with pytest.raises(FormatError):
        read_catalogue(path)
