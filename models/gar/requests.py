"""Checks a prompt against its image and the model before anything is computed."""

from gar_studio.errors import CheckpointError, RequestError
from gar_studio.language import tr
from models.gar.config import GARConfig
from models.gar.image_processor import TileStack
from models.gar.prompt import PromptIds


def check_prompt(
    stack: TileStack, prompt: PromptIds, *, config: GARConfig, max_new_tokens: int
) -> None:
    """Check that tiles, regions and tokens fit each other and the model's context.

    Raises:
        RequestError: the prompt and its answer are longer than the model's context.
        CheckpointError: the prompt does not have the image and slot tokens that are needed.
    """
    context = config.mllm.text_config.max_position_embeddings
    length = len(prompt.ids) + max_new_tokens
    if length > context:
        raise RequestError(
            tr(
                "The question needs {length} tokens with its answer; the model takes {context}.",
                length=length,
                context=context,
            ),
            advice=tr("Ask a shorter question, or allow fewer tiles or fewer new tokens."),
        )
    per_tile = config.tokens_per_tile
    wanted = {config.mllm.image_token_id: stack.count * per_tile}
    wanted |= {
        config.slot_ids[number]: per_tile for number in prompt.prompts if prompt.introduces(number)
    }
    found = {token: prompt.ids.count(token) for token in wanted}
    if found != wanted or len(prompt.prompts) != len(stack.boxes):
        raise CheckpointError(
            tr(
                "The prompt has image and slot tokens {found}, but {wanted} are needed.",
                found=found,
                wanted=wanted,
            ),
            advice=tr("Check the checkpoint's chat template and token ids."),
        )
