"""Glosses on toy data."""

from __future__ import annotations

import random

from train.gloss import Glossary

GLOSSARY = Glossary(
    {"giải thưởng": (["award"], [0.5]), "ở": (["in"], [0.6]), "an": (["safe"], [0.4]), "hà nội": (["hanoi"], [0.8])},
    frozenset({"giải thưởng", "hà nội"}),
)


def test_gloss_translates_words_and_keeps_names_without_marks() -> None:
    assert GLOSSARY.gloss("Giải thưởng ở Hội An, Hà Nội", random.Random(0)) == "award in Hoi An hanoi".lower()


def test_unknown_words_lose_their_marks() -> None:
    assert GLOSSARY.gloss("khởi tố", random.Random(0)) == "khoi to"
