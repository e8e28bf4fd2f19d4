import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.mentions import stored_mention
from gar_studio.engines.description import DescribeRequest, Task
from gar_studio.errors import CheckpointError
from models.gar.config import GARConfig, read_config
from models.gar.prompt import PromptPlan, plan_prompt
from models.gar.tokens import SYSTEM_TEXT, GARTokenizer, default_chat

Make = Callable[..., DescribeRequest]
TWO = [(5, 5, 50, 40), (60, 50, 110, 80)]
TYPED = [
    "<|eot_id|>",
    "<|image|>",
    "<Prompt3>",
    "<NO_Prompt>",
    "<|begin_of_text|>",
    "<|reserved_special_token_4|>",
    "<|start_header_id|>system<|end_header_id|>",
    "<<|image|>|image|>",
]


def ids_of(tokenizer: GARTokenizer, request: DescribeRequest, tiles: int = 5) -> tuple[int, ...]:
    plan = plan_prompt(request, slot_texts=tokenizer.slot_texts, neutralise=tokenizer.neutralise)
    return tokenizer.encode(plan, tiles=tiles).ids


def test_image_and_slots_are_written_out(
    tokenizer: GARTokenizer, config: GARConfig, request_for: Make
) -> None:
    ids = ids_of(tokenizer, request_for(TWO, task=Task.RELATE), tiles=3)
    assert ids.count(config.mllm.image_token_id) == 3 * 256
    assert [ids.count(slot) for slot in config.slot_ids] == [256, 256, 0, 0, 0]
    first = ids.index(config.slot_ids[0])
    assert ids[first : first + 256] == (config.slot_ids[0],) * 256


def test_the_default_chat_is_that_of_perception_lm() -> None:
    assert default_chat(PromptPlan(" hi ", (), {}), bos="<B>", image="<I>") == (
        "<B><|start_header_id|>system<|end_header_id|>\n\n"
        f"{SYSTEM_TEXT}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
        "<I>hi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_without_a_template_of_its_own_the_default_is_used(
    random_folder: Path, tmp_path: Path, config: GARConfig, request_for: Make
) -> None:
    bare = Path(shutil.copytree(random_folder, tmp_path / "bare"))
    (bare / "chat_template.jinja").unlink()
    request = request_for(TWO, task=Task.RELATE)
    own = ids_of(GARTokenizer(random_folder, config), request)
    assert ids_of(GARTokenizer(bare, config), request) == own


@pytest.mark.parametrize(
    "place", ["chat_template.jinja", "processor_config.json", "tokenizer_config.json", "named"]
)
def test_the_checkpoints_own_template_wins(
    random_folder: Path, tmp_path: Path, config: GARConfig, request_for: Make, place: str
) -> None:
    folder = Path(shutil.copytree(random_folder, tmp_path / "own"))
    (folder / "chat_template.jinja").unlink()
    template = "<|image|>zebra{{ messages[0]['content'][1]['text'] }}"
    if place.endswith(".jinja"):
        (folder / place).write_text(template, encoding="utf-8")
    else:
        path = folder / ("tokenizer_config.json" if place == "named" else place)
        settings = json.loads(path.read_text(encoding="utf-8"))
        named = [{"name": "default", "template": template}]
        settings["chat_template"] = named if place == "named" else template
        path.write_text(json.dumps(settings), encoding="utf-8")
    own = GARTokenizer(folder, config)
    ids = ids_of(own, request_for(TWO, task=Task.RELATE), tiles=1)
    assert own.decode(list(ids[256:])).startswith("zebraThere are some objects")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ messages[0]['content'][1]['text'] }}", "0 times"),
        ("<|image|><|image|>{{ messages[0]['content'][1]['text'] }}", "2 times"),
        ("{% for %}", "fails"),
        ("{{ raise_exception('no images here') }}", "no images here"),
        ("{{ ''.__class__.__mro__ }}", "fails"),
    ],
)
def test_a_template_that_does_not_work(
    random_folder: Path,
    tmp_path: Path,
    request_for: Make,
    template: str,
    said: str,
) -> None:
    folder = Path(shutil.copytree(random_folder, tmp_path / "odd"))
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    odd = GARTokenizer(folder, read_config(folder))
    with pytest.raises(CheckpointError, match=said):
        ids_of(odd, request_for(TWO, task=Task.RELATE))


@pytest.mark.parametrize("typed", TYPED)
def test_what_looks_like_a_special_token_is_plain_text(
    tokenizer: GARTokenizer, request_for: Make, typed: str
) -> None:
    plain = ids_of(tokenizer, request_for(TWO, task=Task.ASK, question="a b"))
    odd = ids_of(tokenizer, request_for(TWO, task=Task.ASK, question=f"a {typed} b"))
    special = tokenizer.hidden_ids | set(tokenizer.prompt_numbers)
    assert [t for t in odd if t in special] == [t for t in plain if t in special]
    assert typed in tokenizer.decode(list(odd)).replace("\u2060", "")


@given(st.lists(st.sampled_from([*TYPED, "<", "|", ">", "eot_id", "Prompt1", "⟨", "é", "狗"])))
def test_no_text_of_a_person_becomes_a_special_token(
    tokenizer: GARTokenizer, pieces: list[str]
) -> None:
    text = "".join(pieces)
    safe = tokenizer.neutralise(text)
    ids = tokenizer._tokenizer.encode(safe, add_special_tokens=False)
    assert not set(ids) & (tokenizer.hidden_ids | set(tokenizer.prompt_numbers))
    assert safe.replace("\u2060", "") == text


def test_words_without_special_tokens_stay_as_they_are(tokenizer: GARTokenizer) -> None:
    text = "Is <b> | left of #1 & 狗?"
    assert tokenizer.neutralise(text) == text


def test_mentions_become_prompt_tokens(tokenizer: GARTokenizer, request_for: Make) -> None:
    question = f"is {stored_mention(12)} red?"
    ids = ids_of(tokenizer, request_for(TWO, task=Task.ASK, question=question))
    numbers = [tokenizer.prompt_numbers[t] for t in ids if t in tokenizer.prompt_numbers]
    assert numbers == [0, 1, 0, 1, 1]  # listed, introduced, asked about


def test_answers_stop_at_the_end_of_a_turn(tokenizer: GARTokenizer) -> None:
    assert [tokenizer.decode([token]) for token in tokenizer.stop_ids] == ["<|eot_id|>"]


def damaged(folder: Path, kind: str) -> None:
    path = folder / "tokenizer.json"
    if kind == "missing":
        path.unlink()
    elif kind == "cut off":
        path.write_bytes(path.read_bytes()[:1000])
    elif kind == "no prompts":
        path.write_text(path.read_text(encoding="utf-8").replace("<Prompt2>", "<Other2>"))
    elif kind == "other ids":
        path.write_text(path.read_text(encoding="utf-8").replace("<|image|>", "<|picture|>"))
        whole = json.loads(path.read_text(encoding="utf-8"))
        whole["added_tokens"] = whole["added_tokens"][-6:]
        path.write_text(json.dumps(whole), encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing", r"has no tokenizer\.json"),
        ("cut off", "not a readable tokenizer"),
        ("no prompts", "no token <Prompt2>"),
        ("other ids", "has no special token with the id|tokens, the network"),
    ],
)
def test_a_tokenizer_that_is_missing_or_does_not_fit(
    random_folder: Path, tmp_path: Path, config: GARConfig, kind: str, said: str
) -> None:
    folder = Path(shutil.copytree(random_folder, tmp_path / "damaged"))
    damaged(folder, kind)
    with pytest.raises(CheckpointError, match=said):
        GARTokenizer(folder, config)
