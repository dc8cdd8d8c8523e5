"""Two tables side by side: the same columns, the same rows by key, the same cells.

Text, whole numbers, dates and booleans have to be equal. Doubles may differ by `RELATIVE_TOLERANCE` of the
larger one: two libraries follow different series for the same quantile (`statrs` was measured at 7e-11), and
two engines add in another order; every digit that is ever printed lies far above it. Zero equals only zero,
NULL only NULL, and a NaN or an infinity equals nothing, for it has no place in a published table.

The width of a number (INTEGER or BIGINT, DECIMAL or DOUBLE) is the engine's own choice and is not compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

RELATIVE_TOLERANCE = 1e-7

WHOLE_TYPES = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
}
REAL_TYPES = {"FLOAT", "DOUBLE", "DECIMAL"}

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A table in memory: column names, the kind of each column, rows in any order."""

    columns: list[str]
    kinds: list[str]
    rows: list[tuple[Any, ...]]


@dataclass
class Comparison:
    """What was compared (`filled` cells hold a value in the release) and every difference, one line each."""

    table: str
    rows: int = 0
    cells: int = 0
    filled: int = 0
    differences: list[str] = field(default_factory=list)

    def differ(self, where: str, second: str, published: str) -> None:
        """Notes a difference with both values."""
        self.differences.append(f"{self.table}: {where}: second engine {second}, release {published}")


def kind_of(column_type: str) -> str:
    """The kind of a column without its width: whole, real, or the type itself."""
    base = column_type.partition("(")[0]
    if base in WHOLE_TYPES:
        return "whole"
    return "real" if base in REAL_TYPES else base


def fetch(engine: duckdb.DuckDBPyConnection, relation: str) -> Table:
    """All of a relation: a table's name or a table function such as `read_parquet`."""
    engine.execute(f"SELECT * FROM {relation}")
    description = engine.description or []
    columns = [str(column[0]) for column in description]
    kinds = [kind_of(str(column[1])) for column in description]
    return Table(columns, kinds, engine.fetchall())


def from_parquet(path: Path) -> str:
    """The relation that reads one Parquet file."""
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}')"


def is_equal(second: Any, published: Any, kind: str) -> bool:
    """Whether two cells of one column say the same."""
    if second is None or published is None:
        return second is None and published is None
    if kind != "real":
        return bool(second == published)
    left, right = float(second), float(published)
    if not (math.isfinite(left) and math.isfinite(right)):
        return False
    return abs(left - right) <= RELATIVE_TOLERANCE * max(abs(left), abs(right))


def compare(name: str, key: Sequence[str], second: Table, published: Table) -> Comparison:
    """Compares the second engine's table with the published one by its key."""
    result = Comparison(name)
    if not _same_columns(result, second, published):
        return result
    missing = [column for column in key if column not in published.columns]
    if missing:
        result.differences.append(f"{name}: key columns {', '.join(missing)} are not in the table")
        return result
    positions = [published.columns.index(column) for column in key]
    second_rows = _by_key(result, "second engine", second.rows, positions)
    published_rows = _by_key(result, "release", published.rows, positions)
    if not published_rows or not second_rows:
        result.differ("rows", str(len(second.rows)), f"{len(published.rows)}; an empty table proves nothing")
        return result
    for found in sorted(published_rows.keys() - second_rows.keys(), key=str):
        result.differ(f"row {_named(key, found)}", "has no such row", "has it")
    for found in sorted(second_rows.keys() - published_rows.keys(), key=str):
        result.differ(f"row {_named(key, found)}", "has it", "has no such row")
    for found, published_row in published_rows.items():
        second_row = second_rows.get(found)
        if second_row is None:
            continue
        result.rows += 1
        result.cells += len(published_row)
        result.filled += sum(cell is not None for cell in published_row)
        for position, column in enumerate(published.columns):
            if not is_equal(second_row[position], published_row[position], published.kinds[position]):
                where = f"{_named(key, found)}, column {column}"
                result.differ(where, repr(second_row[position]), repr(published_row[position]))
    return result


def compare_empty(name: str, second: Table, published: Table) -> list[str]:
    """What two tables differ in that have nothing to hold: columns and types, and any row that is there all the same."""
    result = Comparison(name)
    _same_columns(result, second, published)
    if second.rows or published.rows:
        result.differ("rows", str(len(second.rows)), f"{len(published.rows)}; expected none")
    return result.differences


def _same_columns(result: Comparison, second: Table, published: Table) -> bool:
    """Notes other columns or types; false when the columns are not the same ones."""
    if second.columns != published.columns:
        result.differ("columns", ", ".join(second.columns), ", ".join(published.columns))
        return False
    for column, second_kind, published_kind in zip(
        second.columns, second.kinds, published.kinds, strict=True
    ):
        if second_kind != published_kind:
            result.differ(f"type of {column}", second_kind, published_kind)
    return True


def _by_key(
    result: Comparison, side: str, rows: Sequence[tuple[Any, ...]], positions: Sequence[int]
) -> dict[Key, tuple[Any, ...]]:
    """Rows by key; a key that comes twice is a difference of its own, for only one of the two is compared."""
    found: dict[Key, tuple[Any, ...]] = {}
    for row in rows:
        key = tuple(row[position] for position in positions)
        if key in found:
            result.differences.append(f"{result.table}: key {key} stands twice in the {side}")
        found[key] = row
    return found


def _named(columns: Sequence[str], key: Key) -> str:
    return ", ".join(f"{column}={value}" for column, value in zip(columns, key, strict=True))
