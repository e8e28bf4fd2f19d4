"""How engines on a server are found: by the server's address."""

from dataclasses import dataclass

from gar_studio.engines.construction import EngineKind, EngineOptions, ModelSource
from gar_studio.engines.description import Describer
from gar_studio.engines.segmentation import Segmenter
from gar_studio.language import mark
from gar_studio.remote.address import checked
from gar_studio.remote.tokens import token_of


@dataclass(frozen=True, slots=True)
class ServerDescriberFactory:
    """Builds a describer that a `gar-studio serve` runs."""

    kind: EngineKind = EngineKind.DESCRIBE
    title: str = mark("A server that describes (gar-studio serve)")
    needs: str = mark(
        "the address of a “gar-studio serve”, such as http://192.168.1.20:8765; photos are sent "
        "there"
    )
    model_source: ModelSource = ModelSource.ADDRESS

    def build(self, options: EngineOptions) -> Describer:
        """Connect to the server that `options.model` names.

        Raises:
            EngineError: it cannot be reached or used, or has no describer.
        """
        from gar_studio.remote.client import Connection  # noqa: PLC0415 - the network, when wanted
        from gar_studio.remote.describer import RemoteDescriber  # noqa: PLC0415

        address = checked(options.model)
        return RemoteDescriber(Connection(address, token=token_of(address)))


@dataclass(frozen=True, slots=True)
class ServerSegmenterFactory:
    """Builds a segmenter that a `gar-studio serve` runs."""

    kind: EngineKind = EngineKind.SEGMENT
    title: str = mark("A server that cuts out (gar-studio serve)")
    needs: str = mark(
        "the address of a “gar-studio serve”, such as http://192.168.1.20:8765; photos are sent "
        "there"
    )
    model_source: ModelSource = ModelSource.ADDRESS

    def build(self, options: EngineOptions) -> Segmenter:
        """Connect to the server that `options.model` names.

        Raises:
            EngineError: it cannot be reached or used, or has no segmenter.
        """
        from gar_studio.remote.client import Connection  # noqa: PLC0415 - as above
        from gar_studio.remote.segmenter import RemoteSegmenter  # noqa: PLC0415

        address = checked(options.model)
        return RemoteSegmenter(Connection(address, token=token_of(address)))


DESCRIBER = ServerDescriberFactory()
SEGMENTER = ServerSegmenterFactory()
