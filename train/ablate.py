"""`python -m train.ablate`: what each part of the recipe gives, by short runs that differ in one thing each.

Every run has the same number of steps, the same seed and the same held-out questions; a run that was made is not made
again. Writes ablations.tsv and prints it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from train.paths import workplace

# In the order of what one would ask first: the runs may be cut short.
RUNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("all", ()),
    ("no match feature", ("--no-match",)),
    ("no written questions", ("--written", "0")),
    ("token vectors at random", ("--start", "encoder-random")),
    ("no made questions", ("--made", "0")),
    ("1,000 written questions", ("--written", "1000")),
    ("no distillation", ("--start", "encoder-start")),
    ("four layers", ("--layers", "4")),
    ("4,000 written questions", ("--written", "4000")),
)


def main() -> None:
    """Make the runs that are not made yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--looks", type=int, default=300, help="held-out questions that every run is measured on")
    parser.add_argument("--only", nargs="*", help="names of runs")
    options = parser.parse_args()
    table = workplace().file("ablations.tsv")
    known = dict(line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()) if table.exists() else {}
    if not workplace().file("encoder-random").exists():
        subprocess.run([sys.executable, "-m", "train.encoder", "--random", "--name", "encoder-random"], check=True)
    for name, flags in RUNS:
        if name in known or (options.only and name not in options.only):
            continue
        command = [
            sys.executable,
            "-m",
            "train.fit_reader",
            "--name",
            "ablation",
            "--steps",
            str(options.steps),
            "--batch",
            str(options.batch),
            "--looks",
            str(options.looks),
            *flags,
        ]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        known[name] = output.strip().splitlines()[-1].removeprefix("ablation ")
        table.write_text("".join(f"{key}\t{value}\n" for key, value in known.items()), encoding="utf-8")
        print(f"{name:28} {known[name]}", flush=True)


if __name__ == "__main__":
    main()
