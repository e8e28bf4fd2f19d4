"""Files and folders that are not as expected open for reading or are refused in one sentence."""

import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from gar_studio.document.commands import AssignNewCategory, CreateCategory, SetCaption
from gar_studio.document.document import Document
from gar_studio.errors import ReadOnlyError, StoreError
from gar_studio.store import schema
from gar_studio.store.lock import WriterLock
from gar_studio.store.opening import open_store
from gar_studio.workspace import open_project
from tests.helpers.projects import add_region, caption, new_document
from tests.helpers.rights import unprivileged


def assert_refused(path: Path, words: str) -> None:
    """Check that opening gives one sentence and leaves the folder as it was."""
    before = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}
    for options in ({}, {"read_only": True}, {"create": True}):
        with pytest.raises(StoreError, match=words) as caught:
            open_project(path, **options)
        assert caught.value.what.endswith(".")
        assert caught.value.kept
        assert caught.value.advice
        after = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}
        assert {name: after[name] for name in before} == before


def test_a_newer_project_opens_for_reading_with_a_word(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    region = add_region(document, 1)
    document.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.CURRENT_VERSION + 1}")
        connection.execute("CREATE TABLE what_is_this (x)")
    before = path.read_bytes()
    for options in ({}, {"read_only": True}):
        newer = Document(open_store(path, **options))
        assert newer.read_only
        assert "newer version" in newer.notice
        assert newer.regions(1) == (region,)
        with pytest.raises(ReadOnlyError, match="newer version"):
            newer.do(SetCaption(1, region.id, caption("x")))
        newer.close()
    assert path.read_bytes() == before


def test_a_missing_project(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    for options in ({}, {"read_only": True}, {"read_only": True, "create": True}):
        with pytest.raises(StoreError, match="no project"):
            open_store(path, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_a_place_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "f.garproj").mkdir()
    with pytest.raises(StoreError, match="folder"):
        open_store(tmp_path / "f.garproj", create=True)
    with pytest.raises(StoreError, match="No project can be made"):
        open_store(tmp_path / "nowhere" / "a.garproj", create=True)


@pytest.mark.parametrize(
    "content", [b"hello\n", b"\x00" * 5000, b"SQLite format 3\x00", b"{}" * 99]
)
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.garproj"
    path.write_bytes(content)
    assert_refused(path, "a.garproj")


def test_an_empty_file_is_no_project_unless_one_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    path.touch()
    for options in ({}, {"read_only": True}):
        with pytest.raises(StoreError, match="empty"):
            open_store(path, **options)
    assert path.read_bytes() == b""
    open_store(path, create=True).close()


@pytest.mark.parametrize("application", [0, 0x12345678])
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_another_programs_database_is_left_alone(
    tmp_path: Path, application: int, journal: str
) -> None:
    path = tmp_path / "a.garproj"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {application}")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE cookies (name)")
        connection.execute("INSERT INTO cookies VALUES ('choc')")
        connection.commit()
    assert_refused(path, "not a GAR Studio project")


def project_of_many_pages(path: Path) -> None:
    document = new_document(path)
    for number in range(40):
        region = add_region(document, 1)
        document.do(SetCaption(1, region.id, caption("long words " * 40 + str(number))))
    document.close()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_project_is_refused_and_left_alone(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.garproj"
    project_of_many_pages(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert_refused(path, "malformed|cannot be")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE region SET mask_counts = x'6F6F6F6F6F6F31'",
        "UPDATE region SET mask_counts = x'00'",
        "UPDATE region SET mask_counts = 'text', mask_height = 'x'",
        "UPDATE region SET mask_height = 2000000000, mask_width = 2000000000",
        "UPDATE region SET provenance = '{'",
        "UPDATE region SET caption = '[1]'",
        "ALTER TABLE region DROP COLUMN colour",
        "DROP TABLE region",
    ],
)
def test_damaged_rows_give_one_sentence(tmp_path: Path, damage: str) -> None:
    """A project may come from anybody; none may crash the studio or ask for absurd memory."""
    path = tmp_path / "a.garproj"
    document = new_document(path)
    add_region(document, 1)
    document.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(damage)
        connection.commit()
    document = Document(open_store(path))
    with pytest.raises(StoreError, match=r"a\.garproj") as caught:
        document.regions(1)
    assert "not changed" in caught.value.kept
    assert caught.value.advice
    document.close()


