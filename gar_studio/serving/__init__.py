"""Engines offered over HTTP to windows and programs elsewhere (`gar_studio.remote`)."""
