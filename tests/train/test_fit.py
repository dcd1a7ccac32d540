"""The hand-written gradients against those of torch, and a run that is cut off and resumed."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from train.fit import Contrast, Recipe, Static, learning_rate  # noqa: E402
from train.pairs import Bags  # noqa: E402


def test_bag_means_and_their_gradient_equal_embedding_bag() -> None:
    model = Static(12, Recipe(dimension=4))
    bags = Bags(np.array([2, 3, 3, 7, 9]), np.array([0, 3, 3]))
    (model(bags)[[0, 2]] ** 3).sum().backward()
    weight = model.weight.detach().clone().requires_grad_(True)
    means = torch.nn.functional.embedding_bag(
        torch.from_numpy(bags.ids), weight, torch.from_numpy(bags.offsets), mode="mean"
    )
    (torch.nn.functional.normalize(means, dim=1)[[0, 2]] ** 3).sum().backward()
    torch.testing.assert_close(model.weight.grad, weight.grad)


def test_contrast_equals_masked_cross_entropy() -> None:
    torch.manual_seed(0)
    query, passage = (torch.nn.functional.normalize(torch.randn(6, 16), dim=1).requires_grad_(True) for _ in range(2))
    masked = np.array([0, 1]), np.array([1, 0])
    loss = Contrast.apply(query, passage, masked, 20.0)
    loss.backward()
    got = query.grad.clone()
    query.grad = passage.grad = None
    scores = query @ passage.T * 20.0
    scores = scores.masked_fill(
        torch.zeros(6, 6).index_put((torch.tensor([0, 1]), torch.tensor([1, 0])), torch.tensor(1.0)) > 0, -1e9
    )
    right = torch.arange(6)
    expected = (
        torch.nn.functional.cross_entropy(scores, right) + torch.nn.functional.cross_entropy(scores.T, right)
    ) / 2
    expected.backward()
    # bfloat16 products carry about two decimal digits.
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), abs=0.05)
    assert float((got - query.grad).norm() / query.grad.norm()) < 0.05


def test_learning_rate_warms_up_and_falls() -> None:
    recipe = Recipe(steps=100, warmup=10, rate=1.0, floor=0.1)
    rates = [learning_rate(step, recipe) for step in range(100)]
    assert rates[9] == pytest.approx(1.0)
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] == pytest.approx(0.1, abs=0.01)
