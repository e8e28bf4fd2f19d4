"""Averages weights of one training: `python -m models.gar.nano.averaging OUT FILE:PART FILE:PART`.

A training whose rate has fallen to nothing, is raised again and falls once more, ends in another
place of the same valley; between the two ends the network errs less than at either (stochastic
weight averaging, arXiv 1803.05407; model soups, arXiv 2203.05482).
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from gar_studio.errors import CheckpointError

Weights = Mapping[str, Tensor]


def average(networks: Sequence[tuple[Weights, float]]) -> dict[str, Tensor]:
    """Return the weighted mean of networks of one shape, in the first one's types.

    Args:
        networks: the weights of each, by name, and its part; the parts are made to add up to 1.

    Raises:
        CheckpointError: names or shapes differ, or no part is above 0.
    """
    total = sum(part for _, part in networks)
    if total <= 0 or min(part for _, part in networks) < 0:
        raise CheckpointError("Parts of an average have to be 0 or more, and one above 0.")
    first = networks[0][0]
    for other, _ in networks[1:]:
        if {k: v.shape for k, v in other.items()} != {k: v.shape for k, v in first.items()}:
            raise CheckpointError(
                "The networks differ in their layers and cannot be averaged.",
                advice="Name weights of one training.",
            )
    mean = {}
    for name, tensor in first.items():
        # In float64, so that equal networks average to themselves to the last bit.
        parts = [weights[name].to(torch.float64) * (part / total) for weights, part in networks]
        mean[name] = torch.stack(parts).sum(dim=0).to(tensor.dtype)
    return mean


def average_files(files: Sequence[tuple[Path, float]], out: Path) -> None:
    """Average safetensors files; the first one's metadata are kept.

    Raises:
        CheckpointError: see `average`.
    """
    mean = average([(load_file(path), part) for path, part in files])
    with safe_open(files[0][0], framework="pt") as first:
        metadata = first.metadata()
    save_file(mean, out, metadata=metadata)


def main(arguments: Sequence[str] | None = None) -> None:
    """Average what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m models.gar.nano.averaging")
    parser.add_argument("out", type=Path, help="safetensors file to write")
    parser.add_argument("parts", type=_part, nargs="+", metavar="FILE:PART")
    options = parser.parse_args(arguments)
    average_files(options.parts, options.out)


def _part(text: str) -> tuple[Path, float]:
    name, colon, part = text.rpartition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"“{text}” is not FILE:PART, such as a.safetensors:0.3")
    return Path(name), float(part)


if __name__ == "__main__":
    main()
