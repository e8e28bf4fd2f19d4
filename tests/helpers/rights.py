"""Runs code as somebody who may not write everywhere, also where the tests run as root."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Give up root's rights for a while; skips the test where root cannot."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(_NOBODY)
    except OSError:
        pytest.skip("root cannot become anybody else here")
    try:
        yield
    finally:
        os.seteuid(0)
