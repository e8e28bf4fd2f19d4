"""Runs golden cases through the window's session and says how far they agree.

What a case holds and what agreement means: the README beside the golden tensors.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import CheckpointError
from models.gar.checkpoint import load_model
from models.gar.config import read_json
from models.gar.image_processor import TileStack, normalise
from models.gar.prompt import PromptIds
from models.gar.session import GARSession
from models.gar.store import SessionStore
from models.gar.tiles import choose_grid

PIXEL_BOUND = 1e-6
FEATURE_BOUND = 1e-3
LOGIT_BOUND = 1e-4

T = TypeVar("T")

_BUDGET = 2**28

_NEEDED = frozenset(
    "image masks prompts boxes tiles input_ids image_features replayed last_logits generated "
    "pixel_mean pixel_std mask_fraction".split()
)


class _Case(msgspec.Struct):
    size: tuple[int, int]
    tiles: tuple[int, int]
    prompts: list[int]


class _Index(msgspec.Struct):
    cases: dict[str, _Case]
    tile_grid: dict[str, dict[str, tuple[int, int]]] = {}


@dataclass(frozen=True, slots=True)
class CaseReport:
    """How far a case agrees: largest absolute errors, and what has to be equal.

    Attributes:
        name: the case.
        pixels: of the tiles' means and standard deviations.
        features: of the tiles' features.
        replays: of the replayed features.
        logits: of the first answer token's logits.
        tokens_equal: whether all greedy tokens are.
        layout_equal: whether tile grid, boxes and mask fractions are.
    """

    name: str
    pixels: float
    features: float
    replays: float
    logits: float
    tokens_equal: bool
    layout_equal: bool

    @property
    def agrees(self) -> bool:
        """Whether every number is within its bound; NaN never is."""
        return (
            self.pixels <= PIXEL_BOUND
            and self.features <= FEATURE_BOUND
            and self.replays <= FEATURE_BOUND
            and self.logits <= LOGIT_BOUND
            and self.tokens_equal
            and self.layout_equal
        )

    def __str__(self) -> str:
        return (
            f"{self.name:<28} pixels {self.pixels:.1e}  features {self.features:.1e}  "
            f"replays {self.replays:.1e}  logits {self.logits:.1e}  "
            f"tokens {'equal' if self.tokens_equal else 'DIFFER'}  "
            f"grid, boxes and masks {'equal' if self.layout_equal else 'DIFFER'}  "
            f"{'ok' if self.agrees else 'FAILED'}"
        )


class GoldenFolder:
    """A checkpoint with cases that the released code computed on it."""

    def __init__(self, folder: Path) -> None:
        """Read the index and load the network, in float32 on the CPU.

        Raises:
            CheckpointError: the folder is missing, incomplete or damaged.
        """
        if not folder.is_dir():
            raise CheckpointError(f"There is no folder “{folder}”.")
        self._folder = folder
        self._index = read_json(folder / "index.json", _Index)
        if not self._index.cases:
            raise CheckpointError(f"“{folder}” has no cases in its index.json.")
        self._session = GARSession(
            load_model(folder, device=torch.device("cpu"), dtype=torch.float32),
            store=SessionStore(_BUDGET),
        )

    @property
    def names(self) -> list[str]:
        """The cases, in the index's order."""
        return list(self._index.cases)

    @property
    def grid_count(self) -> int:
        """How many tile grids the index holds."""
        return sum(len(by_limit) for by_limit in self._index.tile_grid.values())

    def wrong_grids(self) -> list[str]:
        """Return the index's tile grids that our rule does not give, as clauses.

        Raises:
            CheckpointError: an entry is no size.
        """
        wrong = []
        for size, by_limit in self._index.tile_grid.items():
            for limit, expected in by_limit.items():
                width, height, most = _numbers(f"{size}x{limit}")
                grid = choose_grid(
                    width=width,
                    height=height,
                    tile_size=self._session.config.tile_size,
                    max_tiles=most,
                )
                if tuple(grid) != expected:
                    wrong.append(f"{size} at {limit} tiles: {tuple(grid)}, not {expected}")
        return wrong

    def run(self, golden: Mapping[str, Tensor], *, key: str = "") -> dict[str, Tensor]:
        """Run a case's image, masks and tokens; return our values under the case's names.

        Args:
            golden: the case.
            key: names the image, so that features and prefixes are kept; "" keeps nothing.
        """
        stack, prompt = self._prepare(golden, key)
        run = self._session.run(
            stack,
            prompt,
            max_new_tokens=len(golden["generated"]),
            stop_ids=(),
            cancel=CancelToken(),
        )
        trace = drain(run)
        return self._outcome(stack, trace.last_logits, trace.tokens)

    def run_together(self, cases: Sequence[Mapping[str, Tensor]]) -> list[dict[str, Tensor]]:
        """Decode several cases as one batch; return our values as `run` does."""
        prepared = [self._prepare(case, "") for case in cases]
        batch = self._session.new_batch([prompt for _, prompt in prepared])
        logits: list[Tensor] = []
        for case, (stack, prompt) in zip(cases, prepared, strict=True):
            limit, cancel = len(case["generated"]), CancelToken()
            prefix = drain(self._session.begin(stack, prompt, max_new_tokens=limit, cancel=cancel))
            batch.add(prefix.cache, prefix.logits, limit=limit, cancel=cancel)
            logits.append(prefix.logits)
        tokens: list[list[int]] = [[] for _ in cases]
        for row, event in batch.decode(()):
            if isinstance(event, int):
                tokens[row].append(event)
        return [
            self._outcome(stack, first, found)
            for (stack, _), first, found in zip(prepared, logits, tokens, strict=True)
        ]

    def _prepare(self, golden: Mapping[str, Tensor], key: str) -> tuple[TileStack, PromptIds]:
        masks = [mask.numpy() for mask in golden["masks"]]
        stack = self._session.prepare(
            golden["image"].numpy(), masks, cancel=CancelToken(), image_key=key
        )
        prompt = PromptIds(
            ids=tuple(golden["input_ids"][0].tolist()), prompts=tuple(golden["prompts"].tolist())
        )
        return stack, prompt

    def _outcome(
        self, stack: TileStack, last_logits: Tensor, tokens: Sequence[int]
    ) -> dict[str, Tensor]:
        """Name what the session computed as the golden cases do."""
        features = drain(self._session.encode(stack, cancel=CancelToken()))
        pixels = normalise(stack.pixels, self._session.config).double()
        return {
            "pixel_mean": pixels.mean((1, 2, 3)),
            "pixel_std": pixels.std((1, 2, 3)),
            "mask_fraction": stack.mask.double().mean((1, 2)).float(),
            "tiles": torch.tensor(tuple(stack.grid)),
            "boxes": torch.tensor(stack.boxes, dtype=torch.float64),
            "image_features": features,
            "replayed": self._session.replay(stack, features),
            "last_logits": last_logits,
            "generated": torch.tensor(tokens),
        }

    def load(self, name: str) -> dict[str, Tensor]:
        """Read a case.

        Raises:
            CheckpointError: its file is missing or damaged, or does not fit the index.
        """
        file = self._folder / f"{name}.safetensors"
        try:
            golden = load_file(file)
        except (SafetensorError, OSError) as error:
            raise CheckpointError(f"“{file}” is missing, damaged or cut off: {error}.") from error
        if missing := sorted(_NEEDED - set(golden)):
            raise CheckpointError(f"“{file}” has no {', '.join(missing)}.")
        case = self._index.cases[name]
        height, width, _ = golden["image"].shape
        if (width, height) != case.size or golden["prompts"].tolist() != case.prompts:
            raise CheckpointError(f"“{file}” is not the case that index.json describes.")
        return golden


