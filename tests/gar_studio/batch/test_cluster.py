"""A batch on a real Ray on this machine."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.batch.cluster import Cluster, Places, connected, place
from gar_studio.batch.cutting import SegmentMode
from gar_studio.batch.plan import BatchTask, Job
from gar_studio.batch.record import Report
from gar_studio.batch.remote import ask_who, run_on_cluster
from gar_studio.batch.run import run_batch
from gar_studio.document.document import Document
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, EngineInfo
from gar_studio.errors import ClusterError
from gar_studio.settings import EngineChoice
from tests.gar_studio.batch import cluster_engines as engines
from tests.gar_studio.batch.conftest import Make
from tests.helpers.images import save, scene

pytestmark = pytest.mark.filterwarnings(
    # Ray Data warns itself of its own settings when it makes them.
    r"ignore:`use_\w+` is deprecated:DeprecationWarning"
)

ROOT = Path(__file__).parents[3]
DESCRIBE = Job(BatchTask.DESCRIBE)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Ray with two processors whose workers find the engines of the tests."""
    pytest.importorskip("ray", reason="the extra “cluster” is not installed")
    from ray.cluster_utils import Cluster as RayCluster

    folder = tmp_path_factory.mktemp("ray")
    engines.install(folder)
    before = os.environ.copy()
    os.environ |= {
        "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT))),
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    ray = RayCluster(
        initialize_head=True, head_node_args={"num_cpus": 2, "object_store_memory": 128 << 20}
    )
    os.environ.clear()
    os.environ.update(before)
    yield ray.address
    ray.shutdown()


@pytest.fixture
def cluster(address: str) -> Iterator[Cluster]:
    with connected(address, 2) as found:
        yield found


def choice(journal: Path, name: str = "talker") -> EngineChoice:
    return EngineChoice(name, EngineOptions(model=str(journal)))


def drafts(document: Document) -> list[tuple[object, ...]]:
    """Return all that is kept of answers but the time, in a fixed order."""
    return sorted(
        (
            image.path,
            one.region_ids,
            one.task,
            one.question,
            one.answer,
            one.reason,
            one.accepted,
            one.notice,
            one.provenance.model,
            one.provenance.revision,
            one.provenance.prompt,
        )
        for image in document.images()
        for one in document.exchanges(image.id)
    )


def counts(report: Report) -> tuple[object, ...]:
    problems = sorted((one.image, one.why) for one in report.problems)
    return report.answered, report.done_before, report.left, report.stopped, problems


def test_it_does_what_the_plain_batch_does(cluster: Cluster, make: Make, tmp_path: Path) -> None:
    """Bad photos too are told in the same words; each answer is there when it is told."""
    document, plain = make(2, 1, 1, 6), make(2, 1, 1, 6, name="plain")
    for one in (document, plain):
        one.image_path(2).write_bytes(b"no image")
        save(one.image_path(3), scene(50, 30))
    met: list[EngineInfo] = []
    seen: list[tuple[int, int]] = []
    report = run_on_cluster(
        document,
        cluster,
        DESCRIBE,
        describer=choice(tmp_path / "journal"),
        tell=lambda tick: seen.append((tick.done, len(drafts(document)))),
        meet=met.append,
    )
    expected = run_batch(plain, engines.Talker(str(tmp_path / "other")), DESCRIBE)
    assert counts(report) == counts(expected)
    assert {problem.image for problem in report.problems} == {"1.png", "2.png"}
    assert drafts(document) == drafts(plain)
    assert seen == [(n, n) for n in range(1, 9)]
    assert met == [engines.Talker.info]


def test_it_goes_on_where_it_was_stopped(cluster: Cluster, make: Make, tmp_path: Path) -> None:
    document = make(*[2] * 6)
    token = CancelToken()
    one = {"describer": choice(tmp_path / "journal")}

    def stop_after_three(_: object) -> None:
        if len(drafts(document)) == 3:
            token.cancel()

    report = run_on_cluster(document, cluster, DESCRIBE, **one, cancel=token, tell=stop_after_three)
    assert counts(report) == (3, 0, 9, True, [])
    kept = drafts(document)
    (tmp_path / "journal").unlink()
    report = run_on_cluster(document, cluster, DESCRIBE, **one)
    assert counts(report) == (9, 3, 0, False, [])
    assert set(kept) < set(drafts(document))
    assert len(drafts(document)) == 12
    asked = (tmp_path / "journal").read_text()
    for _, (region_id,), *_ in kept:
        assert f" [{region_id}] " not in asked


def test_workers_find_the_regions_and_the_driver_writes_them(
    cluster: Cluster, make: Make, tmp_path: Path
) -> None:
    """With a limit no more photos are searched than are needed."""
    document = make(*[0] * 12, 1)
    report = run_on_cluster(
        document,
        cluster,
        DESCRIBE,
        describer=choice(tmp_path / "journal"),
        segmenter=choice(tmp_path / "searched", "finder"),
        mode=SegmentMode.EVERYTHING,
        limit=5,
    )
    assert (report.found, report.answered, report.problems) == (4, 5, [])
    searched = [n for n in range(1, 13) if document.region_count(n)]
    assert [document.region_count(n) for n in searched] == [2, 2]
    first = document.regions(searched[0])
    assert {one.provenance.model for one in first} == {"Finder"}
    assert first[0].mask == Mask.from_box(1, 1, 5, 5, height=30, width=40)
    assert len(drafts(document)) == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process as POSIX does")
def test_a_photo_that_kills_its_workers_is_passed_over(
    cluster: Cluster, make: Make, tmp_path: Path
) -> None:
    document = make(1, 1, 1)
    pixels = scene(40, 30)
    pixels[0, 0] = engines.DEADLY
    save(document.image_path(2), pixels)
    report = run_on_cluster(document, cluster, DESCRIBE, describer=choice(tmp_path / "journal"))
    assert (report.answered, report.left) == (2, 1)
    (problem,) = report.problems
    assert problem.image == "1.png"
    assert "died" in problem.why


def test_who_would_answer(cluster: Cluster, tmp_path: Path) -> None:
    assert ask_who(cluster, choice(tmp_path / "journal"), CancelToken()) == engines.Talker.info


def test_without_ray_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ray", "ray.data"):
        monkeypatch.setitem(sys.modules, name, None)
    with (
        pytest.raises(ClusterError, match=r"pip install “gar-studio\[cluster\]”"),
        connected("local", None),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "words"),
    [("somewhere", "no address"), (":1", "no address"), ("127.0.0.1:1", "does not answer")],
)
def test_an_address_without_a_ray_is_named(address: str, words: str) -> None:
    with pytest.raises(ClusterError, match=words), connected(address, None):
        pass


def test_workers_are_shared_out() -> None:
    two = [{"CPU": 16.0, "GPU": 2.0}, {"CPU": 8.0}]
    assert place(two, None, "auto") == Places(2, 1, 1)
    assert place(two, 1, "cuda:1") == Places(1, 1, 1)
    assert place(two, None, "cpu") == Places(2, 8, 0)
    assert place(two, 3, "cpu") == Places(3, 4, 0)
    assert place(two, 24, "cpu") == Places(24, 1, 0)
    assert place([{"CPU": 64.0}, {"CPU": 2.0}], 3, "auto") == Places(3, 1, 0)
    for nodes, wanted, device in (
        (two, 3, "auto"),
        (two, 25, "cpu"),
        (two[1:], 1, "cuda"),
        ([], 1, "cpu"),
    ):
        with pytest.raises(ClusterError):
            place(nodes, wanted, device)
