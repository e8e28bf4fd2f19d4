"""The canvas's tools, one file each."""

from ui.canvas.tools.base import Draft, Outline, Pick, Pointer, Stroke, Sweep, Tool, ToolName
from ui.canvas.tools.box import BoxTool
from ui.canvas.tools.brush import BrushSize, BrushTool
from ui.canvas.tools.outline import OutlineTool
from ui.canvas.tools.point import PointTool
from ui.canvas.tools.scribble import ScribbleTool
from ui.canvas.tools.select import SelectTool

__all__ = [
    "BrushSize",
    "BrushTool",
    "Draft",
    "Outline",
    "OutlineTool",
    "Pick",
    "Pointer",
    "Stroke",
    "Sweep",
    "Tool",
    "ToolName",
    "make_tools",
]


def make_tools(brush: BrushSize) -> dict[ToolName, Tool]:
    """Return one tool of each kind; brush and eraser have one size."""
    tools: tuple[Tool, ...] = (
        SelectTool(),
        PointTool(),
        BoxTool(),
        ScribbleTool(),
        BrushTool(brush),
        BrushTool(brush, erases=True),
        OutlineTool(),
    )
    return {tool.name: tool for tool in tools}