def test_random_damage_gives_a_project_or_one_sentence(tmp_path: Path) -> None:
    good, path = tmp_path / "good.garproj", tmp_path / "bad.garproj"
    project_of_many_pages(good)
    dice = random.Random(7)
    whole = good.read_bytes()
    for _ in range(60):
        spoilt = bytearray(whole)
        for _ in range(dice.choice([1, 5, 50])):
            last = dice.choice([99, len(spoilt) - 1])
            spoilt[dice.randint(0, last)] = dice.randint(0, 255)
        path.write_bytes(bytes(spoilt))
        with suppress(StoreError), closing(open_project(path, read_only=True)) as document:
            for image in document.images():
                document.regions(image.id)


def spoil(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_version_that_cannot_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    new_document(path).close()
    spoil(path, "PRAGMA user_version = -3")
    assert_refused(path, "version is damaged")


@pytest.mark.parametrize("mark", ["x", "", "0", "-7"])
def test_a_new_row_takes_the_place_of_none_where_the_ids_are_damaged(
    tmp_path: Path, mark: str
) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    regions = [add_region(document, 1) for _ in range(3)]
    document.close()
    spoil(path, f"UPDATE meta SET value = '{mark}'", "INSERT INTO meta VALUES ('sticky', 'x')")
    with closing(open_project(path)) as document:
        assert add_region(document, 1).id == 4
        assert document.regions(1)[:3] == tuple(regions)


def test_categories_in_a_circle_and_a_choice_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    region = add_region(document, 1)
    document.do(AssignNewCategory(1, (region.id,), "dog"))
    document.do(CreateCategory("cat"))
    document.close()
    spoil(
        path,
        "UPDATE category SET merged_into = 5 - id WHERE id > 1",
        "INSERT OR REPLACE INTO meta VALUES ('sticky_category', 'x')",
    )
    with closing(open_project(path)) as document:
        assert document.category(2).name == "object"
        assert document.category_counts() == {1: 1}
        assert document.sticky_category.name == "object"


def test_no_category_at_all_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    add_region(document, 1)
    document.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM category")
        connection.commit()
    document = Document(open_store(path, read_only=True))
    assert document.category(1).name == "object"
    assert document.sticky_category in document.categories()
    document.close()


# --- folders that may not be written to ---------------------------------------------------------


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_project_in_a_read_only_folder_opens_for_reading(shared_folder: Path) -> None:
    path = shared_folder / "a.garproj"
    document = new_document(path)
    region = add_region(document, 1)
    document.close()
    for left in shared_folder.glob("*-*"):
        left.unlink()  # as on a read-only disc
    path.chmod(0o444)
    shared_folder.chmod(0o555)
    with unprivileged():
        document = Document(open_store(path))
        assert document.read_only
        assert "cannot be written" in document.notice
        assert document.regions(1) == (region,)
        with pytest.raises(ReadOnlyError, match="folder"):
            add_region(document, 1)
        document.close()
        with pytest.raises(StoreError, match="No project can be made"):
            open_store(shared_folder / "b.garproj", create=True)
    assert [p.name for p in shared_folder.iterdir()] == ["a.garproj"]


def test_edits_that_are_still_in_the_log_are_not_passed_over_in_silence(
    shared_folder: Path,
) -> None:
    path, killed = shared_folder / "a.garproj", shared_folder / "killed" / "a.garproj"
    killed.parent.mkdir()
    document = new_document(path)
    add_region(document, 1)
    for end in ("", "-wal"):
        shutil.copyfile(f"{path}{end}", f"{killed}{end}")
    document.close()
    killed.parent.chmod(0o555)
    with unprivileged():
        for options in ({}, {"read_only": True}):
            with pytest.raises(StoreError, match="last edits cannot be read") as caught:
                open_store(killed, **options)
            assert "a.garproj-wal" in caught.value.advice
    killed.parent.chmod(0o755)
    with closing(open_project(killed)) as document:
        assert len(document.regions(1)) == 1


def test_a_file_that_may_not_be_written_opens_for_reading(shared_folder: Path) -> None:
    path = shared_folder / "a.garproj"
    new_document(path).close()
    path.chmod(0o444)
    shared_folder.chmod(0o777)
    with unprivileged(), closing(open_project(path)) as document:
        assert document.read_only
        assert "file cannot be written" in document.notice


def test_a_folder_without_locks_opens_for_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    region = add_region(document, 1)
    document.close()

    def refuse(_: Path) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(WriterLock, "acquire", refuse)
    document = Document(open_store(path))
    assert document.read_only
    assert "cannot be written" in document.notice
    assert document.regions(1) == (region,)
    document.close()


def test_a_project_that_may_not_be_read(shared_folder: Path) -> None:
    path = shared_folder / "a.garproj"
    new_document(path).close()
    path.chmod(0o000)
    with unprivileged(), pytest.raises(StoreError, match="cannot be read"):
        open_store(path)
