"""The decoder's keys and values: grown in place, cut back, kept, and put together to a batch.

Legend: B requests, H key/value heads, N tokens, D a head's width.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from models.torch_setup import import_torchvision

import_torchvision()

from transformers.cache_utils import Cache, DynamicLayer  # noqa: E402 - may import torchvision

BLOCK = 256
"""Tokens by which a layer's memory grows when it is full."""


class GrowingLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A layer whose memory has room for more tokens than it holds.

    transformers' own layer is copied as a whole for every new token; this one writes the token
    behind the others, and is copied once in `BLOCK` tokens.  What the network sees is the same.
    """

    def __init__(self, *_unused: object, **_also: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._room: tuple[Tensor, Tensor] | None = None
        self._length = 0
        self._wanted = 0

    def reserve(self, tokens: int) -> None:
        """Make room for this many tokens in all as soon as the first ones come."""
        self._wanted = tokens

    def fill(self, keys: Tensor, values: Tensor) -> None:
        """Hold exactly these (B, H, N, D) keys and values."""
        self.lazy_initialization(keys, values)
        self._room = (keys, values)
        self._length = keys.shape[-2]
        self._show()

    def update(
        self, key_states: Tensor, value_states: Tensor, *_unused: object, **_also: object
    ) -> tuple[Tensor, Tensor]:
        """Write (B, H, n, D) new tokens behind the others; return all of them."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = self._length + key_states.shape[-2]
        if self._room is None or end > self._room[0].shape[-2]:
            self._grow(key_states, end)
        assert self._room is not None
        for room, states in zip(self._room, (key_states, value_states), strict=True):
            room[..., self._length : end, :] = states
        self._length = end
        return self._show()

    def crop(self, tokens_to_remove: int) -> None:
        """Forget the last tokens: a negative count, as in transformers."""
        self.cut(self._length - abs(tokens_to_remove))

    def cut(self, length: int) -> None:
        """Keep the first `length` tokens."""
        self._length = min(self._length, max(length, 0))
        if self._room is not None:
            self._show()

    def move_row(self, source: int, target: int) -> None:
        """Write one request's keys and values over another's."""
        assert self._room is not None
        for room in self._room:
            room[target, :, : self._length] = room[source, :, : self._length]

    def narrow(self, *, rows: int, drop: int) -> None:
        """Show only the first `rows` requests, without the first `drop` tokens of each."""
        assert self._room is not None
        keys, values = (room[:rows, :, drop:] for room in self._room)
        self._room = (keys, values)
        self._length -= drop
        self._show()

    def get_seq_length(self) -> int:
        """Return how many tokens there are."""
        return self._length

    @property
    def nbytes(self) -> int:
        """Bytes of the memory, with the room that is still free."""
        return 0 if self._room is None else sum(room.nbytes for room in self._room)

    def _show(self) -> tuple[Tensor, Tensor]:
        assert self._room is not None
        keys, values = (room[..., : self._length, :] for room in self._room)
        self.keys, self.values = keys, values
        return keys, values

    def _grow(self, like: Tensor, end: int) -> None:
        batch, heads, _, width = like.shape
        tokens = max(-(-end // BLOCK) * BLOCK, self._wanted)
        fresh = [like.new_empty(batch, heads, tokens, width) for _ in range(2)]
        if self._room is not None:
            for new, old in zip(fresh, self._room, strict=True):
                new[..., : self._length, :] = old[..., : self._length, :]
        self._room = (fresh[0], fresh[1])


class KVCache(Cache):
    """All layers' keys and values of the tokens so far."""

    layers: list[Any]

    def __init__(self, layer_count: int) -> None:
        """Start empty."""
        super().__init__(layers=[GrowingLayer() for _ in range(layer_count)])

    @property
    def length(self) -> int:
        """Tokens so far; in a batch with the padding before them."""
        return int(self.get_seq_length())

    @property
    def nbytes(self) -> int:
        """Bytes of all layers."""
        return sum(layer.nbytes for layer in self.layers)

    def reserve(self, tokens: int) -> None:
        """Make room for this many tokens in all."""
        for layer in self.layers:
            layer.reserve(tokens)

    def cut(self, length: int) -> None:
        """Keep the first `length` tokens."""
        for layer in self.layers:
            layer.cut(length)

    @torch.inference_mode()
    def keep_rows(self, rows: Sequence[int], *, drop: int) -> list[int]:
        """Keep some rows of a batch, without the first `drop` columns; return their new order.

        Only rows at the end move, into the places of those that go, so that little is copied.
        """
        places = list(rows)
        free = sorted(set(range(len(rows))) - set(rows))
        for index, row in enumerate(rows):
            if row >= len(rows):
                places[index] = free.pop()
                for layer in self.layers:
                    layer.move_row(row, places[index])
        for layer in self.layers:
            layer.narrow(rows=len(rows), drop=drop)
        return places

    @torch.inference_mode()
    def append_row(self, other: "KVCache", row: int, *, start: int) -> None:
        """Copy the columns from `start` on of one row of a batch behind this request's tokens."""
        if start < other.length:
            for layer, theirs in zip(self.layers, other.layers, strict=True):
                one = slice(row, row + 1)
                layer.update(theirs.keys[one, :, start:], theirs.values[one, :, start:])

    @torch.inference_mode()
    def copied(self, length: int) -> "KVCache":
        """Return a copy of the first `length` tokens."""
        made = KVCache(len(self.layers))
        for new, layer in zip(made.layers, self.layers, strict=True):
            new.fill(layer.keys[..., :length, :].clone(), layer.values[..., :length, :].clone())
        return made


class StackedCache:
    """The caches of single requests in one of a batch, padded on the left with zeros."""

    def __init__(self, *, rows: int, columns: int, room: int) -> None:
        """Make room at the first `put`.

        Args:
            rows: requests in the batch.
            columns: tokens of the longest.
            room: tokens that will follow; their memory is made now.
        """
        self.rows = rows
        self._columns = columns
        self._room = room
        self._cache: KVCache | None = None

    @property
    def cache(self) -> KVCache:
        """(B, H, columns, D) a layer; rows that were never put are zeros."""
        assert self._cache is not None
        return self._cache

    @torch.inference_mode()
    def put(self, row: int, cache: KVCache) -> None:
        """Copy a request's (1, H, N, D) a layer into a row."""
        if self._cache is None:
            self._cache = self._like(cache)
        start = self._columns - cache.length
        for layer, single in zip(self._cache.layers, cache.layers, strict=True):
            layer.keys[row, :, start:] = single.keys[0]
            layer.values[row, :, start:] = single.values[0]

    def _like(self, cache: KVCache) -> KVCache:
        made = KVCache(len(cache.layers))
        for layer, single in zip(made.layers, cache.layers, strict=True):
            _, heads, _, width = single.keys.shape
            shape = (self.rows, heads, self._columns + self._room, width)
            layer.fill(single.keys.new_zeros(shape), single.keys.new_zeros(shape))
            layer.cut(self._columns)
        return made
