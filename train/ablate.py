"""`python -m train.ablate`: what each part of the recipe gives, by short runs that differ in one thing each.

Every run has the same number of steps, the same seed and the same held-out questions; a run that was made is not made
again. Reads windows that `train.draw --name ablation` has drawn; writes ablations.tsv and prints it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from train.paths import workplace

# In the order of what one would ask first: the runs may be cut short.
RUNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("all", ()),
    ("no match feature", ("--no-match",)),
    ("no written questions", ("--written", "0")),
    ("no pretraining", ("--start", "encoder-distilled")),
    ("no pretraining, no distillation", ("--start", "encoder-start")),
    ("the same, token vectors at random", ("--start", "encoder-random")),
    ("no made questions", ("--no-made",)),
    ("1,000 written questions", ("--written", "1000")),
    ("4,000 written questions", ("--written", "4000")),
    ("16,000 written questions", ("--written", "16000")),
    ("four layers", ("--layers", "4")),
)


def run(number: int, flags: Sequence[str], options: argparse.Namespace) -> str:
    """Make one run; return what its network scores on the held-out questions."""
    name = f"ablation-{number}"
    same = {"steps": options.steps, "batch": options.batch, "looks": options.looks, "rate": options.rate}
    shared = ["--windows=ablation", *(f"--{key}={value}" for key, value in same.items())]
    command = [sys.executable, "-m", "train.fit_reader", "--name", name, *shared, *flags]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return output.strip().splitlines()[-1].removeprefix(f"{name} ")


def main() -> None:
    """Make the runs that are not made yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--looks", type=int, default=300, help="held-out questions that every run is measured on")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time, on an accelerator")
    parser.add_argument("--only", nargs="*", help="names of runs")
    options = parser.parse_args()
    table = workplace().file("ablations.tsv")
    known = dict(line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()) if table.exists() else {}
    if not workplace().file("encoder-random").exists():
        subprocess.run([sys.executable, "-m", "train.encoder", "--random", "--name", "encoder-random"], check=True)
    wanted = {
        name: (number, flags)
        for number, (name, flags) in enumerate(RUNS)
        if name not in known and (not options.only or name in options.only)
    }

    def keep(done: Future[str]) -> None:
        if runs[done] not in known:
            known[runs[done]] = done.result()
            table.write_text("".join(f"{key}\t{value}\n" for key, value in known.items()), encoding="utf-8")
            print(f"{runs[done]:36} {known[runs[done]]}", flush=True)

    with ThreadPoolExecutor(options.jobs) as jobs:
        runs = {jobs.submit(run, number, flags, options): name for name, (number, flags) in wanted.items()}
        try:
            for done in as_completed(runs):
                keep(done)
        except BaseException:  # Ctrl-C as well
            jobs.shutdown(cancel_futures=True)  # runs under way come to their end, others never begin
            for done in runs:
                if not done.cancelled() and done.exception() is None:
                    keep(done)
            raise


if __name__ == "__main__":
    main()
