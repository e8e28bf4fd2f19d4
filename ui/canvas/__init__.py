"""The canvas: photo, regions, prompts, and the tools that draw on it."""

from ui.canvas.keyboard import KeyboardCanvas as Canvas
from ui.canvas.overlay import RegionOverlay
from ui.canvas.tools import ToolName

__all__ = ["Canvas", "RegionOverlay", "ToolName"]
