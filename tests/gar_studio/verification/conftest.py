from pathlib import Path

import pytest

from gar_studio.verification.checkout import Checkout
from tests.gar_studio.verification.checkouts import write_checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A small checkout of the released repository."""
    folder = tmp_path / "released"
    folder.mkdir()
    return Checkout(write_checkout(folder))
