"""What was done, in the language in force: a project keeps it in English."""

import re
from typing import Final

from gar_studio.language import tr, tr_n

_IMPORTED: Final = re.compile(r"import ([\d,]+) regions?")


def shown_step(name: str) -> str:
    """Return the name of a step for people; "" stays so."""
    imported = _IMPORTED.fullmatch(name)
    if imported is None:
        return tr(name) if name else ""
    count = int(imported[1].replace(",", ""))
    return tr_n("import {n} region", "import {n:,} regions", count)
