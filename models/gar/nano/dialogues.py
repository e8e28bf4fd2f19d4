"""Turns scenes and questions into token sequences with many answers each.

A sequence has a trunk (the picture and its regions) and branches (a question with its answer).
Every branch sees the trunk and itself and stands right behind the trunk, so that it is to the
network what a request of its own would be; the trunk is computed once for all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from tokenizers import Tokenizer

from models.gar.config import GARConfig
from models.gar.nano.facts import SceneObject
from models.gar.nano.questions import Asker, Question, choose_regions
from models.gar.nano.shards import SeenScene
from models.gar.nano.wordings import DETAILED, details
from models.gar.prompt import prompt_text

IGNORED = -100
"""The label of a token that nothing is learnt from."""

BRANCHES = 16
_TRIES = 6

_ALONE_SHARE, _CHAIN_SHARE, _TALK_SHARE = 0.20, 0.06, 0.04
_COUNT_SHARES = (0.06, 0.30, 0.24, 0.20, 0.20)  # of one to five regions

_ALONE_TASKS = {
    "brief": 2.0,
    "detailed": 2.0,
    "attribute": 4.0,
    "yes_no": 1.0,
    "choice": 1.5,
    "reflection": 0.8,
    "unknown": 0.2,
    "absent": 0.2,
}
_SEVERAL_TASKS = {
    "relation_2": 4.0,
    "relation_3": 2.5,
    "attribute": 2.0,
    "which": 2.5,
    "yes_no": 4.0,
    "choice": 2.0,
    "count": 0.8,
    "compare": 0.6,
    "reflection": 0.7,
    "absent": 0.2,
    "unknown": 0.2,
    "each": 0.5,
}

_RELATION_TASKS = ("relation_2", "relation_3")
_RARE = ("inside", "around", "the reflection of")
"""Relations of so few pairs that they would be learnt last."""
_RARE_TRIES = 2

_HEAD = "<|start_header_id|>{}<|end_header_id|>"
_END = "<|eot_id|>"


@dataclass(frozen=True, eq=False)
class Dialogue:
    """One sequence of tokens; holds arrays, so it is compared by identity.

    Attributes:
        ids: (L,) token ids, image and slot tokens written out.
        positions: (L,) each token's place in its own request.
        branches: (L,) 0 in the trunk, else the branch's number.
        labels: (L,) the token that should follow, or `IGNORED`.
        regions: the regions whose slots are in it, in the order of their slots.
        tasks: what kind of question each branch asks, from branch 1 on.
    """

    ids: np.ndarray
    positions: np.ndarray
    branches: np.ndarray
    labels: np.ndarray
    regions: tuple[SceneObject, ...]
    tasks: tuple[str, ...] = ()


class Writer:
    """Writes sequences for a checkpoint's tokenizer."""

    def __init__(
        self, tokenizer: Tokenizer, config: GARConfig, *, tasks: Sequence[str] = ()
    ) -> None:
        """Take the tokenizer of a checkpoint folder and its config.

        Args:
            tokenizer: of the folder.
            config: of the folder.
            tasks: ask these kinds of questions only, each on its own; empty for all.
        """
        self._tokenizer = tokenizer
        self._tasks = tuple(tasks)
        self._repeats = {config.mllm.image_token_id: 2 * config.tokens_per_tile}
        self._repeats |= dict.fromkeys(config.slot_ids, config.tokens_per_tile)
        self._slots = [tokenizer.id_to_token(token) for token in config.slot_ids]

    def write(self, scene: SeenScene, rng: np.random.Generator) -> Dialogue:
        """Ask about some regions of a scene."""
        choice = rng.random()
        if choice < _ALONE_SHARE:
            return self._alone(scene, rng)
        count = 1 + int(rng.choice(5, p=_COUNT_SHARES))
        regions = choose_regions(scene.facts, count, rng)
        if choice < _ALONE_SHARE + _CHAIN_SHARE and not self._tasks:
            certain = [region for region in scene.facts.objects if details(region)]
            regions = tuple(certain[i] for i in rng.permutation(len(certain))[:count])
            if regions:
                return self._chain(regions, rng)
            return self._alone(scene, rng)
        asker = Asker(scene.facts, regions, tuple(range(len(regions))), rng)
        trunk = self.trunk(len(regions), alone=False)
        if choice < _ALONE_SHARE + _CHAIN_SHARE + _TALK_SHARE and not self._tasks:
            return self._talk(asker, trunk)
        return self._branched(asker, trunk, "\n\n", _SEVERAL_TASKS)

    def tokens(self, text: str) -> list[int]:
        """Return the token ids of a text, image and slot tokens written out."""
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        return [token for token in ids for _ in range(self._repeats.get(token, 1))]

    def trunk(self, regions: int, *, alone: bool) -> str:
        """Return the text before the question."""
        numbers = [1] if alone else list(range(regions))
        listed = "; ".join(map(prompt_text, numbers)) + (";\n" if alone else "; \n")
        slots = "\n".join(f"{prompt_text(n)}: {self._slots[n]}" for n in numbers)
        return _start(listed) + slots

    def _alone(self, scene: SeenScene, rng: np.random.Generator) -> Dialogue:
        objects = scene.facts.objects
        certain = [one for one in objects if one.is_certain]
        pick = certain if certain and rng.random() < 0.7 else objects
        region = pick[rng.integers(len(pick))]
        asker = Asker(scene.facts, (region,), (1,), rng)
        return self._branched(asker, self.trunk(1, alone=True), "", _ALONE_TASKS)

    def _branched(self, asker: Asker, trunk: str, gap: str, tasks: dict[str, float]) -> Dialogue:
        builder = _Builder(self.tokens)
        builder.trunk(trunk)
        wanted = {task: share for task, share in tasks.items() if task in self._tasks} or tasks
        for question in _questions(asker, wanted):
            builder.branch(
                f"{gap}{question.text}{_END}{_HEAD.format('assistant')}",
                question.answer,
                task=question.task,
            )
        return builder.build(tuple(asker.regions))

    def _talk(self, asker: Asker, trunk: str) -> Dialogue:
        """Ask question after question in one conversation."""
        builder = _Builder(self.tokens)
        head = f"{trunk}\n\n"
        for question in _questions(asker, _SEVERAL_TASKS):
            builder.trunk(f"{head}{question.text}{_END}{_HEAD.format('assistant')}")
            builder.answer(question.answer)
            head = _HEAD.format("user")
        return builder.build(tuple(asker.regions))

    def _chain(self, regions: tuple[SceneObject, ...], rng: np.random.Generator) -> Dialogue:
        """Describe region after region in one conversation, as GAR was trained."""
        builder = _Builder(self.tokens)
        alone = len(regions) == 1
        numbers = [1] if alone else list(range(len(regions)))
        listed = "; ".join(map(prompt_text, numbers)) + ";\n"
        for place, (number, region) in enumerate(zip(numbers, regions, strict=True)):
            asked = DETAILED[rng.integers(len(DETAILED))]
            head = _start(listed) if place == 0 else _HEAD.format("user")
            slot = f"{prompt_text(number)}: {self._slots[number]}"
            builder.trunk(f"{head}{slot}{asked}{_END}{_HEAD.format('assistant')}")
            builder.answer(details(region) or "")
        return builder.build(regions)


