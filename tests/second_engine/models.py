"""The SQL files as the second engine needs them: name, key, text, and the order in which they can run.

The order comes from DuckDB's own parser: a model runs after every table that it reads. Nobody keeps a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

KEY_LINE = re.compile(r"^-- sleutel:\s*(.+?)\s*$", re.MULTILINE)


class ModelError(Exception):
    """A SQL file that cannot be used, or models that cannot be ordered; the message names the file."""


@dataclass(frozen=True)
class Model:
    """One SELECT of `sql/`: the file's name is the table's name, `folder` its layer (stappen or marts)."""

    name: str
    folder: str
    path: Path
    text: str
    key: tuple[str, ...]


def read(sql_dir: Path, folders: Iterable[str]) -> list[Model]:
    """All models of some folders of `sql/`, in the order of their names."""
    models: list[Model] = []
    for folder in folders:
        files = sorted((sql_dir / folder).glob("*.sql"))
        if not files:
            raise ModelError(f"{sql_dir / folder}: expected SQL files, found none")
        for path in files:
            text = path.read_text(encoding="utf-8")
            line = KEY_LINE.search(text)
            if line is None:
                raise ModelError(f"{path}: expected a line '-- sleutel: ...' in the header, found none")
            key = tuple(column.strip() for column in line.group(1).split(","))
            models.append(Model(path.stem, folder, path, text, key))
    return models


def in_order(engine: duckdb.DuckDBPyConnection, models: Iterable[Model], given: Iterable[str]) -> list[Model]:
    """The models so that each comes after all that it reads; `given` are the tables that exist beforehand.

    Raises ModelError when one does not parse, reads an unknown table, or they wait for each other.
    """
    done = set(given)
    waiting = {model.name: model for model in models}
    reads: dict[str, set[str]] = {}
    for model in waiting.values():
        try:
            reads[model.name] = set(engine.get_table_names(model.text))
        except duckdb.Error as error:
            raise ModelError(f"{model.path}: DuckDB does not accept it: {error}") from error
        unknown = sorted(reads[model.name] - done - waiting.keys())
        if unknown:
            raise ModelError(
                f"{model.path}: reads {', '.join(unknown)}, which no file of the release or of sql/ gives"
            )
    ordered: list[Model] = []
    while waiting:
        ready = next((model for model in waiting.values() if reads[model.name] <= done), None)
        if ready is None:
            raise ModelError(f"these models wait for each other: {', '.join(waiting)}")
        done.add(ready.name)
        ordered.append(waiting.pop(ready.name))
    return ordered
