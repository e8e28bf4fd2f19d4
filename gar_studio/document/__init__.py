"""The open document: the only thing that changes a project, always through commands."""
