"""The canvas's tools, one file each."""

from ui.canvas.tools.base import Pick, Pointer, Tool, ToolName
from ui.canvas.tools.box import BoxTool
from ui.canvas.tools.point import PointTool
from ui.canvas.tools.scribble import ScribbleTool
from ui.canvas.tools.select import SelectTool

__all__ = ["Pick", "Pointer", "Tool", "ToolName", "make_tools"]


def make_tools() -> dict[ToolName, Tool]:
    """Return one tool of each kind."""
    tools: tuple[Tool, ...] = (SelectTool(), PointTool(), BoxTool(), ScribbleTool())
    return {tool.name: tool for tool in tools}
