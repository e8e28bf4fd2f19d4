from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    Retried,
    StopReason,
    Task,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress, RequestCounter
from gar_studio.errors import RequestError
from gar_studio.verification.checkout import Checkout
from gar_studio.verification.compare import Outcome, PartReport, as_released, compare
from gar_studio.verification.items import Part, PartItems, ReleasedItem, read_as_released
from tests.gar_studio.verification.checkouts import write_checkout


@dataclass
class Teller:
    """Answers with what it is given, one text after another; None is a refusal."""

    texts: list[str | None]
    reason: StopReason = StopReason.END
    cancel_at: int = -1
    retried: str = ""
    requests: list[DescribeRequest] = field(default_factory=list)
    images: list[ImageData] = field(default_factory=list)
    info: EngineInfo = field(default=EngineInfo("Teller", "1", "cpu", "no weights"))

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        text = self.texts[len(self.requests)]
        if len(self.requests) == self.cancel_at:
            cancel.cancel()
        self.requests.append(request)
        self.images.append(image)
        if text is None:
            raise RequestError("This cannot be asked.")
        yield Progress("Looking", 1, 1)
        yield TextDelta(text)
        if self.retried:
            yield Retried(self.retried)
        reason = StopReason.CANCELLED if cancel.cancelled else self.reason
        yield Finished(text, reason, 1, 0.1, 0.2)

    def close(self) -> None:
        """Nothing to free."""


@pytest.fixture
def item(tmp_path: Path) -> ReleasedItem:
    photo = write_checkout(tmp_path) / "assets" / "one.png"
    mask = Mask.from_box(1, 1, 9, 9, height=48, width=64)
    return ReleasedItem("x", photo, (mask, mask), "Is <Prompt1> on <Prompt0>?", "Yes.", True)


def outcomes(
    teller: Teller, items: list[ReleasedItem], cancel: CancelToken | None = None
) -> list[Outcome]:
    return list(
        compare(
            teller,
            items,
            max_new_tokens=77,
            max_tiles=3,
            cancel=cancel or CancelToken(),
            counter=RequestCounter(),
            on_progress=lambda done: None,
        )
    )


def test_the_request_is_the_item_s(item: ReleasedItem) -> None:
    teller = Teller(["Yes."])
    outcomes(teller, [item])
    (request,) = teller.requests
    assert request.task is Task.ASK
    assert request.question == "Is ⟨region:1⟩ on ⟨region:0⟩?"
    assert [(region.region_id, region.mask) for region in request.regions] == [
        (0, item.masks[0]),
        (1, item.masks[1]),
    ]
    assert (request.max_new_tokens, request.max_tiles) == (77, 3)
    assert teller.images[0].key == read_as_released(item.image).key


def test_answers_are_compared_word_for_word_but_for_white_space_at_the_ends(
    item: ReleasedItem,
) -> None:
    told = [" Yes.\n", "Yes", "yes.", "Yes .", "Yes. It is.", ""]
    found = outcomes(Teller([*told]), [item] * len(told))
    assert [outcome.equal for outcome in found] == [True, False, False, False, False, False]
    assert [outcome.letter_equal for outcome in found] == [True, False, True, False, False, False]


def test_mentions_are_named_as_the_released_answer_names_them(item: ReleasedItem) -> None:
    stored = "⟨region:1⟩ is on ⟨⟨ ⟨region:0⟩. "
    assert as_released(stored, item) == "<Prompt1> is on ⟨ <Prompt0>."
    # skip_special_tokens=True, as in the scripts for one caption, leaves them out
    assert as_released("⟨region:1⟩ red", replace(item, names_kept=False)) == "red"


def test_an_item_that_cannot_be_asked_does_not_keep_the_others_from_being_asked(
    item: ReleasedItem,
) -> None:
    first, second = outcomes(Teller([None, "Yes."]), [replace(item, expected=""), item])
    assert "cannot be asked" in first.problem
    assert not first.equal
    assert not first.letter_equal
    assert second.equal


def test_a_stopped_answer_is_not_counted(item: ReleasedItem) -> None:
    cancel = CancelToken()
    found = outcomes(Teller(["Yes."] * 3, cancel_at=1), [item] * 3, cancel)
    assert [outcome.equal for outcome in found] == [True]


def test_an_answer_that_was_cut_off_is_marked(item: ReleasedItem) -> None:
    (outcome,) = outcomes(Teller(["Yes."], reason=StopReason.LENGTH), [item])
    assert outcome.cut_off


def test_an_answer_that_was_made_in_another_way_says_so(item: ReleasedItem) -> None:
    (outcome,) = outcomes(Teller(["Yes."], retried="Fewer tiles are used now."), [item])
    assert outcome.equal
    assert outcome.retried == "Fewer tiles are used now."


def test_a_part_passes_only_if_all_of_it_was_asked_and_is_equal(item: ReleasedItem) -> None:
    planned = PartItems(Part.VQA, (item, item), available=9)
    good, bad = Outcome(item, "Yes."), Outcome(item, "No.")
    assert PartReport(Part.VQA, planned, (good, good)).passed is True
    assert PartReport(Part.VQA, planned, (good, bad)).passed is False
    assert PartReport(Part.VQA, planned, (good,)).passed is False
    assert PartReport(Part.VQA, None, not_run="Missing.").passed is None


def test_letters_are_counted_only_where_the_answer_is_one(item: ReleasedItem) -> None:
    letter = replace(item, choice=True, expected="A")
    alone = replace(letter, masks=letter.masks[:1])
    found = (Outcome(letter, "a"), Outcome(alone, "A"), Outcome(alone, "B"))
    report = PartReport(Part.VQA, None, found)
    assert (report.equal, report.letter_equal, len(report.several)) == (1, 2, 1)
    assert [outcome.answer for outcome in report.differing] == ["a", "B"]
    assert PartReport(Part.SIMPLE, None, (Outcome(item, "Yes."),)).letter_equal is None


def test_every_item_of_a_checkout_can_be_asked(checkout: Checkout) -> None:
    from gar_studio.verification.benchmarks import gar_bench
    from gar_studio.verification.readme import readme_examples

    items = [*readme_examples(checkout).items]
    items += gar_bench(checkout, Part.VQA, predictions="gar_8b", most=0).items
    found = outcomes(Teller([item.expected for item in items]), items)
    assert all(outcome.equal for outcome in found)
