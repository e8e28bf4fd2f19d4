"""Finds images by what is on them, without reading a region."""

import re
from collections.abc import Iterable

from gar_studio.annotation.review import Verdict
from gar_studio.store import schema
from gar_studio.store.project import ProjectStore

_WORD = re.compile(r"\w+")

# Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without spaces: the index takes a
# whole clause for one word.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]"
)
_LONGEST_PATTERN = 50_000  # bytes, as SQLite has it


class ImageSearch:
    """Asks a project file which images have something.  Used by the document's thread."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store

    def with_word(self, start: str) -> frozenset[int]:
        """Return the images with a caption that has a word, or words in a row, starting so.

        In scripts without spaces between words it may stand anywhere.
        """
        words = _WORD.findall(start)
        if not words:
            return frozenset()
        if self._store.version < schema.REVIEW_VERSION:
            # Opened for reading only, and so never brought up to date: there is no index.
            query = (
                "SELECT image_id AS one FROM region "
                "WHERE instr(lower(json_extract(caption, '$.text')), lower(?))"
            )
            return self._ids(query, start)
        if _UNSPACED.search(start):
            return self._with_part(words)
        phrase = " + ".join(f'"{word}"' for word in words) + " *"
        return self._ids(
            "SELECT DISTINCT rowid >> 31 AS one FROM caption_words WHERE caption_words MATCH ?",
            phrase,
        )

    def _with_part(self, words: list[str]) -> frozenset[int]:
        """Return the images with a caption that has these words in this order, anywhere."""
        pattern = f"%{'%'.join(word.replace('_', '^_') for word in words)}%"
        if len(pattern.encode("utf-8", "replace")) > _LONGEST_PATTERN:
            return frozenset()
        # The index's own copy of the captions: one column, and no masks to step over.
        return self._ids(
            "SELECT DISTINCT id >> 31 AS one FROM caption_words_content WHERE c0 LIKE ? ESCAPE '^'",
            pattern,
        )

    def with_categories(self, category_ids: Iterable[int]) -> frozenset[int]:
        """Return the images with a region of one of these categories."""
        wanted = tuple(category_ids)
        marks = ", ".join("?" * len(wanted))
        # Reads the index of those categories once, however many they are, and no image.
        query = f"SELECT DISTINCT image_id AS one FROM region WHERE category_id IN ({marks})"  # noqa: S608
        return self._ids(query, *wanted)

    def with_verdict(self, verdict: Verdict) -> frozenset[int]:
        """Return the images with a region of which a reviewer said this."""
        if self._store.version < schema.REVIEW_VERSION:
            return frozenset()
        query = (
            "SELECT DISTINCT image_id AS one FROM region "
            "WHERE review IS NOT NULL AND json_extract(review, '$.verdict') = ?"
        )
        return self._ids(query, verdict.value)

    # --- counts ---

    def regions_by_verdict(self) -> tuple[tuple[str, int], ...]:
        """Return how many regions have each verdict."""
        if self._store.version < schema.REVIEW_VERSION:
            return tuple((verdict.value, 0) for verdict in Verdict)
        query = (
            "SELECT COUNT(*) FROM region "
            "WHERE review IS NOT NULL AND json_extract(review, '$.verdict') = ?"
        )
        return tuple(
            (verdict.value, int(self._store.select(query, verdict.value)[0][0]))
            for verdict in Verdict
        )

    def captions(self) -> tuple[int, int]:
        """Return how many regions have a caption, and how many words these have."""
        # Some thousands in a row, which takes a third of the time of a row each.
        query = (
            "SELECT COUNT(*), group_concat(json_extract(caption, '$.text'), ' ') FROM region "
            "WHERE caption IS NOT NULL GROUP BY id / 10000"
        )
        found = self._store.select(query)
        return sum(row[0] for row in found), sum(len(str(row[1] or "").split()) for row in found)

    def relations(self) -> int:
        """Return how many relations there are."""
        return int(self._store.select("SELECT COUNT(*) FROM relation")[0][0])

    def answers(self) -> tuple[int, int, int]:
        """Return how many answers were accepted as they were, after a change, and not (yet)."""
        query = (
            "SELECT accepted, json_extract(provenance, '$.edited') AS edited, COUNT(*) "
            "FROM exchange GROUP BY accepted, edited"
        )
        counts = {(bool(row[0]), bool(row[1])): int(row[2]) for row in self._store.select(query)}
        refused = counts.get((False, False), 0) + counts.get((False, True), 0)
        return counts.get((True, False), 0), counts.get((True, True), 0), refused

    def _ids(self, query: str, *values: object) -> frozenset[int]:
        (found,) = self._store.numbers(f"SELECT json_group_array(one) FROM ({query})", *values)  # noqa: S608
        return frozenset(found)
