"""Builds small checkouts in the released layout, with photos and masks of the tests' own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from pycocotools import mask as coco_mask

WIDTH, HEIGHT = 64, 48

Box = tuple[int, int, int, int]
BOXES: tuple[Box, ...] = ((4, 5, 20, 18), (30, 10, 60, 40), (8, 24, 28, 44))

VQA = "evaluation/GAR-Bench/model_outputs/gar_8b_vqa.json"
SIMPLE = "evaluation/GAR-Bench/model_outputs/gar_8b_simple.json"
DETAILED = "evaluation/GAR-Bench/model_outputs/gar_8b_detailed.json"
DLC = "evaluation/DLC-Bench/model_outputs/gar_8b.json"
DLC_ANNOTATIONS = "evaluation/DLC-Bench/annotations/annotations.json"
DLC_PHOTOS = "evaluation/DLC-Bench/annotations/images"
GAR_PHOTOS = "evaluation/GAR-Bench/annotations/images"
DLC_IDS = (905, 77, 1203)

RELATION = (
    "Question: What does <Prompt0> do to <Prompt1>?\nOptions:\nA. <Prompt0> hits <Prompt1>\n"
    "B. nothing\nAnswer with the correct option's letter directly."
)
LETTER_QUESTIONS = (
    ("What colour is <Prompt0>?", ("A. red", "B. green"), 1),
    ("Which of <Prompt0> and <Prompt1> is in the mirror?", ("A. <Prompt0>", "B. <Prompt1>"), 2),
    ("Is <Prompt0> round?", ("A. yes", "B. no"), 1),
)


@dataclass(frozen=True)
class Asked:
    """What a script of the released code asks: told to whoever makes up the answers.

    `question` is empty for the caption of one region.
    """

    photo: Path
    masks: tuple[npt.NDArray[np.bool_], ...]
    question: str


Answerer = Callable[[Asked], str]


def constant(asked: Asked) -> str:
    """Return an answer that tells the questions apart."""
    return f"{asked.photo.stem}: {asked.question[:12] or 'a thing'}"


def write_checkout(folder: Path, answer: Answerer = constant, *, dlc: bool = True) -> Path:
    """Write a checkout whose released answers are what `answer` says, and return its folder."""
    writer = _Writer(folder, answer)
    writer.readme()
    writer.gar_bench()
    writer.dlc_bench(photos=dlc)
    return folder


def box_mask(box: Box, *, width: int = WIDTH, height: int = HEIGHT) -> npt.NDArray[np.bool_]:
    array = np.zeros((height, width), dtype=np.bool_)
    array[box[1] : box[3], box[0] : box[2]] = True
    return array


def change(path: Path, edit: Callable[[Any], None]) -> None:
    """Change a JSON file in place."""
    value = json.loads(path.read_text(encoding="utf-8"))
    edit(value)
    path.write_text(json.dumps(value), encoding="utf-8")


class _Writer:
    def __init__(self, folder: Path, answer: Answerer) -> None:
        self._folder = folder
        self._answer = answer
        self._seed = 0

    def readme(self) -> None:
        masks = [box_mask(box) for box in BOXES]
        first = self._photo("assets/one.png")
        self._mask("assets/one_mask.png", masks[0])
        second = self._photo("assets/two.png")
        third = self._photo("assets/three.png")
        self._mask("assets/three_0.png", masks[1])
        self._mask("assets/three_1.png", masks[2])
        caption = self._answer(Asked(first, (masks[0],), ""))
        words = caption.split()
        bold = " ".join([f"**{words[0]}**", *words[1:]])
        cut = box_mask((8, 8, 13, 13))
        run = "torchrun --nproc-per-node=1 --master-port=8119"
        text = f"""# A README

<details>
<summary>One</summary>

```bash
{run} demo/gar_with_mask.py --image_path assets/one.png --mask_path assets/one_mask.png
```

**Input instruction:** Describe the masked region in detail.

**Output answer:** {bold}

</details>

<details>
<summary>Two</summary>

```bash
# Points or a box.
{run} demo/gar_with_sam.py --image_path assets/two.png --points '[[10, 10], [12, 11]]' --output_image_path o.png
{run} demo/gar_with_sam.py --image_path assets/two.png --box '[1, 2, 3, 4]' --use_box
```

**Output answer:** {self._answer(Asked(second, (cut,), ""))}

</details>

<details>
<summary>Three</summary>

