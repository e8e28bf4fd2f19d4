from dataclasses import replace
from pathlib import Path

import pytest

from gar_studio.errors import FormatError
from gar_studio.evaluation.journal import Identity, JournalError, Kept, open_journal

IDENTITY = Identity("d1", "GAR-1B", "r1", "own", 1024, None)


def written(path: Path, *answers: Kept) -> Path:
    with open_journal(path, IDENTITY) as journal:
        for answer in answers:
            journal.add(answer)
    return path


def test_answers_are_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = written(tmp_path / "j", Kept("3", "A dog\n“who” barks", True, 1.5))
    with open_journal(path, IDENTITY) as journal:
        assert journal.kept == {"3": Kept("3", "A dog\n“who” barks", True, 1.5)}
        journal.add(Kept("4", "B"))
    with open_journal(path, IDENTITY) as journal:
        assert list(journal.kept) == ["3", "4"]


def test_an_answer_is_on_the_disk_before_the_next_is_asked(tmp_path: Path) -> None:
    with open_journal(tmp_path / "j", IDENTITY) as journal:
        journal.add(Kept("0", "A"))
        assert b'"key":"0"' in (tmp_path / "j").read_bytes()


@pytest.mark.parametrize("lost", range(1, 30))
def test_a_line_that_was_cut_off_costs_its_own_answer_alone(tmp_path: Path, lost: int) -> None:
    path = written(tmp_path / "j", Kept("0", "A"), Kept("1", "Bä"))
    path.write_bytes(path.read_bytes()[:-lost])
    with open_journal(path, IDENTITY) as journal:
        assert list(journal.kept) == ["0"]
        journal.add(Kept("1", "C"))
    with open_journal(path, IDENTITY) as journal:
        assert [kept.output for kept in journal.kept.values()] == ["A", "C"]


@pytest.mark.parametrize(
    "other",
    [
        replace(IDENTITY, annotations="d2"),
        replace(IDENTITY, model="GAR-8B"),
        replace(IDENTITY, revision="r2"),
        replace(IDENTITY, boxes="leaked"),
        replace(IDENTITY, max_new_tokens=5),
        replace(IDENTITY, max_tiles=4),
    ],
)
def test_answers_of_another_run_are_not_taken_for_this_one(tmp_path: Path, other: Identity) -> None:
    path = written(tmp_path / "j", Kept("0", "A"))
    before = path.read_bytes()
    with pytest.raises(JournalError, match="GAR-1B r1"), open_journal(path, other):
        pass
    assert path.read_bytes() == before


def test_two_programs_cannot_write_one_journal(tmp_path: Path) -> None:
    with (
        open_journal(tmp_path / "j", IDENTITY),
        pytest.raises(JournalError, match="Another program"),
        open_journal(tmp_path / "j", IDENTITY),
    ):
        pass


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_text("dear diary\nnothing happened\n")
    with pytest.raises(FormatError, match="not a journal"), open_journal(path, IDENTITY):
        pass
    assert path.read_text() == "dear diary\nnothing happened\n"
