"""Write down what a published set of derived indexes is: the artifact carries its recipe and its checksums.

The file's first line is the checksum of the rest, so that the manifest guards itself as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.files import DamagedFile, FileRecord, checksum, replace_durably
from index.vectors import VectorRecipe

FORMAT = 2
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """The embedding model that a library was built with."""

    id: str
    revision: str
    dimension: int


@dataclass(frozen=True, slots=True)
class VectorPart:
    """One FAISS file: its record, its recipe, and the highest passage id that it was built from."""

    file: FileRecord
    recipe: VectorRecipe
    last_id: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A published set: `base` and `delta` vectors, `excluded` ids of the base that are gone, the lexical files.

    `state` names the state of the database that it was made from (`Store.state`), `last_id` is the highest passage id
    in the lexical index, `count` how many passages all of it finds.
    """

    generation: int
    state: str
    directory: str
    model: ModelRecord
    metric: str
    chunker: Mapping[str, Any]
    count: int
    last_id: int
    lexical: Mapping[str, FileRecord]
    base: VectorPart | None
    delta: VectorPart | None
    excluded: FileRecord | None
    format: int = FORMAT


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Make `manifest` the published one, in one step."""
    body = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode()
    replace_durably(root / NAME, checksum(body).encode() + b"\n" + body)


def read_manifest(root: Path) -> Manifest | None:
    """Return the published manifest, or None where nothing was published yet.

    Raises:
        DamagedFile: it is damaged, or of another format.
    """
    try:
        data = (root / NAME).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedFile(f"the manifest cannot be read: {error.strerror}") from error
    stated, _, body = data.partition(b"\n")
    if stated != checksum(body).encode():
        raise DamagedFile("the manifest has another checksum than its first line says")
    values = json.loads(body)
    if values["format"] != FORMAT:
        raise DamagedFile(f"the manifest has format {values['format']}, not {FORMAT}")
    return _manifest(values)


def stamp_of(root: Path) -> tuple[int, int] | None:
    """Return what changes whenever another manifest is published: cheap enough to ask before every query."""
    try:
        stat = (root / NAME).stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def _manifest(values: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            **values,
            "model": ModelRecord(**values["model"]),
            "lexical": {name: FileRecord(**record) for name, record in values["lexical"].items()},
            "base": _part(values["base"]),
            "delta": _part(values["delta"]),
            "excluded": FileRecord(**values["excluded"]) if values["excluded"] else None,
        }
    )


def _part(values: dict[str, Any] | None) -> VectorPart | None:
    if values is None:
        return None
    return VectorPart(FileRecord(**values["file"]), VectorRecipe(**values["recipe"]), values["last_id"])
