"""The tables of a project file, and the steps that bring an older file up to date."""

import sqlite3

APPLICATION_ID = 0x47415253  # "GARS": lets `file` and us tell a project from other SQLite files

_VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE image (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    file_size INTEGER NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE category (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    colour TEXT NOT NULL,
    key TEXT NOT NULL DEFAULT '',
    merged_into INTEGER
);
CREATE TABLE region (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER NOT NULL REFERENCES image(id),
    position INTEGER NOT NULL,
    mask_height INTEGER NOT NULL,
    mask_width INTEGER NOT NULL,
    mask_counts BLOB NOT NULL,
    colour TEXT NOT NULL,
    category_id INTEGER NOT NULL,
    provenance TEXT NOT NULL,
    caption TEXT
);
CREATE INDEX region_by_image ON region (image_id, position);
CREATE INDEX region_by_category ON region (category_id);
CREATE TABLE exchange (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER NOT NULL REFERENCES image(id),
    task TEXT NOT NULL,
    regions TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    reason TEXT NOT NULL,
    provenance TEXT NOT NULL,
    accepted INTEGER NOT NULL,
    notice TEXT NOT NULL
);
CREATE INDEX exchange_by_image ON exchange (image_id);
CREATE TABLE relation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER NOT NULL REFERENCES image(id),
    subject_id INTEGER NOT NULL,
    predicate TEXT NOT NULL,
    object_ids TEXT NOT NULL,
    answer TEXT NOT NULL,
    parsed INTEGER NOT NULL,
    provenance TEXT NOT NULL,
    exchange_id INTEGER NOT NULL
);
CREATE INDEX relation_by_image ON relation (image_id);
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER,
    name TEXT NOT NULL,
    edits BLOB NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL
);
CREATE INDEX history_by_image ON history (image_id, undone, id);
"""

# Words of captions are found through an index of their own: reading a million regions for a word
# would take seconds.  It follows the regions by triggers, so no write can forget it.  Its row ids
# begin with the image's id, so that finding images reads nothing but the index.
_VERSION_2 = """
ALTER TABLE region ADD COLUMN review TEXT;
ALTER TABLE region ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE region ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
CREATE TABLE image_state (
    id INTEGER PRIMARY KEY REFERENCES image(id),
    done INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
);
DROP INDEX region_by_category;
CREATE INDEX region_by_category ON region (category_id, image_id);
CREATE INDEX region_by_review ON region (json_extract(review, '$.verdict'), image_id)
    WHERE review IS NOT NULL;
CREATE VIRTUAL TABLE caption_words USING fts5 (words);
INSERT INTO caption_words (rowid, words)
    SELECT (image_id << 31) + id, json_extract(caption, '$.text') FROM region
    WHERE caption IS NOT NULL;
CREATE TRIGGER caption_added AFTER INSERT ON region WHEN new.caption IS NOT NULL BEGIN
    INSERT INTO caption_words (rowid, words)
        VALUES ((new.image_id << 31) + new.id, json_extract(new.caption, '$.text'));
END;
CREATE TRIGGER caption_changed AFTER UPDATE OF caption ON region
WHEN new.caption IS NOT old.caption BEGIN
    DELETE FROM caption_words WHERE rowid = (old.image_id << 31) + old.id;
    INSERT INTO caption_words (rowid, words)
        SELECT (new.image_id << 31) + new.id, json_extract(new.caption, '$.text')
        WHERE new.caption IS NOT NULL;
END;
CREATE TRIGGER caption_gone AFTER DELETE ON region WHEN old.caption IS NOT NULL BEGIN
    DELETE FROM caption_words WHERE rowid = (old.image_id << 31) + old.id;
END;
"""

# What files of other programs say beyond what the studio knows, kept so that an export can say it
# again: the id that a row had there, and keys that only the file's format knows.  It hangs on rows
# by ids that are never given twice, so undoing an import and redoing it leaves it in place.
_VERSION_3 = """
CREATE TABLE extra (
    kind TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    format TEXT NOT NULL,
    source_id INTEGER,
    keys TEXT NOT NULL,
    PRIMARY KEY (kind, row_id, format)
) WITHOUT ROWID;
CREATE INDEX extra_by_source ON extra (kind, source_id) WHERE source_id IS NOT NULL;
"""

MIGRATIONS = (_VERSION_1, _VERSION_2, _VERSION_3)
"""Script `n` brings a file from version `n` to `n + 1`."""

REVIEW_VERSION = 2
"""From this version on there are reviews, states of images, and the index of captions."""

EXTRA_VERSION = 3
"""From this version on there is what files of other programs said beyond what the studio knows."""

CURRENT_VERSION = len(MIGRATIONS)


def version(connection: sqlite3.Connection) -> int:
    """Return the schema version of the open file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to `CURRENT_VERSION`, each step in one transaction.

    Raises:
        sqlite3.Error: a step failed; the file is as it was before that step.
    """
    for step in range(version(connection), CURRENT_VERSION):
        script = (
            f"BEGIN IMMEDIATE; {MIGRATIONS[step]} PRAGMA user_version = {step + 1}; "
            f"PRAGMA application_id = {APPLICATION_ID}; COMMIT;"
        )
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
