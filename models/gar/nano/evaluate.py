"""Asks a describer about scenes from seeds that training never used, and counts.

Scenes are drawn on the program's sample photographs, which training never sees either.  Every
question goes through the describer that the window uses, several of one scene at a time.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.engines.description import (
    BatchDescriber,
    Describer,
    DescribeRequest,
    Finished,
    RegionInput,
    Task,
)
from gar_studio.engines.protocol import CancelToken, ImageData, RGBArray
from gar_studio.errors import ImageError
from gar_studio.evaluation.registry import Step
from gar_studio.evaluation.score import Report, Row, Score
from gar_studio.images import read_image
from gar_studio.verification.checkout import Checkout
from models.gar.nano.colours import dominant
from models.gar.nano.facts import ATTRIBUTES, SceneObject
from models.gar.nano.photos import sample_photos
from models.gar.nano.questions import Asker, Question, choose_regions
from models.gar.nano.scenes import Scene, make_scene
from models.gar.nano.wordings import ASKED, SAID

EVALUATION_SEED = 2**40
"""Added to an evaluation's seed: training's seeds are smaller."""

LEAST = {
    "colour": 0.95,
    "shape": 0.93,
    "texture": 0.93,
    "size": 0.93,
    "place": 0.95,
    "brief": 0.75,
    "relation_2": 0.93,
    "relation_3": 0.88,
    "attribute": 0.90,
    "which": 0.90,
    "yes_no": 0.90,
    "choice": 0.90,
    "reflection": 0.90,
}
PHOTO_LEAST = 0.75

NAMES = {
    "colour": "colour of a region",
    "shape": "shape of a region",
    "texture": "texture of a region",
    "size": "size of a region",
    "place": "place of a region",
    "brief": "brief description, whole",
    "detailed": "detailed description, whole",
    "each": "description of regions by name, whole",
    "relation_2": "relation of two regions",
    "relation_3": "relation of three regions",
    "attribute": "attribute of one of several",
    "which": "which region",
    "yes_no": "yes or no",
    "choice": "multiple choice",
    "count": "count",
    "compare": "larger or smaller",
    "reflection": "reflection or real",
    "unknown": "what it cannot know",
}
"""The kinds of question, in the order of the table.  A question about a region that is not given
is missing: the engine refuses it before the model reads it."""

_ALONE = frozenset({"brief", "detailed", *ATTRIBUTES})
_PER_SCENE = 4
_LONG_SIDES = (192, 640)
_MASK_SHARE = 0.6  # of a real region's pixels that have to have its colour
_MAX_ANSWER = 64
_PROMPT = re.compile(r"<Prompt(\d)>")
_ANNOTATIONS = ("caption_detailed_subset.json", "caption_simple_subset.json", "vqa_subset.json")


class _RLE(msgspec.Struct):
    size: tuple[int, int]
    counts: str


class _Annotation(msgspec.Struct):
    mask_rles: list[_RLE]
    image: str


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    regions: tuple[SceneObject, ...]
    slices: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    seen: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    blind: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    slices: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SceneEvaluation:
    """`gar-studio evaluate scenes`."""

    def run(
        self,
        describer: Describer,
        *,
        seed: int,
        count: int,
        photos: Path | None,
        progress: Step,
        cancel: CancelToken,
    ) -> Report:
        """Ask; see `gar_studio.evaluation.registry.Evaluation.run`."""
        tally = _Tally()
        done = 0
        for scene, asked in _scenes(seed, count):
            _ask_scene(describer, scene, asked, tally, cancel)
            done += len(asked)
            progress(done, count)
        rows = [
            Row(NAMES[task], tally.seen[task], tally.blind[task], LEAST.get(task))
            for task in NAMES
            if tally.seen[task].total
        ]
        if photos is not None:
            score = colours_on_photos(describer, photos, cancel)
            rows.append(Row("colour of a region on real photos", score, None, PHOTO_LEAST))
        slices = tuple(Row(name, score) for name, score in sorted(tally.slices.items()))
        return Report(tuple(rows), slices, statistics.median(tally.seconds))


SCENES = SceneEvaluation()


def colours_on_photos(describer: Describer, folder: Path, cancel: CancelToken) -> Score:
    """Ask for the colour of every real region whose pixels have one colour for the most part.

    Args:
        describer: who is asked.
        folder: with GAR-Bench's annotation files and their images.
        cancel: checked between the answers.

    Raises:
        ImageError: no annotation is there, or an image cannot be read.
        ReleasedError: a file is missing, damaged or outside the folder.
    """
    score = Score()
    for image, mask in _real_regions(folder):
        colour, share = dominant(image.pixels, mask.to_array())
        if share < _MASK_SHARE:
            continue
        cancel.check()
        request = DescribeRequest(
            request_id=1,
            image_key=image.key,
            task=Task.ASK,
            regions=(RegionInput(1, mask),),
            question=ASKED["colour"][0].format(stored_mention(1)),
            max_new_tokens=_MAX_ANSWER,
        )
        (answer,) = _answers(describer, image, [request], cancel)
        wanted = SAID["colour"].format(stored_mention(1), value=colour)
        score = score.plus(right=answer.text.strip() == wanted)
    return score


def _scenes(seed: int, count: int) -> Iterator[tuple[Scene, list[_Asked]]]:
    """Draw scenes and ask until there are enough questions, the kinds in turn."""
    photos = sample_photos()
    tasks = list(NAMES)
    asked_of = dict.fromkeys(tasks, 0)
    left, number = count, 0
    while left > 0:
        rng = np.random.default_rng((EVALUATION_SEED + seed, number))
        side = int(rng.integers(*_LONG_SIDES))
        scene = make_scene((EVALUATION_SEED + seed, number, 1), photos, long_side=side)
        number += 1
        asked: list[_Asked] = []
        # Those asked least so far come first, so that all kinds come to the same number.
        for task in sorted(tasks, key=asked_of.__getitem__):
            if len(asked) == min(_PER_SCENE, left):
                break
            one = _question(scene, task, rng)
            if one is not None:
                asked.append(one)
                asked_of[task] += 1
        left -= len(asked)
        if asked:
            yield scene, asked


def _question(scene: Scene, task: str, rng: np.random.Generator) -> _Asked | None:
    least = {"relation_3": 3, "relation_2": 2, "attribute": 2}.get(task, 1)
    count = 1 if task in _ALONE else int(rng.integers(max(least, 2), 6))
    regions = choose_regions(scene.facts, count, rng)
    # Without a mirror in the picture there is nothing to be told apart.
    if task == "reflection" and not any(one.reflection for one in scene.facts.objects):
        return None
    question = Asker(scene.facts, regions, tuple(range(len(regions))), rng).ask(task)
    if question is None:
        return None
    slices = [f"background: {scene.facts.background}"]
    about = [regions[place] for place in question.about]
    if any(one.hidden is not None for one in about):
        covered = any(one.hidden for one in about)
        slices.append("partly hidden" if covered else "not hidden")
    if about and about[0].size is not None:
        slices.append(f"size: {about[0].size}")
    return _Asked(question, regions, tuple(slices))


def _ask_scene(
    describer: Describer, scene: Scene, asked: Sequence[_Asked], tally: _Tally, cancel: CancelToken
) -> None:
    requests = [_request(scene, one) for one in asked]
    image = _image(scene.pixels)
    grey = np.full_like(scene.pixels, 128)
    for picture, scores in ((image, tally.seen), (_image(grey), tally.blind)):
        answers = _answers(describer, picture, requests, cancel)
        for one, answer in zip(asked, answers, strict=True):
            right = answer.text.strip() == _stored(one.question.answer)
            task = one.question.task
            scores[task] = scores[task].plus(right=right)
            if scores is tally.seen:
                tally.seconds.append(answer.seconds)
                for name in one.slices:
                    tally.slices[name] = tally.slices[name].plus(right=right)


def _request(scene: Scene, one: _Asked) -> DescribeRequest:
    regions = tuple(
        RegionInput(number, Mask.from_array(scene.mask(region.number)))
        for number, region in enumerate(one.regions)
    )
    described = one.question.task in {"brief", "detailed"}
    return DescribeRequest(
        request_id=1,
        image_key="",
        task=Task.DESCRIBE if described else Task.ASK,
        regions=regions,
        question=_stored(one.question.text),
        max_new_tokens=_MAX_ANSWER,
    )


def _answers(
    describer: Describer,
    image: ImageData,
    requests: Sequence[DescribeRequest],
    cancel: CancelToken,
) -> list[Finished]:
    requests = [replace(request, image_key=image.key) for request in requests]
    ends: dict[int, Finished] = {}
    if isinstance(describer, BatchDescriber) and len(requests) > 1:
        events = describer.describe_many(image, requests, [cancel] * len(requests))
        ends = {index: event for index, event in events if isinstance(event, Finished)}
    else:
        for index, request in enumerate(requests):
            for event in describer.describe(image, request, cancel):
                if isinstance(event, Finished):
                    ends[index] = event
    cancel.check()
    return [ends[index] for index in range(len(requests))]


def _stored(text: str) -> str:
    """Turn `<PromptN>` into the mention of the region with the id N."""
    return _PROMPT.sub(lambda match: stored_mention(int(match[1])), text)


def _image(pixels: RGBArray) -> ImageData:
    digest = hash(pixels.tobytes())
    return ImageData(key=f"scene {digest}", pixels=pixels)


def _real_regions(folder: Path) -> Iterator[tuple[ImageData, Mask]]:
    checkout = Checkout(folder, advice="It has to be laid out like GAR-Bench.")
    names = [name for name in _ANNOTATIONS if (folder / name).is_file()]
    if not names:
        raise ImageError(
            f"“{folder}” has none of GAR-Bench's annotation files.",
            advice=f"It needs one of {', '.join(_ANNOTATIONS)}, with the folder images beside it.",
        )
    for name in names:
        for annotation in checkout.json(name, list[_Annotation]):
            image = read_image(checkout.image(annotation.image))
            for rle in annotation.mask_rles:
                mask = Mask(rle.size[0], rle.size[1], rle.counts.encode())
                if mask.size == (image.height, image.width):
                    yield image, mask
