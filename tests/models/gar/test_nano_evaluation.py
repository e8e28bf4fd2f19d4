"""gar-nano, asked about scenes from seeds that training never used."""

from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken
from models.gar.factory import GAR_NANO
from models.gar.nano.evaluate import NAMES, SCENES


def test_it_sees_what_it_says_it_sees() -> None:
    """Far below its figures, which docs/figures.md has; far above what a blank picture gives."""
    report = SCENES.run(
        GAR_NANO.build(EngineOptions(device="cpu")),
        seed=11,
        count=12 * len(NAMES),
        photos=None,
        progress=lambda _done, _total: None,
        cancel=CancelToken(),
    )
    rows = {row.name: row for row in report.rows}
    for kind in ("colour", "texture", "size", "attribute"):
        row = rows[NAMES[kind]]
        assert row.score.share is not None
        assert row.blind is not None
        assert row.blind.share is not None
        assert row.score.share >= 0.7
        assert row.score.share >= row.blind.share + 0.2
