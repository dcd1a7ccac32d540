"""Write results twice: as JSON for programs and as Markdown tables for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; the first column is text, numbers are set right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *[[_shown(cell) for cell in row] for row in rows]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if value is None else str(value)


def facts_line(facts: Mapping[str, object]) -> str:
    """Return facts as one line of Markdown."""
    return "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if value not in ("", None))


def write_results(folder: Path, name: str, record: Mapping[str, Any], markdown: str) -> None:
    """Write `name.json` and `name.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(markdown.rstrip() + "\n", encoding="utf-8")


def read_results(folder: Path, name: str) -> dict[str, Any]:
    """Return what was written before; empty when nothing was."""
    path = folder / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
