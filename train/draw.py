"""Stage 11, `python -m train.draw`: windows for the span reader, drawn ahead by all cores and kept as arrays.

Drawing costs more than an accelerator takes to learn from what is drawn, and several runs (one for each fold, the
ablations) can learn from the same windows. Writes NAME-NNN.npz (windows-NNN.npz, unless told otherwise), each of
`_CHUNK` windows or, with `--around`, of those of `_TURNS` questions; and NAME.key, which says what they were drawn
from. With the same questions and settings a file depends on its number alone, and is kept.
"""

from __future__ import annotations

import argparse
import os
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from qa.encoding import Encoder
from train.examples import Example, Mix, Source, training_rows
from train.parallel import mapped
from train.paths import Workplace, workplace
from train.records import Other, Reading, read_records

WINDOWS = "windows"
PROPOSALS = ("proposed", "mistaken")  # of train.propose
_CHUNK = 10_000
_TURNS = 1_000  # questions of a file, where each has its turn
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Windows side by side.

    `ids`, `types`, `mask` and `allowed` (where an answer may be) are `[windows, tokens]`; `wanted` `[windows, 2]` has
    the answer's first and last token.
    """

    ids: Ints
    types: Ints
    mask: npt.NDArray[np.bool_]
    allowed: npt.NDArray[np.bool_]
    wanted: Ints


@dataclass(frozen=True)
class Windows:
    """Drawn windows: the tokens of all in a row, and for each window where it `ends` there.

    `passage` and `answer` `[windows, 2]` are first and last tokens within the window, `row` the number of its question.
    """

    ids: npt.NDArray[np.uint16]
    types: npt.NDArray[np.uint8]
    ends: Ints
    passage: npt.NDArray[np.uint16]
    answer: npt.NDArray[np.uint16]
    row: npt.NDArray[np.int32]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Windows:
        """Pack examples."""
        return cls(
            ids=np.concatenate([np.array(e.window.ids, np.uint16) for e in examples]),
            types=np.concatenate([np.array(e.window.types, np.uint8) for e in examples]),
            ends=np.cumsum([len(e.window.ids) for e in examples]),
            passage=np.array([(e.window.first[0], e.window.last[-1]) for e in examples], np.uint16),
            answer=np.array([(e.start, e.end) for e in examples], np.uint16),
            row=np.array([e.row for e in examples], np.int32),
        )

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Windows:
        """Read files as one.

        Raises:
            ValueError: there are none.
        """
        if not paths:
            raise ValueError("there are no windows to learn from: run train.draw")
        parts = [dict(np.load(path)) for path in paths]
        return cls.joined([cls(**{f.name: part[f.name] for f in fields(cls)}) for part in parts])

    @classmethod
    def joined(cls, parts: Sequence[Windows]) -> Windows:
        """Return the windows of all parts as one."""
        before = np.cumsum([0, *(len(part.ids) for part in parts[:-1])])
        placed = [replace(part, ends=part.ends + offset) for part, offset in zip(parts, before, strict=True)]
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in placed]) for f in fields(cls)})

    def save(self, path: Path) -> None:
        """Write the windows, by way of a temporary file."""
        temporary = path.with_suffix(".part.npz")
        np.savez(temporary, **{f.name: getattr(self, f.name) for f in fields(self)})
        temporary.replace(path)

    def __len__(self) -> int:
        return len(self.ends)

    def pick(self, numbers: Ints) -> Windows:
        """Return some of the windows, in that order; one may be there more than once."""
        lengths = self.lengths[numbers]
        ends = np.cumsum(lengths)
        at = np.repeat(self.ends[numbers] - ends, lengths) + np.arange(lengths.sum())
        return Windows(
            self.ids[at], self.types[at], ends, self.passage[numbers], self.answer[numbers], self.row[numbers]
        )

    @cached_property
    def lengths(self) -> Ints:
        """Tokens of each window."""
        return np.diff(self.ends, prepend=0)

    def batch(self, numbers: Ints) -> Batch:
        """Return some windows side by side, padded with zeros."""
        lengths = self.lengths[numbers]
        place = np.arange(int(lengths.max()))
        mask = place < lengths[:, None]
        at = np.where(mask, (self.ends[numbers] - lengths)[:, None] + place, 0)
        first, last = self.passage[numbers].astype(np.int64).T
        allowed = (place >= first[:, None]) & (place <= last[:, None])
        allowed[:, 0] = True
        return Batch(
            ids=np.where(mask, self.ids[at], 0).astype(np.int64),
            types=np.where(mask, self.types[at], 0).astype(np.int64),
            mask=mask,
            allowed=allowed,
            wanted=self.answer[numbers].astype(np.int64),
        )


def source(place: Workplace, mix: Mix) -> Source:
    """Return the questions of the work folder, with their look-alikes where `train.look_alikes` was run."""
    rows = list(read_records(place.file("reading.jsonl"), Reading))
    numbers = training_rows(rows)
    path = place.file("look-alikes.npy")
    near: list[list[Other]] = []
    if path.exists():
        table, others = np.load(path), list(read_records(place.file("others.jsonl"), Other))
        if len(table) != len(rows):
            raise ValueError(f"{path.name} is of {len(table)} questions, not {len(rows)}: run train.look_alikes again")
        near = [_fit(rows[number], [others[i] for i in table[number] if i >= 0]) for number in numbers]
    made = list(read_records(place.file("synthetic.jsonl"), Reading)) if mix.made > 0 else []
    encoder = Encoder(Tokenizer.from_file(str(place.file("encoder-tokenizer.json"))))
    return Source([rows[i] for i in numbers], made, encoder, mix, near)


def _fit(row: Reading, near: list[Other]) -> list[Other]:
    """Leave out the rest of an article whose excerpt does not answer the question: nobody looked whether that does."""
    return near if row.answer or not row.title else [other for other in near if other.title != row.title]


def check_key(place: Workplace, people: Sequence[Reading], settings: str = "", name: str = WINDOWS) -> None:
    """Note what windows are drawn from, or see that those which are there were drawn from it.

    Raises:
        ValueError: they are of other questions, or (where they are given) other settings.
    """
    path = place.file(f"{name}.key")
    asked = str(zlib.crc32("\n".join(f"{row.question}\t{row.start}\t{row.context}" for row in people).encode()))
    noted = path.read_text(encoding="utf-8").split(" ", 1) if path.exists() else [asked, settings]
    if noted[0] != asked or (settings and noted[1] != settings):
        maker = "train.propose" if name in PROPOSALS else "train.draw"
        raise ValueError(f"the windows are of other questions or settings: remove {name}* and run {maker}")
    if settings:
        path.write_text(f"{asked} {settings}", encoding="utf-8")


def files(place: Workplace, name: str = WINDOWS) -> list[Path]:
    """Return the files of windows that are there."""
    return sorted(place.work.glob(f"{name}-[0-9][0-9][0-9].npz"))


class _Worker:
    """What a worker process draws from; set once, when it starts, since it is too much to send with every file."""

    source: Source
    stem: str
    seed: int
    turns: list[list[int]]  # of the questions, where each has its turn; else none

    @classmethod
    def begin(cls, drawn_from: Source, stem: str, seed: int, rounds: int) -> None:
        cls.source, cls.stem, cls.seed = drawn_from, stem, seed
        cls.turns = _turns(len(drawn_from.people), rounds)

    @classmethod
    def write(cls, number: int) -> int:
        """Write one file, unless it is there; return its number."""
        path, rng = Path(f"{cls.stem}-{number:03}.npz"), np.random.default_rng((cls.seed, number))
        if not path.exists():
            examples = cls.source.around(rng, cls.turns[number]) if cls.turns else cls.source.pool(rng, _CHUNK)
            Windows.of(examples).save(path)
        return number


def _turns(people: int, rounds: int) -> list[list[int]]:
    """Return the questions of each file, where every question has `rounds` turns."""
    return [list(range(start, min(start + _TURNS, people))) for start in range(0, people, _TURNS)] * rounds


def main() -> None:
    """Write the windows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--made", type=float, default=Mix.made, help="share of made questions")
    parser.add_argument("--contrast", type=float, default=Mix.contrast, help="share of contrast questions")
    parser.add_argument("--name", default=WINDOWS, help="how the files' names begin")
    parser.add_argument(
        "--around",
        type=int,
        default=0,
        help="instead: for each question so many times its own text and look-alikes, for train.propose",
    )
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    place, around = workplace(), options.around
    drawn_from = source(place, Mix(made=0.0 if around else options.made, contrast=options.contrast))
    settings = f"seed {options.seed} made {options.made}" + f" contrast {options.contrast}" * bool(options.contrast)
    check_key(place, drawn_from.people, settings + f" around {around}" * bool(around), options.name)
    chunks = range(len(_turns(len(drawn_from.people), around)) if around else -(-options.windows // _CHUNK))
    started = (drawn_from, str(place.file(options.name)), options.seed, around)
    with closing(
        mapped(_Worker.write, chunks, workers=options.workers, batch=1, begin=_Worker.begin, given=started)
    ) as written:
        for number in written:
            print(f"{options.name}-{number:03}.npz", flush=True)


if __name__ == "__main__":
    main()
