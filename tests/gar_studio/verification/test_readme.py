import numpy as np
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.errors import GarStudioError
from gar_studio.verification.checkout import Checkout, ReleasedError
from gar_studio.verification.items import Part
from gar_studio.verification.readme import readme_examples, sam_example
from tests.gar_studio.verification.checkouts import BOXES, RELATION, box_mask


def rewrite(checkout: Checkout, old: str, new: str) -> None:
    path = checkout.folder / "README.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_examples_are_what_the_readme_shows(checkout: Checkout) -> None:
    read = readme_examples(checkout)
    caption, relation = read.items
    assert caption.question == ""
    assert caption.expected == "one: a thing"  # its first word is bold in the README
    assert caption.image.name == "one.png"
    assert [np.array_equal(m.to_array(), box_mask(BOXES[0])) for m in caption.masks] == [True]
    assert relation.question == RELATION
    assert relation.choice
    assert [m.box for m in relation.masks] == [(30, 10, 30, 30), (8, 24, 20, 20)]
    assert relation.expected == "three: Question: Wh"


def test_the_example_with_sam_has_clicks_and_gets_its_mask(checkout: Checkout) -> None:
    example = sam_example(checkout)
    assert [(click.x, click.y) for click in example.prompts.clicks] == [(10, 10), (12, 11)]
    assert all(click.positive for click in example.prompts.clicks)
    mask = Mask.from_array(box_mask(BOXES[2]))
    (item,) = example.with_mask(mask).items
    assert item.masks == (mask,)
    assert item.expected == "two: a thing"
    assert example.with_mask(mask).part is Part.README_SAM


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("demo/gar_with_mask.py", "demo/other.py", "it is missing"),
        ("--mask_path assets/one_mask.png", "", "no --mask_path"),
        ("**Output answer:**", "**Answer:**", "its output answer is missing"),
        ("```\nQuestion", "Question", "input instruction is missing"),
        ("['assets/three_0.png', ", "[print(), ", "mask paths cannot be read"),
        ("['assets/three_0.png', ", "[3, ", "mask paths cannot be read"),
        ("'x'", "'x", "command cannot be read"),
        ("<Prompt1>", "<Prompt2>", "does not name its 2 regions"),
        ("assets/one_mask.png", "../../one.png", "leads out"),
        ("assets/three_0.png", "assets/none.png", "no file"),
        ("assets/three.png", "README.md", "not an image"),
    ],
)
def test_another_readme_is_one_sentence(checkout: Checkout, old: str, new: str, said: str) -> None:
    rewrite(checkout, old, new)
    with pytest.raises(GarStudioError, match=said) as caught:
        readme_examples(checkout)
    assert "\n" not in str(caught.value)


def test_points_that_are_none_are_said(checkout: Checkout) -> None:
    rewrite(checkout, "[[10, 10], [12, 11]]", "[[10, 10], 12]")
    with pytest.raises(ReleasedError, match="points cannot be read"):
        sam_example(checkout)