def drain(run: Generator[object, None, T]) -> T:
    """Run a generator to its end; return what it returns."""
    while True:
        try:
            next(run)
        except StopIteration as end:
            return cast(T, end.value)


def compare(name: str, ours: Mapping[str, Tensor], golden: Mapping[str, Tensor]) -> CaseReport:
    """Say how far our values of a case agree with the released code's."""
    error = {key: _error(ours[key], golden[key]) for key in ours}
    return CaseReport(
        name=name,
        pixels=max(error["pixel_mean"], error["pixel_std"]),
        features=error["image_features"],
        replays=error["replayed"],
        logits=error["last_logits"],
        tokens_equal=error["generated"] == 0,
        layout_equal=error["tiles"] == error["boxes"] == error["mask_fraction"] == 0,
    )


def _numbers(text: str) -> tuple[int, int, int]:
    """Read "640x480x16": width, height and most tiles of an index entry."""
    parts = text.split("x")
    if len(parts) != 3 or not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise CheckpointError(f"index.json has a tile grid for “{text}”, which is no size.")
    width, height, most = (int(part) for part in parts)
    return width, height, most


def _error(ours: Tensor, golden: Tensor) -> float:
    """Return the largest absolute difference; infinite where the shapes differ."""
    if ours.shape != golden.shape:
        return float("inf")
    return float((ours.double() - golden.double()).abs().max())
