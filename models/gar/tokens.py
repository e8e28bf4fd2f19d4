"""The tokenizer of a checkpoint folder, and what its special tokens mean to GAR.

Source: gar.md, Tokens.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from tokenizers import Tokenizer

from gar_studio.errors import CheckpointError, RequestError
from gar_studio.language import tr
from models.gar.config import PROCESSOR_FILE, GARConfig, read_json
from models.gar.prompt import PromptIds, PromptPlan, prompt_text
from models.torch_setup import import_torchvision

import_torchvision()

from transformers import PreTrainedTokenizerFast  # noqa: E402 - it may import torchvision itself

TOKENIZER_FILE = "tokenizer.json"
TOKENIZER_CONFIG_FILE = "tokenizer_config.json"
TEMPLATE_FILE = "chat_template.jinja"
LEGACY_TEMPLATE_FILE = "chat_template.json"

SYSTEM_TEXT = (
    "You are a helpful language and vision assistant. You are able to understand the visual "
    "content that the user provides, and assist the user with a variety of tasks using natural "
    "language."
)

_END_OF_TURN = "<|eot_id|>"
_WORD_JOINER = "\u2060"
_MAX_TEMPLATE_BYTES = 1024 * 1024

_AddedToken = str | dict[str, object] | None


class _TokenizerFile(msgspec.Struct):
    bos_token: _AddedToken = None
    chat_template: str | list[dict[str, str]] | None = None


class _TemplateHolder(msgspec.Struct):
    chat_template: str | None = None


class GARTokenizer:
    """Turns prompts into token ids, and knows what each special token is for."""

    def __init__(self, folder: Path, config: GARConfig) -> None:
        """Read the tokenizer of a checkpoint folder.

        Raises:
            CheckpointError: a file is missing or damaged, or a token that GAR needs is not there.
        """
        self._config = config
        self._folder = folder
        settings = _read_settings(folder)
        self._bos = _token_text(settings.bos_token) or "<|begin_of_text|>"
        self._template = _find_template(folder, settings)
        self._tokenizer = _read_tokenizer(folder, bos=self._bos)
        self._added: Mapping[str, int] = self._tokenizer.get_added_vocab()
        vocabulary = config.mllm.text_config.vocab_size
        if len(self._tokenizer) > vocabulary or max(self._added.values(), default=0) >= vocabulary:
            raise CheckpointError(
                tr(
                    "The tokenizer in “{folder}” has {count} tokens, the network {vocabulary}.",
                    folder=folder,
                    count=len(self._tokenizer),
                    vocabulary=vocabulary,
                ),
                advice=tr("config.json and tokenizer.json must belong together."),
            )
        self.image_text = self._text_of(config.mllm.image_token_id)
        self.slot_texts = tuple(self._text_of(token) for token in config.slot_ids)
        self.prompt_numbers = {
            self._id_of(prompt_text(number)): number for number in range(config.prompt_count)
        }
        self.hidden_ids = frozenset(self._added.values()) - frozenset(self.prompt_numbers)
        end_of_turn = self._added.get(_END_OF_TURN)
        self.stop_ids = config.stop_ids | ({end_of_turn} if end_of_turn is not None else set())
        if not self.stop_ids:
            raise CheckpointError(
                tr("Nothing in “{folder}” says which token ends an answer.", folder=folder),
                advice=tr(
                    "The tokenizer needs {end_of_turn}, or config.json an eos_token_id.",
                    end_of_turn=_END_OF_TURN,
                ),
            )
        # A token of one character cannot be parted, and none of GAR's is one.
        reserved = [text for text in self._added if len(text) > 1]
        self._reserved_ids = frozenset(self._added[text] for text in reserved)
        self._reserved = re.compile(f"(?={'|'.join(map(re.escape, reserved))})(.)", re.DOTALL)

    @property
    def backend(self) -> Tokenizer:
        """The tokenizer itself."""
        return self._tokenizer.backend_tokenizer

    def neutralise(self, text: str) -> str:
        """Make words that look like special tokens ordinary words again.

        Their first character is parted from the rest by an invisible word joiner (U+2060), so
        that a person can write about `<|eot_id|>` without ending their turn.

        Raises:
            RequestError: this tokenizer reads a special token out of the text all the same.
        """
        safe = self._reserved.sub(rf"\1{_WORD_JOINER}", text)
        ids = self._tokenizer.encode(safe, add_special_tokens=False)
        if not self._reserved_ids.isdisjoint(ids):
            raise RequestError(
                tr("The text contains a token that is reserved for the model's own use."),
                advice=tr("Leave out words in the form of <…> or <|…|>."),
            )
        return safe

    def encode(self, plan: PromptPlan, *, tiles: int) -> PromptIds:
        """Put the conversation into the chat template and turn it into token ids.

        Args:
            plan: the messages; each introduced region's slot token stands in them once.
            tiles: the image's tiles, the thumbnail among them.

        Raises:
            CheckpointError: the folder's own template fails or has not one place for the image.
        """
        text = self._render(plan)
        ids = self._tokenizer.encode(text, add_special_tokens=False)
        per_tile = self._config.tokens_per_tile
        introduced = plan.introduced or frozenset(plan.prompts)
        repeats = {self._config.slot_ids[number]: per_tile for number in introduced}
        repeats[self._config.mllm.image_token_id] = tiles * per_tile
        for token in repeats:
            if ids.count(token) != 1:
                raise CheckpointError(
                    tr(
                        "The chat template of “{folder}” puts the image or a "
                        "region {ids} times into the prompt instead of once.",
                        folder=self._folder,
                        ids=ids.count(token),
                    ),
                    advice=tr("Check its chat_template.jinja."),
                )
        written_out = [token for token in ids for _ in range(repeats.get(token, 1))]
        return PromptIds(ids=tuple(written_out), prompts=plan.prompts, introduced=introduced)

    def decode(self, ids: list[int]) -> str:
        """Return the text of token ids, as it is; bytes that are no UTF-8 become U+FFFD."""
        return str(self._tokenizer.backend_tokenizer.decode(ids, skip_special_tokens=False))

    def _render(self, plan: PromptPlan) -> str:
        if self._template is None:
            return default_chat(plan, bos=self._bos, image=self.image_text)
        messages: Any = []  # transformers types texts only
        for asked, answered in plan.earlier:
            messages += [_message("user", asked), _message("assistant", answered)]
        messages.append(_message("user", plan.text))
        messages[0]["content"].insert(0, {"type": "image"})
        try:
            # transformers renders templates in jinja2's sandbox: no attribute, no file, no call.
            rendered = self._tokenizer.apply_chat_template(
                messages,
                chat_template=self._template,
                tokenize=False,
                add_generation_prompt=True,
            )
        except jinja2.TemplateError as error:
            raise CheckpointError(
                tr(
                    "The chat template of “{folder}” fails: {error}.",
                    folder=self._folder,
                    error=error,
                ),
                advice=tr("Check its chat_template.jinja."),
            ) from error
        return str(rendered)

    def _id_of(self, text: str) -> int:
        if text not in self._added:
            raise CheckpointError(
                tr(
                    "The tokenizer in “{folder}” has no token {text}.",
                    folder=self._folder,
                    text=text,
                ),
                advice=tr("Choose a checkpoint in the layout of the released GAR."),
            )
        return self._added[text]

    def _text_of(self, token: int) -> str:
        for text, number in self._added.items():
            if number == token:
                return text
        raise CheckpointError(
            tr(
                "The tokenizer in “{folder}” has no special token with the id {token}.",
                folder=self._folder,
                token=token,
            ),
            advice=tr("config.json and tokenizer.json must belong together."),
        )


def default_chat(plan: PromptPlan, *, bos: str, image: str) -> str:
    """Return Perception-LM's chat, the image before the first message (gar.md, Tokens)."""
    turns = [("system", SYSTEM_TEXT)]
    for asked, answered in plan.earlier:
        turns += [("user", asked.strip()), ("assistant", answered.strip())]
    turns.append(("user", plan.text.strip()))
    turns[1] = ("user", image + turns[1][1])
    heads = [(f"<|start_header_id|>{role}<|end_header_id|>\n\n", text) for role, text in turns]
    said = "".join(f"{head}{text}{_END_OF_TURN}" for head, text in heads)
    return f"{bos}{said}<|start_header_id|>assistant<|end_header_id|>\n\n"


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}


