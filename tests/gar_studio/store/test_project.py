"""The project file: what was accepted is in it, whatever happens to the process."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from gar_studio.document.document import Document
from gar_studio.errors import ReadOnlyError, StoreError
from gar_studio.store import schema
from gar_studio.store.opening import open_store
from tests.helpers.projects import add_region, caption, facts, labels_in_file, new_document, seen


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Start Python on a script; its standard output is a pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


# --- killed -------------------------------------------------------------------------------------

STORM = """
    import sys
    from pathlib import Path
    from gar_studio.document.commands import AddRegion, SetCaption
    from gar_studio.document.document import Document
    from gar_studio.store.opening import open_store
    from tests.helpers.projects import PERSON, box, caption

    document = Document(open_store(Path(sys.argv[1])))
    assert not document.read_only, document.notice
    for step in range(1_000_000):
        image = 1 + step % 2
        (edit,) = document.do(AddRegion(image, box(step % 12, step % 9), PERSON))
        document.do(SetCaption(image, edit.after.id, caption(f"word {step}")))
        print(image, edit.after.id, step, flush=True)
"""


def test_nothing_accepted_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    new_document(path).close()
    accepted: list[tuple[int, int, int]] = []
    dice = random.Random(4)
    for _ in range(3):
        child = start(STORM, path)
        assert child.stdout is not None
        for _ in range(dice.randint(1, 60)):
            accepted.append(_accepted(child.stdout.readline()))
        child.send_signal(signal.SIGKILL)
        accepted += [_accepted(line) for line in child.stdout if line.endswith("\n")]
        assert child.wait() == -signal.SIGKILL
        child.stdout.close()

        document = Document(open_store(path))
        assert not document.read_only
        assert document.notice == ""
        for image_id, region_id, step in accepted:
            assert document.region(image_id, region_id).caption == caption(f"word {step}")
        assert document.undo_name(1) in {"edit caption", "add region"}
        document.close()
    check_integrity(path)
    assert len({region_id for _, region_id, _ in accepted}) == len(accepted)


def _accepted(line: str) -> tuple[int, int, int]:
    image_id, region_id, step = map(int, line.split())
    return image_id, region_id, step


def check_integrity(path: Path) -> None:
    """Ask SQLite itself whether the file is sound."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_transaction_cut_off_by_the_kill_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    add_region(document, 1)
    before = seen(document)
    document.close()
    script = """
        import sys, time
        from pathlib import Path
        from gar_studio.annotation.region import Category
        from gar_studio.store.opening import open_store

        store = open_store(Path(sys.argv[1]))
        with store.transaction():
            for number in range(1000):
                store.put(Category(store.next_id("category"), f"c{number}", "#000000"))
            print("half done", flush=True)
            time.sleep(60)
    """
    child = start(script, path)
    assert child.stdout is not None
    assert child.stdout.readline() == "half done\n"
    child.kill()
    child.wait()
    child.stdout.close()
    document = Document(open_store(path))
    assert seen(document) == before
    document.close()
    check_integrity(path)


# --- two windows --------------------------------------------------------------------------------

HOLD = """
    import sys, time
    from pathlib import Path
    from gar_studio.document.document import Document
    from gar_studio.store.opening import open_store
    from tests.helpers.projects import add_region

    document = Document(open_store(Path(sys.argv[1])))
    add_region(document, 1)
    print(document.read_only, flush=True)
    time.sleep(60)
"""


def test_a_second_process_reads_and_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    new_document(path).close()
    child = start(HOLD, path)
    assert child.stdout is not None
    assert child.stdout.readline() == "False\n"
    second = Document(open_store(path))
    assert second.read_only
    assert "Another window" in second.notice
    assert len(second.regions(1)) == 1
    before = labels_in_file(path)
    for change in (
        lambda: add_region(second, 1),
        lambda: second.undo(1),
        lambda: second.set_sticky_category(1),
        lambda: second.add_images([("x.png", facts())]),
    ):
        with pytest.raises(ReadOnlyError, match="Another window") as caught:
            change()
        assert "reading only" in caught.value.what
    assert labels_in_file(path) == before
    second.close()
    child.kill()  # its lock goes with it
    child.wait()
    child.stdout.close()
    third = Document(open_store(path))
    assert not third.read_only
    assert add_region(third, 1).id == 2
    third.close()


def test_a_second_window_of_the_same_process_reads_too(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    first = new_document(path)
    second = open_store(path)
    assert second.read_only
    assert "Another window" in second.notice
    second.close()
    add_region(first, 1)  # the first one still writes
    first.close()
    third = open_store(path)
    assert not third.read_only
    third.close()


def test_a_reader_keeps_nobody_from_writing(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    new_document(path).close()
    reader = open_store(path, read_only=True)
    writer = Document(open_store(path))
    assert not writer.read_only
    add_region(writer, 1)
    assert len(reader.regions(1)) == 1
    writer.close()
    reader.close()


# --- the ordinary -------------------------------------------------------------------------------


def test_a_new_project_has_one_category_and_the_right_marks(tmp_path: Path) -> None:
    path = tmp_path / "Projekt 图 é.garproj"
    document = Document(open_store(path, create=True))
    assert [(c.id, c.name) for c in document.categories()] == [(1, "object")]
    assert document.images() == ()
    assert document.notice == ""
    document.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.CURRENT_VERSION,)
        assert connection.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("name", ["a?b.garproj", "a#b.garproj", "a%20b.garproj", "a b&c=d.garproj"])
def test_names_with_a_meaning_in_addresses(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    document = new_document(path)
    add_region(document, 1)
    document.close()
    assert {p.name for p in tmp_path.iterdir()} <= {name, f"{name}-lock"}
    with closing(Document(open_store(path, read_only=True))) as document:
        assert len(document.regions(1)) == 1


def test_after_closing_everything_is_in_the_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    region = add_region(document, 1)
    document.close()
    shutil.copyfile(path, tmp_path / "copy.garproj")
    with closing(Document(open_store(tmp_path / "copy.garproj"))) as copy:
        assert copy.regions(1) == (region,)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files through /proc")
def test_neither_closing_nor_failing_leaves_a_file_open(tmp_path: Path) -> None:
    bad = tmp_path / "bad.garproj"
    with closing(sqlite3.connect(bad)) as connection:
        connection.execute("CREATE TABLE cookies (name)")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(3):
        document = new_document(tmp_path / f"{number}.garproj")
        add_region(document, 1)
        open_store(document.path).close()
        document.close()
        for options in ({}, {"read_only": True}):
            with pytest.raises(StoreError) as caught:
                open_store(bad, **options)
            del caught
    assert len(list(Path("/proc/self/fd").iterdir())) == before
