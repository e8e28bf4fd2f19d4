"""Several requests decoded together: one pass of the decoder gives each its next token.

The requests' keys and values lie in one cache, padded on the left, each row with its own
positions; a row that ends is taken out.  In float32 the answers are those of one-by-one decoding.
"""

from collections.abc import Collection, Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from gar_studio.engines.description import StopReason
from gar_studio.engines.protocol import CancelToken
from models.gar.kv_cache import BLOCK, KVCache, StackedCache
from models.gar.model import GARModel


@dataclass(frozen=True, eq=False)
class _Row:
    logits: Tensor  # (V,) float32 of the first token of its answer
    limit: int
    cancel: CancelToken
    padding: int


class Batch:
    """Requests after their prefill.  Used once."""

    def __init__(self, model: GARModel, *, rows: int, columns: int) -> None:
        """Make room.

        Args:
            model: the network.
            rows: most requests.
            columns: tokens of the longest prompt.
        """
        self._model = model
        self._columns = columns
        self._stacked = StackedCache(rows=rows, columns=columns, room=BLOCK)
        self._rows: list[_Row] = []
        self._places: dict[int, int] = {}  # the cache's row of each request that is in it
        self._dropped = 0  # columns of padding that were taken out
        self._cache: KVCache | None = None

    def add(self, cache: KVCache, logits: Tensor, *, limit: int, cancel: CancelToken) -> int:
        """Copy a request in; return its number.

        Args:
            cache: keys and values of its prompt.
            logits: (V,) float32 of the first token of its answer.
            limit: most tokens of its answer.
            cancel: checked before each token.
        """
        number = len(self._rows)
        self._stacked.put(number, cache)
        self._rows.append(_Row(logits, limit, cancel, self._columns - cache.length))
        return number

    def decode(
        self, stop_ids: Collection[int]
    ) -> Generator[tuple[int, int | StopReason], None, None]:
        """Yield (request, token), always the likeliest one, and at its end (request, reason)."""
        following = {i: int(row.logits.argmax()) for i, row in enumerate(self._rows)}
        given = dict.fromkeys(following, 0)
        while following:
            chosen: dict[int, int] = {}
            for index, token in following.items():
                row = self._rows[index]
                if row.cancel.cancelled:
                    yield index, StopReason.CANCELLED
                elif token in stop_ids:
                    yield index, StopReason.END
                else:
                    yield index, token
                    given[index] += 1
                    chosen[index] = token
                    if given[index] >= row.limit:
                        del chosen[index]
                        yield index, StopReason.LENGTH
            going = {i: token for i, token in chosen.items() if not self._rows[i].cancel.cancelled}
            for index in chosen.keys() - going.keys():
                yield index, StopReason.CANCELLED
            following = self._extend(going) if going else {}

    def give_answer(self, number: int, cache: KVCache) -> None:
        """Copy the keys and values of a request's answer behind those of its prompt.

        Only at the request's end, before `decode` goes on.  The answer's last token may be
        missing: the decoder has not seen it then.
        """
        if self._cache is not None:
            start = self._columns - self._dropped
            cache.append_row(self._cache, self._places[number], start=start)

    def _extend(self, tokens: dict[int, int]) -> dict[int, int]:
        """Feed each live request its token; return the next ones."""
        live = list(tokens)
        if self._cache is None:
            self._cache = self._stacked.cache
            self._places = {row: row for row in range(self._stacked.rows)}
        if len(live) < len(self._places):
            self._shrink(self._cache, live)
        in_place = sorted(live, key=self._places.__getitem__)
        padding = torch.tensor([self._rows[i].padding for i in in_place]) - self._dropped
        ids = torch.tensor([tokens[i] for i in in_place])
        logits = self._model.extend_batch(ids, self._cache, padding=padding)
        following = dict(zip(in_place, logits.argmax(-1).tolist(), strict=True))
        return {number: following[number] for number in live}

    def _shrink(self, cache: KVCache, live: list[int]) -> None:
        """Take the rows out that have ended, and the padding that no other row has."""
        padding = min(self._rows[i].padding for i in live)
        places = [self._places[i] for i in live]
        places = cache.keep_rows(places, drop=padding - self._dropped)
        self._places = dict(zip(live, places, strict=True))
        self._dropped = padding
