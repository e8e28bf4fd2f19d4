"""Answers on their way, and questions that nothing came of."""

from dataclasses import dataclass, field

from gar_studio.annotation.exchange import AskedRegion, Exchange
from gar_studio.annotation.region import Provenance, utc_now
from gar_studio.engines.description import DescribeRequest, Task
from gar_studio.engines.protocol import EngineInfo, Progress

FAILED = "failed"
"""`Exchange.reason` of an answer in the middle of which the engine broke off."""

_MOST_LEFT = 20
"""Most cards of questions without an answer that are kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """An answer that is not finished.

    Attributes:
        request: what was asked.
        image_id: the image that it belongs to, whatever is in view now.
        text: the words so far, mentions in stored form.
        progress: what the engine is at before the first word, or None.
        started: whether its turn has come.
        notice: what the reader has to know about it, or "".
    """

    request: DescribeRequest
    image_id: int
    text: str = ""
    progress: Progress | None = None
    started: bool = False
    notice: str = ""


@dataclass(slots=True)
class Live:
    """A live answer as it grows.

    Attributes:
        answer: as far as it is shown.
        info: who answers it, once its turn has come.
        pending: pieces that are not shown yet.
    """

    answer: LiveAnswer
    info: EngineInfo | None = None
    pending: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words so far."""
        return self.answer.text + "".join(self.pending)

    def as_exchange(self, text: str, reason: str) -> Exchange:
        """Return it as it is kept, a draft; its id is given by the document.

        Args:
            text: its words, mentions in stored form.
            reason: see `Exchange.reason`.
        """
        request, info = self.answer.request, self.info
        notices = (info.notice if info else "", self.answer.notice)
        return Exchange(
            id=0,
            image_id=self.answer.image_id,
            task=request.task.value,
            regions=tuple(AskedRegion(one.region_id, one.mask.version) for one in request.regions),
            question=request.question,
            answer=text.strip(),
            reason=reason,
            provenance=Provenance(
                model=info.name if info else "",
                revision=info.revision if info else "",
                prompt=request.question or request.task.value,
                at=utc_now(),
            ),
            notice=" ".join(part for part in notices if part),
        )


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Questions of one kind that ended without a word, so that they can be asked again.

    Attributes:
        id: names it while the window is open.
        image_id: the image that they are about.
        task: what was asked.
        question: the user's words, mentions in stored form, or "".
        groups: lasting ids of the regions of each question.
        why: what happened, for people.
        failed: whether something went wrong, rather than was stopped.
    """

    id: int
    image_id: int
    task: Task
    question: str
    groups: tuple[tuple[int, ...], ...]
    why: str
    failed: bool

    @property
    def region_ids(self) -> tuple[int, ...]:
        """All regions that were asked about."""
        return tuple(dict.fromkeys(one for group in self.groups for one in group))


class LeftOver:
    """Keeps questions without an answer; those of one kind that end alike make one card."""

    def __init__(self) -> None:
        self._kept: dict[int, Unanswered] = {}
        self._last = 0

    def of(self, image_id: int | None) -> tuple[Unanswered, ...]:
        """Return those about an image, oldest first."""
        return tuple(one for one in self._kept.values() if one.image_id == image_id)

    def add(self, live: Live, why: str, *, failed: bool) -> None:
        """Take in a question that ended without a word."""
        request, image_id = live.answer.request, live.answer.image_id
        group = tuple(region.region_id for region in request.regions)
        kind = (image_id, request.task, request.question, why, failed)
        same = self._kept.get(self._last)
        if same is not None and kind == (
            same.image_id,
            same.task,
            same.question,
            same.why,
            same.failed,
        ):
            groups = (*same.groups, group)
        else:
            self._last += 1
            groups = (group,)
        self._kept[self._last] = Unanswered(
            self._last, image_id, request.task, request.question, groups, why, failed
        )
        for old in list(self._kept)[:-_MOST_LEFT]:
            del self._kept[old]

    def drop(self, one: Unanswered) -> None:
        """Forget one."""
        self._kept.pop(one.id, None)

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
