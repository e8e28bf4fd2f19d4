import pytest
import torch

from models.gar.config import GARConfig
from models.gar.model import GARModel
from models.gar.nano.initial import initialise, waves


@pytest.mark.parametrize(("count", "side"), [(1, 4), (16, 4), (100, 16)])
def test_waves_are_orthonormal_and_the_first_is_flat(count: int, side: int) -> None:
    flat = waves(count, side).flatten(1)
    torch.testing.assert_close(flat @ flat.T, torch.eye(count), atol=1e-5, rtol=0)
    assert flat[0].std() < 1e-6


def test_a_seed_is_a_start(nano_config: GARConfig) -> None:
    def weights(seed: int) -> dict[str, torch.Tensor]:
        model = GARModel(nano_config)
        initialise(model, seed=seed)
        return model.state_dict()

    one, same, other = weights(1), weights(1), weights(2)
    changed = "mllm.lm_head.weight"
    assert torch.equal(one[changed], same[changed])
    assert not torch.equal(one[changed], other[changed])
    assert all(value.isfinite().all() for value in one.values())
