"""The SAM files that Meta has released: where they are, and what tells them from others."""

from collections.abc import Mapping
from dataclasses import dataclass

from gar_studio.language import mark

PUBLISHER = "https://dl.fbaipublicfiles.com/segment_anything"
"""Where Meta keeps them (README of segment-anything, Model Checkpoints)."""


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """One file.

    Attributes:
        title: what people call the model.
        name: of the file.
        size: its bytes.
        sha256: Meta publishes no digests but the six digits in the names, which begin the files'
            MD5.  These are listed alike by micro-sam (`micro_sam/util.py`), DetailerX
            (`provision.py`) and, for ViT-H, CompressAI-Vision (`scripts/install_models.sh`).
        heads: attention heads of the image encoder.
        about: what people should know when they choose.
    """

    title: str
    name: str
    size: int
    sha256: str
    heads: int
    about: str

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{PUBLISHER}/{self.name}"


FILES = (
    ReleasedFile(
        "SAM ViT-B",
        "sam_vit_b_01ec64.pth",
        375_042_383,
        "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
        12,
        mark("The smallest of the first SAMs, and the quickest on a processor."),
    ),
    ReleasedFile(
        "SAM ViT-L",
        "sam_vit_l_0b3195.pth",
        1_249_524_607,
        "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
        16,
        mark("Nearly as exact as ViT-H, at half its size."),
    ),
    ReleasedFile(
        "SAM ViT-H",
        "sam_vit_h_4b8939.pth",
        2_564_550_879,
        "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
        16,
        mark("The most exact of the first SAMs; slow without a graphics card."),
    ),
)

DIGESTS: Mapping[str, str] = {file.name: file.sha256 for file in FILES}
"""Names of the files → their SHA-256."""
