"""The table of stages covers every part of indexing."""

from __future__ import annotations

import re

from bench.stages import measure_parts, measure_whole
from tests.bench.test_speed import ARTICLES


def test_stages_are_measured() -> None:
    stages, passages = measure_parts(ARTICLES, "")
    measure_whole(ARTICLES, "", stages)
    assert passages == len(ARTICLES)
    lines = stages.table(passages).splitlines()
    assert [re.split(r" *\| *", line)[1] for line in lines[2:]] == list(stages.seconds)
    assert "Library.add, whole" in stages.seconds
