"""Linear layers for a few tokens at a time: the decoder's, while it writes an answer.

Such a layer has to read all of its weights for hardly any arithmetic.  torch's product for the
CPU, `x @ W.T`, is made for many rows and reads them several times too slowly for a few in
float32; written as `W @ x.T` it runs at the memory's speed (docs/figures.md).  The numbers are
the same up to rounding.
"""

import torch
from torch import Tensor, nn

_MOST_ROWS = 8
"""Above this torch's own product is as fast."""


class ThinLinear(nn.Linear):
    """A linear layer that is fast for up to eight rows of float32 on the CPU, and else as usual."""

    def forward(self, input: Tensor) -> Tensor:
        """Multiply (…, K) by the (N, K) weights and add the bias: (…, N)."""
        rows = input.numel() // self.in_features
        if not 0 < rows <= _MOST_ROWS or not self._is_plain(input):
            return super().forward(input)
        flat = input.reshape(rows, self.in_features)
        # A single row would take torch's slow road again; two of it do not.
        twice = torch.cat([flat, flat]) if rows == 1 else flat
        # Row by row in memory, as what comes next expects it: fast attention asks for that.
        product = (self.weight @ twice.T).T[:rows].contiguous()
        if self.bias is not None:
            product = product + self.bias
        return product.reshape(*input.shape[:-1], self.out_features)

    def _is_plain(self, values: Tensor) -> bool:
        types = (values.dtype, self.weight.dtype)
        on_cpu = values.device.type == "cpu"
        return on_cpu and types == (torch.float32, torch.float32) and not torch.is_grad_enabled()


def use_thin_products(module: nn.Module) -> None:
    """Turn a module and the linear layers in it into `ThinLinear`; the weights stay theirs."""
    for part in module.modules():
        if type(part) is nn.Linear:
            part.__class__ = ThinLinear
