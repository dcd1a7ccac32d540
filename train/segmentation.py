"""`python -m train.segmentation`: the words of several syllables that vietnews joins often, for `qa.segment`."""

from __future__ import annotations

import argparse

from qa.segment import BUILT_IN
from train.paths import workplace

LEAST = 40  # uses


def main() -> None:
    """Write qa/lexicon/words.txt."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    rows = (line.rstrip("\n").split("\t") for line in workplace().file("words.tsv").open(encoding="utf-8"))
    words = sorted(word for word, count in rows if int(count) >= LEAST and 1 <= word.count(" ") <= 3)
    BUILT_IN.write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    print(f"{len(words)} words, {BUILT_IN.stat().st_size} bytes")


if __name__ == "__main__":
    main()
