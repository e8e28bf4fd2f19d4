from xml.etree import ElementTree as ET

from gar_studio.evaluation.plot import bars
from gar_studio.evaluation.score import Row, Score


def texts(picture: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(picture).iter() if node.text]


def test_every_share_stands_beside_its_bar() -> None:
    picture = bars("Who is right", [Row("color", Score(34, 69))], Score(203, 424))
    words = " ".join(texts(picture))
    for wanted in ("Who is right", "color", "49.3 %  (34/69)", "overall", "47.9 %  (203/424)"):
        assert wanted in words


def test_names_from_files_cannot_break_the_picture() -> None:
    name = 'a<script>&"\x00b'
    assert 'a<script>&"�b' in texts(bars("t", [Row(name, Score(1, 2))]))


def test_a_type_without_answers_says_so() -> None:
    assert "not asked" in texts(bars("t", [Row("color", Score())]))


def test_a_longer_bar_is_a_larger_share() -> None:
    root = ET.fromstring(bars("t", [Row("a", Score(1, 4)), Row("b", Score(2, 4))]))
    widths = [float(node.attrib["width"]) for node in root.iter() if node.tag.endswith("rect")]
    assert widths[2] == 2 * widths[1]
