"""What is kept from one request to the next: tiles' features and the decoder's prefixes.

Both are exact.  A tile's features depend on its pixels and its part of the merged mask alone
(gar.md, Image and mask 2); the decoder's state after a prefix depends on the prefix alone.  All
of it shares one budget of bytes, and what was not used for the longest time goes first.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from torch import Tensor

from models.gar.image_processor import Box, TileKey
from models.gar.kv_cache import KVCache

_LOG = logging.getLogger(__name__)


LEAST_BUDGET = 192 * 2**20
MOST_BUDGET = 4 * 2**30


def default_budget(*, weights: int, free: int | None) -> int:
    """Return how many bytes to keep at most if the user says nothing.

    A quarter of the weights' bytes, so that the whole needs little more than the model itself,
    and never more than a quarter of what is free.

    Args:
        weights: bytes of the model's weights.
        free: bytes that are free now, or None if nobody can tell.
    """
    wanted = min(max(weights // 4, LEAST_BUDGET), MOST_BUDGET)
    return wanted if free is None else min(wanted, free // 4)


@dataclass(frozen=True, slots=True)
class PrefixIdentity:
    """All that the decoder's state after some tokens depends on.

    Attributes:
        ids: the tokens.
        tiles: identity of each tile behind the image tokens, in their order.
        boxes: what region's box stands in the slots of each slot token.
        image_id: the image token.
        per_tile: image tokens of a tile.
    """

    ids: tuple[int, ...]
    tiles: tuple[TileKey, ...]
    boxes: tuple[tuple[int, Box], ...]
    image_id: int
    per_tile: int

    def common(self, other: "PrefixIdentity") -> int:
        """Return how many tokens at the beginning are the same and mean the same."""
        length = _common(self.ids, other.ids)
        same_tiles = _common(self.tiles, other.tiles)
        if same_tiles < len(self.tiles):
            length = min(length, self._start_of_tile(same_tiles))
        # Slots are read out of the tiles, the later ones too, which come before every slot.
        theirs = dict(other.boxes)
        for slot, box in self.boxes:
            if theirs.get(slot) != box and slot in self.ids[:length]:
                length = min(length, self.ids.index(slot))
        return length

    def cut(self, length: int) -> "PrefixIdentity":
        """Return the identity of the first `length` tokens."""
        return replace(self, ids=self.ids[:length])

    def extended(self, tokens: tuple[int, ...]) -> "PrefixIdentity":
        """Return the identity of these tokens with further ones."""
        return replace(self, ids=self.ids + tokens)

    def _start_of_tile(self, index: int) -> int:
        return self.ids.index(self.image_id) + index * self.per_tile


@dataclass(frozen=True, eq=False)
class KeptPrefix:
    """A prefix's identity and the decoder's state after it."""

    identity: PrefixIdentity
    cache: KVCache


_Key: TypeAlias = TileKey | PrefixIdentity


class SessionStore:
    """Keeps features and prefixes below a budget of bytes.  Used by one thread at a time."""

    def __init__(self, budget: int) -> None:
        """Keep at most `budget` bytes; 0 keeps nothing."""
        self.budget = budget
        self._kept: OrderedDict[_Key, Tensor | KVCache] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """Bytes that are kept now."""
        return sum(value.nbytes for value in self._kept.values())

    def __len__(self) -> int:
        """Return how many features and prefixes are kept."""
        return len(self._kept)

    def features(self, key: TileKey) -> Tensor | None:
        """Return a tile's (T·T, C) features if they are kept."""
        value = self._kept.get(key)
        if not isinstance(value, Tensor):
            return None
        self._kept.move_to_end(key)
        return value

    def keep_features(self, key: TileKey, features: Tensor) -> None:
        """Keep a tile's (T·T, C) features."""
        self._keep(key, features)

    def take_prefix(self, wanted: PrefixIdentity) -> KeptPrefix | None:
        """Give away what some prefix has most in common with `wanted`.

        A prefix that is shared for its greater part is no longer kept then: whoever takes it
        writes into it, and hands it in again.  Of another one, such as that of a conversation
        about other regions, the little that is shared is copied.  The last token of `wanted` is
        never shared, because its logits are still needed.
        """
        longest, best = 0, None
        for identity in self._prefixes():
            length = min(wanted.common(identity), len(wanted.ids) - 1)
            if length > longest:
                longest, best = length, identity
        if best is None:
            return None
        cache = self._kept[best]
        assert isinstance(cache, KVCache)
        if 2 * longest < cache.length:
            return KeptPrefix(wanted.cut(longest), cache.copied(longest))
        del self._kept[best]
        cache.cut(longest)
        return KeptPrefix(wanted.cut(longest), cache)

    def keep_prefix(self, prefix: KeptPrefix) -> None:
        """Keep a prefix; its tokens are cut to those that the cache holds."""
        identity = prefix.identity.cut(prefix.cache.length)
        self._keep(identity, prefix.cache)

    def make_room(self, reason: str) -> None:
        """Drop everything, with a line in the log."""
        if self._kept:
            _LOG.warning("dropped %.1f MB of caches: %s", self.nbytes / 1e6, reason)
        self._kept.clear()

    def _prefixes(self) -> Iterator[PrefixIdentity]:
        return (key for key in self._kept if isinstance(key, PrefixIdentity))

    def _keep(self, key: _Key, value: Tensor | KVCache) -> None:
        self._kept.pop(key, None)
        if value.nbytes > self.budget:
            return
        self._kept[key] = value
        while self.nbytes > self.budget:
            self._kept.popitem(last=False)


def _common(first: tuple[object, ...], second: tuple[object, ...]) -> int:
    """Return how many items at the beginning are equal."""
    shorter = min(len(first), len(second))
    if first[:shorter] == second[:shorter]:
        return shorter
    return next(i for i in range(shorter) if first[i] != second[i])
