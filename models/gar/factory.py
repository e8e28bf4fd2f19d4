"""How GAR engines are built.  Importing this file imports no torch; building one does."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

from gar_studio.engines.construction import EngineKind, EngineOptions, ModelSource
from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import EngineInfo
from gar_studio.errors import EngineError
from gar_studio.language import mark, tr
from gar_studio.settings import cache_folder
from models.preloading import preload_torch

WEIGHTS_LICENCE = mark("research only, non-commercial (weights derived from Meta's Perception-LM)")
LEAKED_BOXES = "leaked-boxes"
"""`EngineOptions.variant` that repeats a fault of the released script, for evaluation only."""
RANDOM_NOTICE = mark("Random weights: these words mean nothing.")
NANO_NOTICE = mark(
    "gar-nano sees colour, shape, texture, size, place, count and relations. "
    "It errs, most often about counts and what is in front of what, and does "
    "not know what things are called."
)


@dataclass(frozen=True, slots=True)
class GARFactory:
    """Builds GAR from a folder or a hub id that the user names."""

    kind: EngineKind = EngineKind.DESCRIBE
    title: str = mark("GAR (Grasp Any Region)")
    needs: str = mark(
        "a checkpoint folder or hub id, such as HaochenWang/GAR-1B; about 4 GB of memory on a "
        "GPU or 8 GB on the CPU for GAR-1B; research only, non-commercial (weights derived "
        "from Meta's Perception-LM)"
    )
    model_source: ModelSource = ModelSource.FOLDER

    def build(self, options: EngineOptions) -> Describer:
        """Load the checkpoint that `options.model` names.

        Raises:
            EngineError: no model is named, the device is not there, or the checkpoint is missing,
                damaged or unsafe (`CheckpointError`).
        """
        if not options.model:
            raise EngineError(
                tr("GAR needs a model."),
                advice=tr("Give a checkpoint folder, or a hub id such as HaochenWang/GAR-1B."),
            )
        preload_torch()
        from models.gar.checkpoint import find_folder  # noqa: PLC0415 - imports torch

        folder = find_folder(options.model, allow_download=options.allow_download)
        name = Path(options.model).name or options.model
        return _load(folder, options, name=name, licence=WEIGHTS_LICENCE)


@dataclass(frozen=True, slots=True)
class NanoGARFactory:
    """Builds gar-nano, the small GAR whose weights come with GAR Studio."""

    kind: EngineKind = EngineKind.DESCRIBE
    title: str = mark("gar-nano (comes with GAR Studio)")
    needs: str = mark(
        "nothing; it tells colour, shape, texture, size, place, count and "
        "relations, and does not know what things are called"
    )
    model_source: ModelSource = ModelSource.NONE

    def build(self, options: EngineOptions) -> Describer:
        """Load the weights that come with the program.

        Raises:
            EngineError: the device is not there, a model is named, or the installation is damaged
                (`CheckpointError`).
        """
        if options.model:
            raise EngineError(
                tr("gar-nano takes no model."),
                advice=tr("Choose the engine “gar” to load a checkpoint."),
            )
        with as_file(files("resources") / "gar_nano") as folder:
            return _load(folder, options, name="gar-nano", licence="Apache-2.0", notice=NANO_NOTICE)


@dataclass(frozen=True, slots=True)
class RandomGARFactory:
    """Builds a small GAR with random weights, which it writes itself into the user's cache."""

    kind: EngineKind = EngineKind.DESCRIBE
    title: str = mark("GAR with random weights (a stand-in)")
    needs: str = mark("nothing: it makes its own weights, and its words mean nothing")
    model_source: ModelSource = ModelSource.NONE

    def build(self, options: EngineOptions) -> Describer:
        """Load the random checkpoint; write it first if it is not in the cache yet.

        Raises:
            EngineError: the device is not there, a model is named, or the cache folder cannot be
                written.
        """
        if options.model:
            raise EngineError(
                tr("GAR with random weights takes no model."),
                advice=tr("Choose the engine “gar” to load a checkpoint."),
            )
        preload_torch()
        from models.gar.random_checkpoint import ANSWER_TOKENS  # noqa: PLC0415 - imports torch

        return _load(
            random_folder(),
            options,
            name="GAR-random",
            licence=mark("none needed: random numbers"),
            notice=RANDOM_NOTICE,
            answer_limit=ANSWER_TOKENS,
        )


def random_folder() -> Path:
    """Return the folder of the random checkpoint, written now if it is not there.

    It is written beside its place and moved there when complete, so that a folder that is there
    is whole, also after a crash or when two programs start at once.

    Raises:
        EngineError: the cache folder cannot be written.
    """
    from models.gar.random_checkpoint import recipe, write_random_checkpoint  # noqa: PLC0415

    cache = cache_folder()
    folder = cache / f"gar-random-{recipe()}"
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="gar-random-", suffix=".part", dir=cache))
        try:
            write_random_checkpoint(unfinished)
            _move_into_place(unfinished, folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise EngineError(
            tr(
                "The cache folder “{cache}” cannot be written: {strerror}.",
                cache=cache,
                strerror=error.strerror,
            ),
            advice=tr(
                "Make room on the disk or set GAR_STUDIO_HOME to a folder that you may write."
            ),
        ) from error
    return folder


def _move_into_place(unfinished: Path, folder: Path) -> None:
    try:
        os.replace(unfinished, folder)  # noqa: PTH105 - says what it does
    except OSError:
        if not folder.is_dir():  # otherwise another program was faster, with the same bytes
            raise


def _load(
    folder: Path,
    options: EngineOptions,
    *,
    name: str,
    licence: str,
    notice: str = "",
    answer_limit: int | None = None,
) -> Describer:
    preload_torch()
    import torch  # noqa: PLC0415 - only when an engine is built

    from models.device import resolve_device, resolve_dtype  # noqa: PLC0415
    from models.gar.checkpoint import load_model  # noqa: PLC0415
    from models.gar.engine import ANSWER_LIMIT, GARDescriber  # noqa: PLC0415
    from models.gar.quantise import (  # noqa: PLC0415
        check_quantisation,
        quantisation_of,
        quantise,
    )
    from models.gar.session import GARSession  # noqa: PLC0415
    from models.gar.store import SessionStore, default_budget  # noqa: PLC0415
    from models.gar.tokens import GARTokenizer  # noqa: PLC0415
    from models.hub import revision  # noqa: PLC0415
    from models.memory import check_fits, free_memory  # noqa: PLC0415

    device = resolve_device(options.device)
    dtype = resolve_dtype(options.dtype, device)
    how = quantisation_of(options.dtype)
    if how is None:
        check_fits(folder, device=device, dtype=dtype)
    else:
        check_quantisation(device)
    if how is None:
        model = load_model(folder, device=device, dtype=dtype)
    else:
        model = load_model(folder, device=torch.device("cpu"), dtype=dtype)
        quantise(model, how, device=device)
    weights = sum(weight.nbytes for weight in model.parameters())
    budget = options.cache_bytes
    if budget is None:
        budget = default_budget(weights=weights, free=free_memory(device))
    return GARDescriber(
        GARSession(model, store=SessionStore(budget), free_memory=partial(free_memory, device)),
        GARTokenizer(folder, model.config),
        info=EngineInfo(
            name=name,
            revision=revision(folder),
            device=str(device),
            licence=licence,
            notice=notice,
        ),
        answer_limit=ANSWER_LIMIT if answer_limit is None else answer_limit,
        leaked_boxes=options.variant == LEAKED_BOXES,
    )


GAR = GARFactory()
GAR_NANO = NanoGARFactory()
GAR_RANDOM = RandomGARFactory()
