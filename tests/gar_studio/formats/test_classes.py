"""Lists of classes: what is in them, and what importing them would do."""

import json
from pathlib import Path

import pytest

from gar_studio.document.category_commands import ImportCategories
from gar_studio.errors import FormatError
from gar_studio.formats.classes import plan_import, read_class_names
from tests.helpers.projects import export_coco, new_document

FILES = {
    "list.txt": "\ufeffcat\r\n  animal / dog \n\n狗\n",
    "coco.json": '{"info": {}, "categories": [{"id": 9, "name": "cat"},'
    ' {"id": 2, "name": "dog", "supercategory": "animal"},'
    ' {"name": "狗", "supercategory": "none"}]}',
    "own.json": '[{"name": "cat"}, {"name": "animal/dog", "supercategory": "animal"},'
    ' {"name": "狗"}]',
    "names.json": '["cat", "animal/dog", "狗"]',
    "inline.yaml": "train: a\nnames: ['cat', \"animal/dog\", 狗]  # three\nnc: 3\n",
    "lines.yml": "names:\n  - cat\n  - animal/dog # the good one\n  # more\n  - 狗\nval: b\n",
    "flush.yml": "names:\n- cat\n- animal/dog\n- '狗'\nval: b\n",
    "numbers.yaml": "path: x\nnames:\n  0: cat\n  1: animal/dog\n  2: '狗'\n",
    "mapping.yaml": "names: {0: cat, 1: 'animal/dog',\n  2: 狗}\n",
}


@pytest.mark.parametrize("name", list(FILES))
def test_names_are_read_from_every_kind_of_list(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    assert read_class_names(tmp_path / name) == ("cat", "animal/dog", "狗")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.txt", None),
        ("empty.txt", b"\n \n"),
        ("latin.txt", "caf\xe9".encode("latin-1")),
        ("other.json", b'{"images": []}'),
        ("broken.json", b"{"),
        ("number.json", b"[1, 2]"),
        ("no.yaml", b"train: a\n"),
    ],
)
def test_what_is_no_list_is_refused_with_its_name(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FormatError, match=name):
        read_class_names(tmp_path / name)


def test_the_exported_categories_come_back_by_name_and_parent(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj")
    names = ("animal/dog", "animal", "animal/dog/puppy", "n/a")
    document.do(ImportCategories(names))
    export_coco(document, tmp_path / "a.json")
    document.close()
    written = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["categories"]
    assert [(c["id"], c["name"], c["supercategory"]) for c in written] == [
        (1, "object", ""),
        (2, "animal/dog", "animal"),
        (3, "animal", ""),
        (4, "animal/dog/puppy", "animal/dog"),
        (5, "n/a", "n"),
    ]
    assert read_class_names(tmp_path / "a.json") == ("object", *names)


def test_a_plan_names_every_clash_before_anything_is_written() -> None:
    plan = plan_import(["cat", "Dog", "bird", "bird", "Bird", "a//b", "cat"], ["cat", "dog"])
    assert plan.new == ("Dog", "bird", "Bird")
    assert plan.present == ("cat",)
    assert plan.repeated == ("bird", "cat")
    assert plan.alike == (("Dog", "dog"), ("Bird", "bird"))
    assert plan.unusable == ("a//b",)
