"""The training loop: a run that was cut off and resumed ends where an uninterrupted one does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from train.loop import Plan, train

torch.set_num_threads(1)  # threads that wait for one another spin: sums this small are faster alone


class Cut(Exception):
    """The power went."""


def tiny_model() -> torch.nn.Module:
    torch.manual_seed(3)
    return torch.nn.ModuleDict(
        {"word_embeddings": torch.nn.Embedding(7, 4), "drop": torch.nn.Dropout(0.5), "body": torch.nn.Linear(4, 2)}
    )


def loss_of(model: torch.nn.Module, until: int = 10**9) -> Callable[[int], torch.Tensor]:
    """Return a loss whose batch depends on the step alone, and whose dropout draws on torch's own generator."""

    def loss(step: int) -> torch.Tensor:
        if step >= until:
            raise Cut
        rng = torch.Generator().manual_seed(step)
        words = torch.randint(0, 7, (5,), generator=rng)
        wanted = torch.randint(0, 2, (5,), generator=rng)
        hidden = model["drop"](model["word_embeddings"](words))
        return torch.nn.functional.cross_entropy(model["body"](hidden), wanted)

    return loss


PLAN = Plan(steps=23, rate=0.1, warm=5, save_every=5, body_rate=0.02)


@pytest.mark.parametrize("until", [3, 10, 17, 22])
def test_a_resumed_run_ends_with_the_very_weights_of_an_uninterrupted_one(tmp_path: Path, until: int) -> None:
    whole = tiny_model()
    train(whole, PLAN, loss_of(whole), tmp_path / "whole.pt")
    cut = tiny_model()
    with pytest.raises(Cut):
        train(cut, PLAN, loss_of(cut, until), tmp_path / "cut.pt")
    assert (tmp_path / "cut.pt").exists() == (until >= 5)
    again = tiny_model()
    train(again, PLAN, loss_of(again), tmp_path / "cut.pt")
    for one, other in zip(again.parameters(), whole.parameters(), strict=True):
        assert torch.equal(one, other)
    assert not torch.equal(whole["body"].weight, tiny_model()["body"].weight)


def test_a_finished_run_leaves_no_checkpoint_and_a_model_that_does_not_drop(tmp_path: Path) -> None:
    model = tiny_model()
    reports: list[int] = []

    def report(step: int) -> str:
        reports.append(step)
        return f"step {step}"

    train(model, PLAN, loss_of(model), tmp_path / "run.pt", report)
    assert list(tmp_path.iterdir()) == []
    assert not model.training
    assert reports == [5, 10, 15, 20]


def test_reports_see_the_model_without_dropout_and_training_goes_on_with_it(tmp_path: Path) -> None:
    model, seen = tiny_model(), list[bool]()
    loss = loss_of(model)

    def watched(step: int) -> torch.Tensor:
        seen.append(model.training)
        return loss(step)

    train(model, Plan(steps=6, rate=0.1, save_every=2), watched, tmp_path / "run.pt", lambda _: str(model.training))
    assert seen == [True] * 6


def test_steps_change_the_weights_by_the_seed_alone(tmp_path: Path) -> None:
    ends = []
    for seed in (1, 1, 2):
        model = tiny_model()
        train(model, Plan(steps=4, rate=0.1, warm=1, seed=seed), loss_of(model), tmp_path / "run.pt")
        ends.append(model["body"].weight.detach())
    assert torch.equal(ends[0], ends[1])
    assert not torch.equal(ends[0], ends[2])


def test_the_rate_rises_then_falls_to_a_fiftieth() -> None:
    plan = Plan(steps=110, rate=1.0, warm=10)
    assert [plan.at(step) for step in (0, 4, 9, 10)] == pytest.approx([0.1, 0.5, 1.0, 1.0])
    assert plan.at(60) == pytest.approx(0.02 + 0.98 * 0.5)
    assert plan.at(110) == plan.at(500) == pytest.approx(0.02)


def test_the_body_has_its_own_rate(tmp_path: Path) -> None:
    model = tiny_model()
    body, words = model["body"].weight.detach().clone(), model["word_embeddings"].weight.detach().clone()
    train(model, Plan(steps=3, rate=0.1, warm=1, body_rate=0.0), loss_of(model), tmp_path / "run.pt")
    assert torch.equal(model["body"].weight, body)
    assert not torch.equal(model["word_embeddings"].weight, words)


def test_the_loss_that_is_told_is_the_mean_since_it_was_last_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, losses = tiny_model(), list[float]()
    plain = loss_of(model)

    def watched(step: int) -> torch.Tensor:
        loss = plain(step)
        losses.append(float(loss.detach()))
        return loss

    train(model, Plan(steps=120, rate=0.1, warm=5), watched, tmp_path / "run.pt")
    told = [float(line.split(" loss ")[1].split()[0]) for line in capsys.readouterr().out.splitlines()]
    assert told == pytest.approx([sum(losses[:50]) / 50, sum(losses[50:100]) / 50], abs=1e-4)
    assert told[0] != told[1]
