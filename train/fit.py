"""Stage 5, `python -m train.fit`: train the static embeddings by in-batch contrast.

A text is the mean of its tokens' vectors; the loss is InfoNCE over the batch in both directions (van den Oord et al.
2018; Henderson et al. 2017), cosine times a fixed scale. The length of a row is free, so token weights (the work of
idf) are learnt with the vectors. Resumable: a checkpoint every few minutes, and the batches of step s depend on the
seed and s alone.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse  # type: ignore[import-untyped]
import torch
from tokenizers import Tokenizer

from train.pairs import Bags, Batch, Ints, Mix, Source
from train.paths import workplace

# torch hands these functions an untyped object to keep things on.
Context: TypeAlias = Any

CHECK_EVERY = 200  # steps between two checkpoints


@dataclass(frozen=True)
class Recipe:
    """What decides a run; written beside its result."""

    steps: int = 5000
    dimension: int = 256
    rate: float = 0.05
    scale: float = 20.0
    warmup: int = 50
    floor: float = 0.02  # last learning rate, as a share of `rate`
    spread: float = 1.0  # standard deviation of the random start
    seed: int = 7


class BagMeans(torch.autograd.Function):  # type: ignore[misc]
    """The mean of each bag's rows, as a sparse matrix product: 20 times faster backward than EmbeddingBag on a CPU."""

    @staticmethod
    def forward(ctx: Context, weight: torch.Tensor, bags: Bags) -> torch.Tensor:
        """Return (bags, dimension)."""
        ends = np.append(bags.offsets, len(bags.ids)).astype(np.int32)
        sizes = np.diff(ends)
        shares = np.repeat(1.0 / np.maximum(sizes, 1), sizes).astype(np.float32)
        shape = (len(sizes), len(weight))
        ctx.matrix = scipy.sparse.csr_matrix((shares, bags.ids.astype(np.int32), ends), shape=shape)
        return torch.from_numpy(ctx.matrix @ weight.detach().numpy())

    @staticmethod
    def backward(ctx: Context, *grads: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Return the gradient of the rows."""
        return torch.from_numpy(ctx.matrix.T @ grads[0].contiguous().numpy()), None


class Contrast(torch.autograd.Function):  # type: ignore[misc]
    """InfoNCE of both directions, its gradient written out: three passes over the square table, not fifteen."""

    @staticmethod
    def forward(
        ctx: Context, query: torch.Tensor, passage: torch.Tensor, masked: tuple[Ints, Ints], scale: float
    ) -> torch.Tensor:
        """Return the mean loss; masked pairs count for nothing. Unit vectors: no score is above `scale`."""
        left, right = query.bfloat16(), passage.bfloat16()
        table = (left @ right.T).float().mul_(scale)
        correct = table.diagonal().clone()
        table.sub_(scale).exp_()
        table[torch.from_numpy(masked[0]), torch.from_numpy(masked[1])] = 0.0
        rows, columns = table.sum(1), table.sum(0)
        ctx.save_for_backward(table, rows, columns, left, right)
        ctx.scale = scale
        return (rows.log() + columns.log()).mean() / 2 + scale - correct.mean()

    @staticmethod
    def backward(ctx: Context, *grads: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None, None]:
        """Return the gradients of queries and passages."""
        table, rows, columns, left, right = ctx.saved_tensors
        slope = table.mul_(rows.reciprocal()[:, None] + columns.reciprocal()[None])
        slope.diagonal().sub_(2.0)
        factor = grads[0] * ctx.scale / (2 * len(rows))
        small = slope.bfloat16()
        return (small @ right).float() * factor, (small.T @ left).float() * factor, None, None


class Static(torch.nn.Module):  # type: ignore[misc]
    """One vector a token; `forward` gives unit vectors (texts, dimension) of bags."""

    def __init__(self, rows: int, recipe: Recipe, start: torch.Tensor | None = None) -> None:
        super().__init__()
        weight = torch.randn(rows, recipe.dimension) * recipe.spread if start is None else start.clone()
        weight[:2] = 0.0  # padding and unknown words say nothing
        self.weight = torch.nn.Parameter(weight)

    def forward(self, bags: Bags) -> torch.Tensor:
        """Return the unit vectors of the bags."""
        means: torch.Tensor = BagMeans.apply(self.weight, bags)
        return torch.nn.functional.normalize(means, dim=1)


def learning_rate(step: int, recipe: Recipe) -> float:
    """Return the rate at a step: linear warm-up, then a cosine down to the floor."""
    if step < recipe.warmup:
        return recipe.rate * (step + 1) / recipe.warmup
    done = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return recipe.rate * (recipe.floor + (1 - recipe.floor) * 0.5 * (1 + math.cos(math.pi * done)))


def train_step(model: Static, optimizer: torch.optim.Optimizer, batch: Batch, scale: float) -> float:
    """Take one step; return the loss."""
    loss: torch.Tensor = Contrast.apply(model(batch.query), model(batch.passage), batch.masked, scale)
    optimizer.zero_grad()
    loss.backward()
    if model.weight.grad is not None:
        model.weight.grad[:2] = 0.0
    optimizer.step()
    return float(loss.detach())


def fit(source: Source, model: Static, recipe: Recipe, checkpoint: Path) -> None:
    """Train to the last step, from the checkpoint if there is one of the same recipe."""
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.rate, fused=True)
    first = _resume(model, optimizer, recipe, checkpoint)
    began, losses = time.monotonic(), list[float]()
    for step in range(first, recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, recipe)
        batch = source.batch(np.random.default_rng((recipe.seed, step)))
        losses.append(train_step(model, optimizer, batch, recipe.scale))
        if (step + 1) % 50 == 0:
            print(f"step {step + 1} loss {np.mean(losses[-50:]):.4f} {time.monotonic() - began:.0f} s", flush=True)
        if (step + 1) % CHECK_EVERY == 0:
            _save(model, optimizer, recipe, step + 1, checkpoint)


def _save(model: Static, optimizer: torch.optim.Optimizer, recipe: Recipe, step: int, path: Path) -> None:
    temporary = path.with_suffix(".part")
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "recipe": asdict(recipe), "step": step}
    torch.save(state, temporary)
    temporary.replace(path)


def _resume(model: Static, optimizer: torch.optim.Optimizer, recipe: Recipe, path: Path) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    if state["recipe"] != asdict(recipe):
        print("the checkpoint is of another recipe: starting anew")
        return 0
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def main() -> None:
    """Write <name>.npy, (tokens, dimension) float32."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="static")
    parser.add_argument("--start", type=Path, help=".npy of starting rows (train.align writes one)")
    for table in (Recipe(), Mix()):
        for name, value in asdict(table).items():
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    recipe = Recipe(**{name: options[name] for name in asdict(Recipe())})
    mix = Mix(**{name: options[name] for name in asdict(Mix())})
    torch.set_num_threads(2)
    torch.manual_seed(recipe.seed)
    place = workplace()
    rows = Tokenizer.from_file(str(place.file("tokenizer.json"))).get_vocab_size()
    start = torch.from_numpy(np.load(options["start"])) if options["start"] else None
    model = Static(rows, recipe, start)
    fit(Source(place, mix), model, recipe, place.file(f"{options['name']}.checkpoint"))
    np.save(place.file(f"{options['name']}.npy"), model.weight.detach().numpy())


if __name__ == "__main__":
    main()
