"""Small sound files of every format that can come in: what malformed ones are made of."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.data_fuzz import seed_file

WIDTH, HEIGHT = 16, 12

_RLE = {"size": [HEIGHT, WIDTH], "counts": [10, 6, 176]}
_OTHER = {"size": [HEIGHT, WIDTH], "counts": [40, 9, 3, 9, 131]}
_PACKED = {"size": [HEIGHT, WIDTH], "counts": ":6`5"}
_QUESTION = {"question": "Is <Prompt0> red?", "answer": "A"}


def write_photo(folder: Path) -> None:
    """Write the photo that the files speak of, under its names."""
    for name in ("a.png", "images/a.png", "a/b.jpg"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (WIDTH, HEIGHT)).save(path)


def _png(pixels: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


def _labelme() -> dict[str, bytes]:
    picture = base64.b64encode(_png(np.eye(4, dtype=np.bool_))).decode()
    kinds: list[dict[str, Any]] = [
        {"shape_type": "mask", "points": [[2, 3], [5, 6]], "mask": picture},
        {"shape_type": "polygon", "points": [[1, 1], [9, 1], [5, 8]], "group_id": 1},
        {"shape_type": "polygon", "points": [[10, 1], [12, 1], [11, 4]], "group_id": 1},
        {"shape_type": "rectangle", "points": [[1, 1], [9, 5]], "description": "a dog"},
        {"shape_type": "circle", "points": [[8, 6], [8, 3]], "score": 0.5},
    ]
    content = {
        "version": "5.5.0",
        "flags": {"x": True},
        "shapes": [{"label": "dog", "flags": {}} | kind for kind in kinds],
        "imagePath": "a.png",
        "imageData": base64.b64encode(_png(np.zeros((HEIGHT, WIDTH), np.uint8))).decode(),
        "imageHeight": HEIGHT,
        "imageWidth": WIDTH,
    }
    return {"a.json": _json(content)}


def _yolo() -> dict[str, bytes]:
    lines = b"0 0.1 0.1 0.9 0.1 0.5 0.9\n1 0.5 0.5 0.25 0.25\n1 0.5 0.5 0.2 0.2 0.9\n"
    names = b'path: .\ntrain: images\nnames:\n  0: dog\n  1: "cat"\n'
    return {"labels/a.txt": lines, "data.yaml": names}


def _masks() -> dict[str, bytes]:
    pixels = np.arange(HEIGHT * WIDTH, dtype=np.uint16).reshape(HEIGHT, WIDTH) // 50
    listed = [{"number": 1, "category": "dog"}, {"number": 2, "category": ""}]
    return {
        "instances/a.png": _png(pixels),
        "instances/a.json": _json({"image": "a.png", "instances": listed}),
        "classes.json": _json({"classes": {"1": "dog", "2": "cat"}}),
    }


def _classes() -> dict[str, bytes]:
    picture = Image.fromarray(np.eye(HEIGHT, WIDTH, dtype=np.uint8)).convert("P")
    picture.putpalette([0, 0, 0, 255, 0, 0])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return {"a.png": buffer.getvalue()}


def _gar_bench() -> dict[str, bytes]:
    both = {"image": "images/a.png", "mask_rles": [_RLE, _OTHER]}
    choice = both | _QUESTION | {"choices": ["A. yes", "B. no"], "type": "color"}
    simple = {"image": "a.png", "mask_rles": [_PACKED], "model_output": "no"} | _QUESTION
    names = {"subject_name": "dog", "object_name": "cat", "predicate_name": "beside"}
    return {"vqa.json": _json([choice, simple]), "detailed.json": _json([both | names])}


def _dlc_bench() -> dict[str, bytes]:
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT, "x": 1}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": _PACKED, "area": 9},
            {"id": 2, "image_id": 1, "segmentation": [[1, 1, 9, 1, 5, 8]], "score": 0.5},
            {"id": 3, "image_id": 1, "segmentation": _RLE, "caption": "a cat"},
        ],
        "categories": [{"id": 1, "name": "dog"}],
    }
    return {
        "annotations.json": _json(content),
        "gar_1b.json": _json({"1": "a dog", "2": "a dog"}),
        "class_names.json": _json({"2": "cat"}),
    }


SEEDS: dict[str, tuple[str, Callable[[], dict[str, bytes]], str]] = {
    "coco": ("coco", lambda: {"a.json": _json(seed_file())}, "a.json"),
    "labelme": ("labelme", _labelme, ""),
    "yolo": ("yolo", _yolo, ""),
    "png instances": ("png", _masks, ""),
    "png classes": ("png", _classes, ""),
    "gar-bench": ("gar-bench", _gar_bench, ""),
    "dlc-bench": ("dlc-bench", _dlc_bench, ""),
}
"""Of each kind: the format's name, what makes its files, and which one is opened ("" for all)."""