def _read_settings(folder: Path) -> _TokenizerFile:
    path = folder / TOKENIZER_CONFIG_FILE
    return read_json(path, _TokenizerFile) if path.exists() else _TokenizerFile()


def _read_tokenizer(folder: Path, *, bos: str) -> PreTrainedTokenizerFast:
    path = folder / TOKENIZER_FILE
    if not path.is_file():
        raise CheckpointError(
            tr(
                "The model folder “{folder}” has no {tokenizer_file}.",
                folder=folder,
                tokenizer_file=TOKENIZER_FILE,
            ),
            advice=tr("Fetch it from where the model came."),
        )
    try:
        return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_file=str(path), bos_token=bos
        )
    except Exception as error:  # tokenizers raises nothing narrower
        raise CheckpointError(
            tr("“{path}” is not a readable tokenizer: {error}.", path=path, error=error),
            advice=tr("The file is damaged; fetch it again from where it came."),
        ) from error


def _find_template(folder: Path, settings: _TokenizerFile) -> str | None:
    """Return the checkpoint's own chat template, or None if it brings none."""
    path = folder / TEMPLATE_FILE
    if path.exists():
        try:
            if path.stat().st_size > _MAX_TEMPLATE_BYTES:
                raise CheckpointError(tr("“{path}” is too large to be a chat template.", path=path))
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CheckpointError(
                tr("“{path}” cannot be read: {error}.", path=path, error=error)
            ) from error
    for name in (LEGACY_TEMPLATE_FILE, PROCESSOR_FILE):
        if (folder / name).exists():
            template = read_json(folder / name, _TemplateHolder).chat_template
            if template is not None:
                return template
    named = settings.chat_template
    if isinstance(named, list):
        by_name = {entry.get("name"): entry.get("template") for entry in named}
        return by_name.get("default")
    return named


def _token_text(token: _AddedToken) -> str | None:
    content = token.get("content") if isinstance(token, dict) else token
    return content if isinstance(content, str) else None
