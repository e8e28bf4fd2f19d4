"""Engines that run elsewhere: on a server, or in a process of their own (`gar_studio.serving`)."""