```bash
{run} demo/gar_relationship.py --image_path assets/three.png --mask_paths "['assets/three_0.png', 'assets/three_1.png']" --question_str 'x'
```

**Input instruction:**

```
{RELATION}
```

**Output answer:** {self._answer(Asked(third, (masks[1], masks[2]), RELATION))}

Note that colours differ.

</details>
"""  # noqa: E501 - commands are one line
        (self._folder / "README.md").write_text(text, encoding="utf-8")

    def gar_bench(self) -> None:
        vqa = [
            self._vqa(number, question, choices, regions)
            for number, (question, choices, regions) in enumerate(LETTER_QUESTIONS)
        ]
        crowd = " ".join(f"<Prompt{number}>" for number in range(6))
        names = [box_mask(BOXES[number % 3]) for number in range(6)]
        photo = self._photo(f"{GAR_PHOTOS}/vqa_3.png")
        vqa.append(self._prediction(photo, names, "A", question=crowd, choices=["A. all"]))
        self._json(VQA, vqa)
        pair = [box_mask(BOXES[1]), box_mask(BOXES[0])]
        for kind, path, asked in (
            ("simple", SIMPLE, "How is <Prompt1> to <Prompt0>?"),
            (
                "detailed",
                DETAILED,
                "Describe <Prompt0> in detail, including the relationship with <Prompt1>.",
            ),
        ):
            photo = self._photo(f"{GAR_PHOTOS}/caption_{kind}_0.png")
            answer = self._answer(Asked(photo, tuple(pair), asked))
            extra = {"question": asked} if kind == "simple" else {"subject_name": "a thing"}
            self._json(path, [self._prediction(photo, pair, answer, **extra)])

    def dlc_bench(self, *, photos: bool) -> None:
        images, annotations, answers = [], [], {}
        for index, number in enumerate(DLC_IDS):
            name = f"objects_{number}.jpg"
            photo = self._photo(f"{DLC_PHOTOS}/{name}")
            mask = box_mask(BOXES[index])
            images.append({"id": index, "file_name": name, "width": WIDTH, "height": HEIGHT})
            annotations.append(
                {"id": number, "image_id": index, "segmentation": _run_lengths(mask)}
            )
            answers[str(number)] = self._answer(Asked(photo, (mask,), ""))
            if not photos:
                photo.unlink()
        if not photos:
            (self._folder / DLC_PHOTOS).rmdir()
        self._json(DLC_ANNOTATIONS, {"images": images, "annotations": annotations})
        self._json(DLC, answers)

    def _vqa(
        self, number: int, question: str, choices: tuple[str, ...], regions: int
    ) -> dict[str, object]:
        photo = self._photo(f"{GAR_PHOTOS}/vqa_{number}.png")
        masks = [box_mask(box) for box in BOXES[:regions]]
        listed = "".join(f"\n{choice}" for choice in choices)
        words = (
            f"Question: {question}\nOptions:{listed}\n"
            "Answer with the correct option's letter directly."
        )
        answer = self._answer(Asked(photo, tuple(masks), words))
        return self._prediction(photo, masks, answer, question=question, choices=list(choices))

    def _prediction(
        self, photo: Path, masks: list[npt.NDArray[np.bool_]], answer: str, **extra: object
    ) -> dict[str, object]:
        return {
            "image": f"images/{photo.name}",
            "mask_rles": [_run_lengths(mask) for mask in masks],
            "model_output": answer,
            **extra,
        }

    def _photo(self, relative: str) -> Path:
        """Write a photo of its own: smooth colours and noise."""
        self._seed += 1
        rng = np.random.default_rng(self._seed)
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
        smooth = np.stack([rows * 4, columns * 3, rows + columns], axis=2)
        noise = rng.integers(0, 60, (HEIGHT, WIDTH, 3))
        path = self._folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.clip(smooth + noise, 0, 255).astype(np.uint8)).save(path)
        return path

    def _mask(self, relative: str, mask: npt.NDArray[np.bool_]) -> None:
        Image.fromarray(mask.astype(np.uint8) * 255).convert("RGB").save(self._folder / relative)

    def _json(self, relative: str, value: object) -> None:
        path = self._folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, indent=1), encoding="utf-8")


def _run_lengths(mask: npt.NDArray[np.bool_]) -> dict[str, object]:
    encoded = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(encoded["size"]), "counts": encoded["counts"].decode("ascii")}
