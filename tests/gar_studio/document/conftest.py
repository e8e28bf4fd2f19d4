"""A document to change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gar_studio.document.commands import (
    AcceptAnswer,
    CreateCategory,
    SetCategory,
)
from gar_studio.document.document import Document
from tests.helpers.projects import (
    add_region,
    draft,
    new_document,
)


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    """Two images with three regions each; regions 1–3 and answers 1–3 are on image 1."""
    made = new_document(tmp_path / "a.garproj")
    for image_id in (1, 2):
        regions = [add_region(made, image_id) for _ in range(3)]
        made.do(CreateCategory(f"cat {image_id}"))
        made.do(SetCategory(image_id, (regions[0].id,), 1 + image_id))
        draft(made, "describe", regions[0], answer="A dog.")
        on = f"⟨region:{regions[0].id}⟩ sits on ⟨region:{regions[1].id}⟩"
        relation = draft(made, "relate", *regions[:2], answer=on)
        made.do(AcceptAnswer(image_id, relation.id))
        draft(made, "ask", regions[2], answer="Red.", question="What colour is #3?")
    draft(made, "relate", *made.regions(1)[1:], answer="⟨region:3⟩ is by ⟨region:2⟩")
    yield made
    made.close()
