"""The one training loop: seeded, resumable, on a CPU or an accelerator. Knows nothing of what is trained.

The batch of step s depends on the seed and s alone, so a run that was stopped goes on as if it had not been.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch


@dataclass(frozen=True)
class Plan:
    """How long and how fast: AdamW with linear warm-up and a cosine to a fiftieth of `rate`."""

    steps: int
    rate: float
    warm: int = 100
    decay: float = 0.01
    seed: int = 7
    save_every: int = 500
    body_rate: float | None = None  # another rate for everything but the token vectors

    def at(self, step: int) -> float:
        """Return the share of the rate at a step."""
        if step < self.warm:
            return (step + 1) / self.warm
        done = (step - self.warm) / max(1, self.steps - self.warm)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def device() -> torch.device:
    """Return the accelerator where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision() -> torch.autocast:
    """Return the context in which an accelerator reckons in bfloat16, and a CPU as ever."""
    if device().type == "cuda":
        return torch.autocast("cuda", torch.bfloat16)
    return torch.autocast("cpu", enabled=False)


def train(
    model: torch.nn.Module,
    plan: Plan,
    loss_of: Callable[[int], torch.Tensor],
    checkpoint: Path,
    report: Callable[[int], str] | None = None,
) -> None:
    """Train `model` in place; `loss_of` draws the batch of a step and returns its loss.

    `checkpoint` holds the state of an unfinished run and is removed at the end. `report` may add a line to the log now
    and then.
    """
    optimiser = torch.optim.AdamW(_groups(model, plan), weight_decay=plan.decay, fused=True)
    first = _resume(model, optimiser, checkpoint)
    half = half_precision()
    losses, began = list[torch.Tensor](), time.monotonic()
    model.train()
    for step in range(first, plan.steps):
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * plan.at(step)
        torch.manual_seed(plan.seed * 1_000_003 + step)
        with half:
            loss = loss_of(step)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.detach())  # read now and then: an accelerator need not wait for every one
        if (step + 1) % 50 == 0:
            mean = float(torch.stack(losses).mean())
            losses.clear()
            passed = time.monotonic() - began
            print(f"step {step + 1}/{plan.steps} loss {mean:.4f} {passed:.1f} s", flush=True)
        if (step + 1) % plan.save_every == 0:
            _save(model, optimiser, step + 1, checkpoint)
            if report is not None:
                model.eval()
                print(f"  {report(step + 1)}", flush=True)
                model.train()
    model.eval()
    checkpoint.unlink(missing_ok=True)


def _groups(model: torch.nn.Module, plan: Plan) -> list[dict[str, Any]]:
    words = [p for name, p in model.named_parameters() if "word_embeddings" in name]
    rest = [p for name, p in model.named_parameters() if "word_embeddings" not in name]
    body = plan.rate if plan.body_rate is None else plan.body_rate
    # Decay would shrink the vectors of tokens that a batch does not hold.
    return [{"params": words, "base": plan.rate, "weight_decay": 0.0}, {"params": rest, "base": body}]


def _save(model: torch.nn.Module, optimiser: torch.optim.Optimizer, step: int, path: Path) -> None:
    temporary = path.with_suffix(".part")
    torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, temporary)
    temporary.replace(path)


def _resume(model: torch.nn.Module, optimiser: torch.optim.Optimizer, path: Path) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, map_location=device(), weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    print(f"goes on from step {state['step']}")
    return int(state["step"])
