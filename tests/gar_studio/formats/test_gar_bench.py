"""GAR-Bench: real samples come in, and leave again as they were."""

import json
from pathlib import Path

import pytest

from gar_studio.document.document import Document
from gar_studio.formats.gar_bench import export_gar_bench, split_choices
from gar_studio.formats.gar_bench_reader import open_gar_bench
from gar_studio.formats.importing import apply_import, plan_import
from gar_studio.formats.snapshot import project_labels
from gar_studio.store.opening import open_store

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "gar_bench"

FIRST = {"size": [4, 4], "counts": [0, 4, 12]}
SECOND = {"size": [4, 4], "counts": [4, 4, 8]}


def write(folder: Path, name: str, *items: dict[str, object]) -> None:
    (folder / name).write_text(json.dumps(list(items)), encoding="utf-8")


def test_the_kinds_of_items_are_read(tmp_path: Path) -> None:
    both = {"image": "images/a.png", "mask_rles": [SECOND, FIRST]}
    write(
        tmp_path, "vqa.json",
        both | {"question": "Is <Prompt1> red?", "choices": ["A. yes", "B. <Prompt0> is"],
                "answer": "B", "type": "color"},
    )  # fmt: skip
    write(
        tmp_path, "simple.json",
        {"image": "images/a.png", "mask_rles": [FIRST], "question": "What?", "answer": "<Prompt0>"},
    )  # fmt: skip
    write(
        tmp_path, "detailed.json",
        both | {"subject_name": "dog", "object_name": "cat", "predicate_name": "beside"},
    )  # fmt: skip

    (image,) = open_gar_bench(tmp_path, tmp_path).images()

    assert [region.category for region in image.regions] == ["dog", "cat"]
    (relation,) = image.relations
    assert (relation.subject, relation.predicate, relation.objects) == (0, "beside", (1,))
    simple, choice = image.exchanges
    assert (simple.regions, simple.answer) == ((1,), "#2")
    assert choice.question == "Is #2 red?\nOptions:\nA. yes\nB. #1 is"
    assert json.loads(choice.extra) == {"type": "color"}


def test_items_with_broken_masks_are_left_out_and_counted(tmp_path: Path) -> None:
    good = {"image": "a.png", "mask_rles": [FIRST], "question": "What?", "answer": "This"}
    empty = good | {"mask_rles": [FIRST, {"size": [4, 4], "counts": ""}]}
    other = good | {"mask_rles": [FIRST, {"size": [2, 8], "counts": [0, 4, 12]}]}
    write(tmp_path, "a.json", empty, good, other, good | {"mask_rles": []})
    opened = open_gar_bench(tmp_path / "a.json", tmp_path)
    (image,) = opened.images()
    assert len(image.exchanges) == 1
    assert sum(opened.problems.counts.values()) == 3


@pytest.mark.parametrize(
    ("question", "answer", "choices"),
    [
        ("What?\nOptions:\nA. x\nB. y", "B", ["A. x", "B. y"]),
        ("What?\nOptions:\nA. x\nB. y", "y", []),
        ("What?\nOptions:\nA. x\nor so", "A", []),
        ("What?", "A", []),
    ],
)
def test_questions_with_choices_are_told_by_their_form(
    question: str, answer: str, choices: list[str]
) -> None:
    assert split_choices(question, answer) == ("What?" if choices else question, choices)


def test_real_samples_leave_as_they_came(tmp_path: Path) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples of GAR-Bench are not there")
    project = tmp_path / "p.garproj"
    document = Document(open_store(project, create=True))
    for name in ("vqa", "caption_simple", "caption_detailed"):
        incoming = open_gar_bench(SAMPLES / f"{name}_subset.json", SAMPLES)
        plan = plan_import(document, incoming, SAMPLES)
        apply_import(document, plan)
        assert not incoming.problems.counts
    document.close()

    with project_labels(project) as labels:
        export_gar_bench(labels, tmp_path / "out")

    for name in ("vqa", "caption_simple", "caption_detailed"):
        real = json.loads((SAMPLES / f"{name}_subset.json").read_text(encoding="utf-8"))
        ours = json.loads((tmp_path / f"out/{name}.json").read_text(encoding="utf-8"))
        assert sorted(map(plain, ours)) == sorted(map(plain, real))


def plain(item: dict[str, object]) -> str:
    image = str(item["image"]).rsplit("/", 1)[-1]  # the project lies elsewhere
    return json.dumps(item | {"image": image}, sort_keys=True)
