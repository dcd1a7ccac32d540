"""Where the recipe reads and writes; decides nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workplace:
    """The folders of one training run."""

    snapshots: Path  # git snapshots, one folder `owner+name` for each repository
    shared: Path  # written-qa.json under train/, the evaluation sets under eval/
    work: Path  # intermediate files, safe to delete
    model: Path  # the folder of the finished embedding model
    reader: Path  # the folder of the finished span reader
    lexicon: Path  # the English-Vietnamese table

    def file(self, name: str) -> Path:
        """Return the path of the intermediate file `name`, its folder made."""
        self.work.mkdir(parents=True, exist_ok=True)
        return self.work / name


def workplace() -> Workplace:
    """Read the folders from HOIDAP_SNAPSHOTS, HOIDAP_SHARED and HOIDAP_TRAIN, or take those beside the project."""
    root = Path(__file__).resolve().parent.parent
    work = Path(os.environ.get("HOIDAP_TRAIN", root / ".train"))
    return Workplace(
        snapshots=Path(os.environ.get("HOIDAP_SNAPSHOTS", work / "snapshots")),
        shared=Path(os.environ.get("HOIDAP_SHARED", root.parent / "shared")),
        work=work,
        model=Path(os.environ.get("HOIDAP_MODEL_OUT", root / "index" / "model")),
        reader=Path(os.environ.get("HOIDAP_READER_OUT", root / "qa" / "model")),
        lexicon=Path(os.environ.get("HOIDAP_LEXICON_OUT", root / "qa" / "lexicon" / "en_vi.tsv")),
    )
