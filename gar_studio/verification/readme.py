"""The examples of the released README: commands, instructions and printed answers."""

import ast
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import msgspec

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.images import read_mask
from gar_studio.verification.checkout import Checkout, ReleasedError
from gar_studio.verification.items import Part, PartItems, ReleasedItem, check_masks, check_names

README = "README.md"
README_PREDICTIONS = "gar_8b"
"""Whose answers the README shows: its scripts load HaochenWang/GAR-8B unless told otherwise."""

_MASK_SCRIPT = "demo/gar_with_mask.py"
_SAM_SCRIPT = "demo/gar_with_sam.py"
_RELATION_SCRIPT = "demo/gar_relationship.py"

_EXAMPLE = re.compile(r"<details>(.*?)</details>", re.DOTALL)
_ANSWER = re.compile(r"\*\*Output answer:\*\*[ \t\n]*(.+?)[ \t]*(?:\n[ \t]*\n|\Z)", re.DOTALL)
_INSTRUCTION = re.compile(r"\*\*Input instruction:\*\*\s*```\n(.*?)\n?```", re.DOTALL)
_EMPHASIS = "**"


@dataclass(frozen=True, slots=True)
class SamExample:
    """The example whose mask SAM makes from clicks; the checkout does not have that mask.

    Attributes:
        item: the example without its mask.
        prompts: the clicks, in image pixels.
    """

    item: ReleasedItem
    prompts: PromptSet

    def with_mask(self, mask: Mask) -> PartItems:
        """Return the example with the mask that was cut out."""
        return PartItems(Part.README_SAM, (replace(self.item, masks=(mask,)),), available=1)


def readme_examples(checkout: Checkout) -> PartItems:
    """Return the two examples whose masks are in the checkout.

    Raises:
        ReleasedError: the README or a file that it names is missing or not as known.
        ImageError: an image or mask cannot be read.
        MaskError: a mask is empty.
    """
    items = (_mask_example(checkout), _relation_example(checkout))
    for item in items:
        check_masks(item.masks, image=item.image, where=f"README's {item.name}")
    return PartItems(Part.README, items, available=len(items))


def sam_example(checkout: Checkout) -> SamExample:
    """Return the example that needs SAM.

    Raises:
        ReleasedError: as `readme_examples`.
    """
    text, options = _example(checkout, _SAM_SCRIPT)
    try:
        points = msgspec.json.decode(
            _option(options, "points", _SAM_SCRIPT), type=list[tuple[float, float]]
        )
        prompts = PromptSet(clicks=tuple(Click(x, y) for x, y in points))
    except (msgspec.DecodeError, RecursionError) as error:
        raise _unknown(_SAM_SCRIPT, "its points cannot be read") from error
    image = checkout.image(_option(options, "image_path", _SAM_SCRIPT))
    return SamExample(_caption("example 2", image, (), _answer(text, _SAM_SCRIPT)), prompts)


def _mask_example(checkout: Checkout) -> ReleasedItem:
    text, options = _example(checkout, _MASK_SCRIPT)
    image = checkout.image(_option(options, "image_path", _MASK_SCRIPT))
    mask = read_mask(checkout.image(_option(options, "mask_path", _MASK_SCRIPT)))
    return _caption("example 1", image, (mask,), _answer(text, _MASK_SCRIPT))


def _relation_example(checkout: Checkout) -> ReleasedItem:
    text, options = _example(checkout, _RELATION_SCRIPT)
    masks = tuple(read_mask(checkout.image(name)) for name in _mask_paths(options))
    instruction = _INSTRUCTION.search(text)
    if instruction is None:
        raise _unknown(_RELATION_SCRIPT, "its input instruction is missing")
    question = instruction.group(1).strip()
    check_names(question, regions=len(masks), where="README's example 3")
    return ReleasedItem(
        name="example 3",
        image=checkout.image(_option(options, "image_path", _RELATION_SCRIPT)),
        masks=masks,
        question=question,
        expected=_answer(text, _RELATION_SCRIPT),
        names_kept=False,
        choice=True,
    )


def _caption(name: str, image: Path, masks: tuple[Mask, ...], expected: str) -> ReleasedItem:
    return ReleasedItem(
        name=name, image=image, masks=masks, question="", expected=expected, names_kept=False
    )


def _example(checkout: Checkout, script: str) -> tuple[str, Mapping[str, str]]:
    """Return the text of a script's example, and the options of its first command."""
    for match in _EXAMPLE.finditer(checkout.text(README)):
        for line in match.group(1).splitlines():
            if line.startswith("torchrun ") and script in line:
                return match.group(1), _options(line, script)
    raise _unknown(script, "it is missing")


def _options(line: str, script: str) -> Mapping[str, str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise _unknown(script, f"its command cannot be read ({error})") from error
    return {word[2:]: value for word, value in pairwise(words) if word.startswith("--")}


def _option(options: Mapping[str, str], name: str, script: str) -> str:
    if name not in options:
        raise _unknown(script, f"its command has no --{name}")
    return options[name]


def _mask_paths(options: Mapping[str, str]) -> list[str]:
    """Read the list of paths, which is written as Python writes one."""
    listed = _option(options, "mask_paths", _RELATION_SCRIPT)
    try:
        return msgspec.convert(ast.literal_eval(listed), type=list[str])
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError) as error:
        raise _unknown(_RELATION_SCRIPT, "its mask paths cannot be read") from error


def _answer(text: str, script: str) -> str:
    """Return the printed answer; the bold type is the README's, the words are the model's."""
    match = _ANSWER.search(text)
    if match is None:
        raise _unknown(script, "its output answer is missing")
    return match.group(1).replace(_EMPHASIS, "").strip()


def _unknown(script: str, what: str) -> ReleasedError:
    return ReleasedError(f"{README} does not have the example of {script} as it is known: {what}.")
