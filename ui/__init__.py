"""The Qt window.  No engine, no inference, no file format."""
