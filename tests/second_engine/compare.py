"""The marts once more, made by another engine and another statistics library, and laid beside a release.

    compare.py RELEASE_DIR SQL_DIR      for instance: compare.py data/current sql

The published norm tables go into DuckDB, the statistical functions come from SciPy, the SQL is the project's
own, and every published mart has to come out the same, cell by cell (`tables.py` says what "the same" is). It
is evidence against an error of the engine, of the statistics or of the writing of Parquet; an error in the
SQL itself shows in both engines, and is what `recompute.py` and the checks are for.

Exit 0: all marts compared and equal. Exit 1: a difference, each printed with table, key, column and both
values, or something that could not be compared. Exit 2: wrong usage. Nothing that is left out goes
unmentioned, and a mart that is missing or empty on one side is a difference: a pass without evidence does not
exist here.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling

import models
import spec_values
import tables
from reference_statistics import FUNCTIONS, SET_FUNCTIONS, Function, SetFunction

LAYERS = ("stappen", "marts")

# Models that read tables of the landing, which no release publishes; nothing else may be left out.
LEFT_OUT = {
    "aanvaardingen": "reads ruw_aanvaardingen, which is not published",
    "controles": "reads ruw_controles and ruw_bevindingen, which are not published",
    "dubbelen": "reads ruw_misdrijven, which is not published; misdrijven, which is, comes after it",
    "opvolging": "reads ruw_misdrijven, which is not published; misdrijven_versies, which is, comes after it",
    "plaats": "reads ruw_onderwerp, which is not published; misdrijven_versies, which is, comes after it",
    "soort_levering": "reads ruw_misdrijven, which is not published; misdrijven_versies, which is, comes after it",
    "soortgroep": "reads soort_levering",
    "opgeteld": "reads ruw_niet_per_maand, which is not published; optelcontrole, which is, comes after it",
    "tellingen": "reads ruw_misdrijven, which is not published; misdrijven, which is, comes after it",
}

# Raw tables that no release may hold, because of what small counts tell. Here they are empty, so that the models on them
# run in the second engine and give nothing; a release with figures of districts cannot be made again from what it shows.
KEPT_BACK = {
    "ruw_wijkcijfers": "bron VARCHAR, bestand INTEGER, regel BIGINT, peildatum DATE, indeling INTEGER, soort_code VARCHAR, "
    "regio_code VARCHAR, periode_code VARCHAR, waarde BIGINT, aangiften BIGINT, internetaangiften BIGINT, teken VARCHAR",
    "ruw_wijkregio": "bron VARCHAR, regio_code VARCHAR, naam VARCHAR, indeling INTEGER",
    "ruw_wijksoort": "bron VARCHAR, soort_code VARCHAR, naam VARCHAR, is_totaal BOOLEAN",
    "ruw_wijk_niet_gepubliceerd": "bron VARCHAR, soort_code VARCHAR",
}
OF_DISTRICTS = "wijkbeeld"

# Marts that hold no row as long as this count on the published norm tables is 0; and only then.
EMPTY_WITHOUT = {
    "delicten_maand": "SELECT count(*) FROM misdrijven JOIN periode USING (periode_code) WHERE soort = 'maand'",
}


class Calls:
    """A function that counts its answers, so that one that never answered is seen."""

    def __init__(self, function: Function | SetFunction) -> None:
        self.function = function
        self.answers = 0
        # DuckDB looks at the signature for the number of arguments.
        self.__signature__ = inspect.signature(function.formula)

    def __call__(self, *arguments: Any) -> float | list[float] | None:
        answer = self.function(*arguments)
        self.answers += answer is not None
        return answer


def start_engine() -> tuple[duckdb.DuckDBPyConnection, list[Calls]]:
    """A fresh engine in memory with the statistical functions, and the counters of their answers."""
    engine = duckdb.connect(":memory:")
    # One thread: the functions are Python, and the order of adding stays the same.
    engine.execute("SET threads = 1")
    counted = [Calls(function) for function in (*FUNCTIONS, *SET_FUNCTIONS)]
    for calls in counted:
        parameters: list[Any] = ["DOUBLE"] * len(calls.__signature__.parameters)
        answer = "DOUBLE"
        if isinstance(calls.function, SetFunction):
            parameters[:2] = ["DOUBLE[]", "DOUBLE[]"]
            answer = "DOUBLE[]" if calls.function.gives_list else "DOUBLE"
        engine.create_function(
            calls.function.name, calls, parameters, answer, null_handling=FunctionNullHandling.SPECIAL
        )
    return engine, counted


def load_norm(engine: duckdb.DuckDBPyConnection, release: Path) -> list[str]:
    """Makes every published norm table a table of the engine; their names."""
    names = []
    for path in sorted((release / "norm").glob("*.parquet")):
        engine.execute(f'CREATE TABLE "{path.stem}" AS SELECT * FROM {tables.from_parquet(path)}')
        names.append(path.stem)
    for name, columns in KEPT_BACK.items():
        engine.execute(f'CREATE TABLE "{name}" ({columns})')
        names.append(name)
    return names


def other_sql(release: Path, marts: list[models.Model]) -> list[str]:
    """The marts that the release did not make with this very SQL file, according to its manifest."""
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    hashes = {table["name"]: table["sql"]["sha256"] for table in manifest["tables"] if table.get("sql")}
    return [
        f"{mart.name}: {mart.path} is not the SQL that made this release; build it again"
        for mart in marts
        if hashes.get(mart.name) != hashlib.sha256(mart.text.encode()).hexdigest()
    ]


def unmatched(release: Path, marts: list[models.Model]) -> list[str]:
    """Marts that exist on one side only, those left out by name excepted."""
    published = {path.stem for path in (release / "marts").glob("*.parquet")} - LEFT_OUT.keys()
    written = {mart.name for mart in marts}
    return [f"{name}: published, but sql/marts has no such file" for name in sorted(published - written)] + [
        f"{name}: in sql/marts, but the release has no such file" for name in sorted(written - published)
    ]


def run(release: Path, sql_dir: Path) -> list[str]:
    """Makes and compares everything, prints what was done, and gives every reason to fail."""
    failures = spec_values.disagreements()
    print(
        f"second library: {len(spec_values.VALUES)} test values of the specification, {len(failures)} wrong"
    )

    engine, counted = start_engine()
    norm = load_norm(engine, release)
    if not norm:
        return [*failures, f"{release / 'norm'}: expected Parquet files, found none"]
    wanted = []
    for model in models.read(sql_dir, LAYERS):
        reason = LEFT_OUT.get(model.name)
        if reason is None:
            wanted.append(model)
        elif any(
            table.startswith("ruw_") or table in LEFT_OUT for table in engine.get_table_names(model.text)
        ):
            print(f"left out: {model.name} ({reason})")
        else:
            failures.append(f"{model.path}: left out because it {reason}, but it reads no such table")
    marts = [model for model in wanted if model.folder == "marts"]
    failures += unmatched(release, marts) + other_sql(release, marts)
    districts = tables.from_parquet(release / "marts" / f"{OF_DISTRICTS}.parquet")
    has_districts = engine.execute(f"SELECT count(*) > 0 FROM {districts}").fetchone() == (True,)
    for model in models.in_order(engine, wanted, norm):
        try:
            engine.execute(f'CREATE TABLE "{model.name}" AS {model.text}')
            if model.name == OF_DISTRICTS and has_districts:
                engine.execute(f'INSERT INTO "{OF_DISTRICTS}" SELECT * FROM {districts}')
        except duckdb.Error as error:
            return [*failures, f"{model.path}: DuckDB does not run it: {error}"]
    for calls in counted:
        if calls.answers == 0:
            print(f"no evidence on {calls.function.name}: this release never gives it all its arguments")
    compared = []
    for mart in marts:
        path = release / "marts" / f"{mart.name}.parquet"
        if not path.exists():
            continue
        second, published = (
            tables.fetch(engine, f'"{mart.name}"'),
            tables.fetch(engine, tables.from_parquet(path)),
        )
        if mart.name == OF_DISTRICTS:
            if has_districts:
                print(f"left out: {mart.name} (what it was made from is kept back; tests/all/districts.rs makes it again)")
            else:
                print(f"{mart.name}: nothing to compare, no district was fetched")
                failures += tables.compare_empty(mart.name, second, published)
            continue
        what_fills_it = EMPTY_WITHOUT.get(mart.name)
        if what_fills_it and engine.execute(what_fills_it).fetchall() == [(0,)]:
            print(f"{mart.name}: nothing to compare, there is nothing that it is made of")
            failures += tables.compare_empty(mart.name, second, published)
            continue
        result = tables.compare(mart.name, mart.key, second, published)
        print(
            f"{result.table}: {result.rows} rows, {result.cells} cells of which {result.filled} not NULL, "
            f"{len(result.differences)} differences"
        )
        failures += result.differences
        compared.append(result)
    print(
        f"{len(compared)} marts, {sum(r.rows for r in compared)} rows, {sum(r.cells for r in compared)} cells"
    )
    if not any(result.filled for result in compared):
        failures.append("nothing was compared")
    return failures


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 2:
        print("usage: compare.py RELEASE_DIR SQL_DIR", file=sys.stderr)
        return 2
    try:
        failures = run(Path(arguments[0]), Path(arguments[1]))
    except (OSError, duckdb.Error, models.ModelError, ValueError, KeyError) as error:
        failures = [f"{type(error).__name__}: {error}"]
    for failure in failures:
        print(f"DIFFERENT {failure}")
    print("different" if failures else "equal")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
