"""Which labels leave: by category, by state, by image, and by the part of a split."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from gar_studio.annotation.review import Progress, Verdict
from gar_studio.language import tr

PARTS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of images for training, validation and test.

    An image's part hangs on the seed and the image's content alone, so that it stays in its part
    when others are added, and two copies of a photo never end up in different parts.

    Attributes:
        train: share in 0 to 1; so are `val` and `test`, and the three add up to 1.
        seed: another seed gives another split.
    """

    train: float = 0.8
    val: float = 0.1
    test: float = 0.1
    seed: int = 0

    def part_of(self, digest: str) -> str:
        """Return the part of an image, by the SHA-256 of its file."""
        hashed = hashlib.sha256(f"{self.seed}:{digest}".encode()).digest()
        place = int.from_bytes(hashed[:8], "big") / 2**64
        if place < self.train:
            return PARTS[0]
        return PARTS[1] if place < self.train + self.val else PARTS[2]


@dataclass(frozen=True, slots=True)
class Selection:
    """What an export takes; empty fields take everything.

    Attributes:
        categories: ids of categories; regions of others are left out.
        states: how far the images are.
        verdicts: of regions; a region without a verdict is taken only where this is empty.
        images: ids of images.
        parts: parts of the split to take.
        split: how images are split, or None.
        empty_images: whether images without (chosen) regions are taken.
    """

    categories: frozenset[int] = frozenset()
    states: frozenset[Progress] = frozenset()
    verdicts: frozenset[Verdict] = frozenset()
    images: frozenset[int] = frozenset()
    parts: frozenset[str] = frozenset()
    split: Split | None = None
    empty_images: bool = True


def shares(text: str, *, seed: int) -> Split:
    """Read “80/10/10” or “0.8/0.1/0.1”.

    Raises:
        ValueError: there are not two or three shares, or they do not add up.
    """
    numbers = [float(part) for part in text.split("/")]
    total = sum(numbers)
    if len(numbers) not in (2, 3) or min(numbers) < 0 or not 0 < total < float("inf"):
        raise ValueError(tr("“{text}” is no split such as 80/10/10.", text=text))
    if abs(total - 100) > 1e-6 and abs(total - 1) > 1e-6:
        raise ValueError(tr("The parts of “{text}” add up to neither 100 nor 1.", text=text))
    parts = [number / total for number in numbers] + [0.0]
    return Split(parts[0], parts[1], parts[2], seed)


def counted_parts(parts: Mapping[str, int]) -> str:
    """Say how many images each part has."""
    return ", ".join(f"{part} {parts[part]}" for part in PARTS if part in parts)
