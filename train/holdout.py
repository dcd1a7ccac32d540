"""Keep the texts of the evaluation sets out of training, by the fingerprints of their sentences.

The tests' questions are never read. Their passages are, for one purpose: to drop a training text that holds the same
sentence (the crawls overlap: two sites print one agency report, and two sets use the same Wikipedia).
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from train.forms import strip_marks

_BREAK = re.compile(r"[.!?:;\n]+")
_WORD = re.compile(r"[^\W_]+")
SHORTEST = 9  # syllables; shorter sentences are formulas that many texts share


def fingerprints(text: str) -> set[int]:
    """Return the hashes of the text's longer sentences, blind to marks, case, punctuation and spacing."""
    found = set()
    for sentence in _BREAK.split(text.replace("_", " ")):
        words = _WORD.findall(sentence)
        if len(words) >= SHORTEST:
            found.add(hash(strip_marks("".join(words)).lower()))
    return found


class Holdout:
    """The fingerprints of every evaluation text."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known: set[int] = set()
        for text in texts:
            self._known |= fingerprints(text)

    def __len__(self) -> int:
        return len(self._known)

    def touches(self, text: str) -> bool:
        """Tell whether the text shares a longer sentence with an evaluation text."""
        return bool(self._known) and not self._known.isdisjoint(fingerprints(text))


def evaluation_texts(folder: Path) -> Iterator[str]:
    """Yield the passages (never the questions) of the sets under `shared/eval`."""
    for path in sorted(folder.glob("news-dev/docs/*.txt")):
        yield path.read_text(encoding="utf-8")
    distractors = folder / "news-distractors.jsonl.gz"
    if distractors.exists():
        with gzip.open(distractors, "rt", encoding="utf-8") as file:
            yield from (json.loads(line)["text"] for line in file)
    for name in ("xquad/xquad.vi.json", "xquad/xquad-r.en.json", "mlqa-r/vi.json", "mlqa-r/en.json"):
        if (folder / name).exists():
            data = json.loads((folder / name).read_text(encoding="utf-8"))["data"]
            yield from (paragraph["context"] for entry in data for paragraph in entry["paragraphs"])