def _start(listed: str) -> str:
    head = f"<|begin_of_text|>{_HEAD.format('user')}<|image|>"
    return f"{head}There are some objects I am curious about: {listed}"


def _questions(asker: Asker, tasks: dict[str, float]) -> list[Question]:
    """Return at most `BRANCHES` questions, no two alike."""
    names, weights = list(tasks), np.array(list(tasks.values()))
    wanted = asker.rng.choice(names, BRANCHES, p=weights / weights.sum())
    found: dict[str, Question] = {}
    for task in wanted:
        for _ in range(_TRIES):
            question = _ask(asker, str(task))
            if question is not None and question.text not in found:
                found[question.text] = question
                break
    return list(found.values())


def _ask(asker: Asker, task: str) -> Question | None:
    """Ask, and about relations again if a rare one may come of it."""
    question = asker.ask(task)
    if task in _RELATION_TASKS:
        for _ in range(_RARE_TRIES):
            if question is None or _is_rare(question):
                break
            another = asker.ask(task)
            question = another if another is not None and _is_rare(another) else question
    return question


def _is_rare(question: Question) -> bool:
    return any(word in question.answer for word in _RARE)


@dataclass(slots=True)
class _Builder:
    """Lays token after token."""

    tokens: Callable[[str], list[int]]
    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    branches: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    _trunk: int = 0
    _branch: int = 0

    def trunk(self, text: str) -> None:
        """Add to the trunk."""
        self._add(self.tokens(text), branch=0, start=self._trunk, learnt=False)

    def answer(self, text: str) -> None:
        """Add an answer to the trunk, to be learnt."""
        self._add(self.tokens(text + _END), branch=0, start=self._trunk, learnt=True)

    def branch(self, question: str, answer: str, *, task: str) -> None:
        """Add a branch behind the trunk."""
        self._branch += 1
        self.tasks.append(task)
        asked = self.tokens(question)
        self._add(asked, branch=self._branch, start=self._trunk, learnt=False)
        start = self._trunk + len(asked)
        self._add(self.tokens(answer + _END), branch=self._branch, start=start, learnt=True)

    def build(self, regions: Sequence[SceneObject]) -> Dialogue:
        """Return what was laid."""
        return Dialogue(
            ids=np.array(self.ids, dtype=np.int64),
            positions=np.array(self.positions, dtype=np.int64),
            branches=np.array(self.branches, dtype=np.int64),
            labels=np.array([*self.labels[1:], IGNORED], dtype=np.int64),
            regions=tuple(regions),
            tasks=tuple(self.tasks),
        )

    def _add(self, ids: list[int], *, branch: int, start: int, learnt: bool) -> None:
        self.ids += ids
        self.positions += range(start, start + len(ids))
        self.branches += [branch] * len(ids)
        self.labels += ids if learnt else [IGNORED] * len(ids)
        if branch == 0:
            self._trunk += len(ids)
