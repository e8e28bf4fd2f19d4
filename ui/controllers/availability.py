"""Which actions can be taken now, and what undo and redo would do."""

from ui.canvas import Canvas, ToolName
from ui.controllers.conversation import ConversationController
from ui.controllers.proposals import ProposalController
from ui.controllers.segmentation import SegmentationController
from ui.desk import Desk


def history_names(desk: Desk, segmentation: SegmentationController) -> tuple[str, str]:
    """Return what would be undone and what would be done again, or "" for nothing.

    The prompts of the object under way come before what was done to the project.
    """
    undo, redo = segmentation.undo_name, segmentation.redo_name
    document = desk.document
    if document is not None and not document.read_only:
        undo = undo or document.undo_name(desk.image_id)
        redo = redo or document.redo_name(desk.image_id)
    return undo, redo


def available(
    desk: Desk,
    *,
    canvas: Canvas,
    segmentation: SegmentationController,
    proposals: ProposalController,
    conversation: ConversationController,
) -> dict[str, bool]:
    """Return by action id whether it can be taken; actions that always can are left out."""
    undo, redo = history_names(desk, segmentation)
    document, selected = desk.document, len(desk.selection)
    writable = document is not None and not document.read_only
    drawing = canvas.tool is ToolName.OUTLINE
    choosing = bool(proposals.found)
    open_ended = drawing or choosing or segmentation.active
    return {
        "undo": bool(undo),
        "redo": bool(redo),
        "import": document is not None and not document.read_only,
        "export": document is not None,
        "statistics": document is not None,
        "delete": writable and (selected > 0 or open_ended),
        "describe": writable and selected > 0,
        "describe_all": writable and bool(conversation.undescribed()),
        "relate": writable and selected > 1,
        "ask": writable and bool(desk.regions()),
        "stop": conversation.busy,
        "caption": writable and selected == 1,
        "assign": writable and selected > 0,
        "categories": document is not None,
        "accept": open_ended,
        "accept_all": choosing,
        "next_mask": choosing,
        "everything": writable and desk.image is not None,
        "edit_outline": writable and selected == 1,
        "refine": writable and selected == 1,
        "select_all": bool(desk.regions()),
    }
