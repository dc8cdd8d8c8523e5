"""Plants one error at a time in a copy of a release and sees that the comparison finds it.

    planted_errors.py RELEASE_DIR SQL_DIR FIXTURES_DIR
    planted_errors.py data/current sql fixtures

A comparison that cannot fail is no evidence. The release itself has to pass both comparisons; each copy has
to fail the one that is meant to find the error, with a line that names the place. Exit 0: all found. Exit 1:
something went unseen.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

import compare
import recompute
import tables


@dataclass(frozen=True)
class Planted:
    """An error: the table (`folder/name`), what it becomes instead, and words of the line that must say so.

    In `query` stands `{}` for the table as it is. Without a query the file is removed.
    """

    table: str
    query: str | None
    reported: str


def instead(column: str, value: str, where: str) -> str:
    """The query that gives one column another value in some rows."""
    return f"SELECT * REPLACE (CASE WHEN {where} THEN {value} ELSE {column} END AS {column}) FROM {{}}"


BASKET = "reeks = 'mand' AND jaar = 2022"
AGAINST_SECOND_ENGINE = (
    Planted(
        "marts/trend_reeks",
        instead("ondergrens", "ondergrens * 1.000001", BASKET),
        "trend_reeks: reeks=mand, jaar=2022, column ondergrens",
    ),
    Planted(
        "marts/trend_reeks",
        instead("p_waarde", "'nan'::DOUBLE", BASKET),
        "trend_reeks: reeks=mand, jaar=2022, column p_waarde",
    ),
    Planted(
        "marts/delicten_jaar",
        instead("waarde", "waarde + 1", "regio_code = 'GM0164' AND reeks = 'overval' AND jaar = 2019"),
        "delicten_jaar: regio_code=GM0164, reeks=overval, jaar=2019, column waarde",
    ),
    Planted(
        "marts/doel_voortgang",
        instead("oordeel", "'gehaald'", "doel = 'G2'"),
        "doel_voortgang: doel=G2, column oordeel",
    ),
    Planted(
        "marts/vergelijking",
        f"SELECT * FROM {{}} WHERE NOT (regio_code = 'GM0164' AND {BASKET})",
        "vergelijking: row regio_code=GM0164, reeks=mand, jaar=2022",
    ),
    Planted(
        "marts/vergelijking",
        instead("rang_tot", "rang_tot - 1", f"regio_code = 'GM0164' AND {BASKET}"),
        "vergelijking: regio_code=GM0164, reeks=mand, jaar=2022, column rang_tot",
    ),
    Planted(
        "marts/vergelijking",
        instead("trechter_boven", "trechter_boven * 1.000001", f"regio_code = 'GM0164' AND {BASKET}"),
        "vergelijking: regio_code=GM0164, reeks=mand, jaar=2022, column trechter_boven",
    ),
    Planted(
        "marts/prognose",
        "SELECT * FROM {} UNION ALL (SELECT * FROM {} LIMIT 1)",
        "stands twice in the release",
    ),
    Planted("marts/nulmeting", "SELECT * FROM {} WHERE false", "nulmeting: rows: second engine"),
    Planted(
        "marts/aansluiting", "SELECT * EXCLUDE (verschil) FROM {}", "aansluiting: columns: second engine"
    ),
    Planted("marts/prognose", None, "prognose: in sql/marts, but the release has no such file"),
    Planted(
        "norm/misdrijven",
        instead(
            "waarde",
            "waarde + 1",
            "regio_code = 'GM0164' AND soort_code = '1.2.3' AND periode_code = '2022JJ00'",
        ),
        "delicten_jaar: regio_code=GM0164, reeks=mand, jaar=2022, column waarde",
    ),
)
AGAINST_RECORDED_FILES = (
    Planted(
        "norm/misdrijven",
        instead(
            "waarde", "NULL", "regio_code = 'GM0014' AND soort_code = '2.6.12' AND periode_code = '2013JJ00'"
        ),
        "misdrijven, waarde of each cell: ('2.6.12', 'GM0014', '2013JJ00')",
    ),
    Planted(
        "marts/delicten_jaar",
        instead("waarde", "waarde - 1", f"regio_code = 'GM0164' AND {BASKET}"),
        "Hengelo, mand 2022",
    ),
    Planted("marts/trend_reeks", instead("tau2", "tau2 * 1.000001", "true"), "mand, tau2"),
    Planted(
        "marts/vergelijking",
        instead("rang", "rang - 1", "regio_code = 'GM0164'"),
        "vergelijking, rang: GM0164",
    ),
    Planted(
        "marts/vergelijking",
        instead("rang_van", "rang_van + 1", f"regio_code = 'GM0164' AND {BASKET}"),
        "vergelijking, mand, places and their ranges: GM0164",
    ),
    Planted(
        "marts/vergelijking",
        instead("trechter_onder_ruim", "trechter_onder", BASKET),
        "vergelijking, mand, trechter_onder_ruim",
    ),
    Planted(
        "marts/vergelijking",
        instead("waarde", "waarde + 1", "reeks LIKE 'eigen_benadering%' AND regio_code = 'GM0164'"),
        "vergelijking, eigen_benadering_misdaadmeter: ('GM0164'",
    ),
    Planted(
        "marts/trend_thema", "SELECT * FROM {} WHERE false", "trend_thema, waarde: the release holds no value"
    ),
)


def plant(release: Path, copy: Path, planted: Planted) -> None:
    """Makes a copy of the release with one error in it."""
    shutil.copytree(release.resolve(), copy)
    path = copy / f"{planted.table}.parquet"
    path.unlink()
    if planted.query is None:
        return
    query = planted.query.replace("{}", tables.from_parquet(release.resolve() / f"{planted.table}.parquet"))
    target = str(path).replace("'", "''")
    with duckdb.connect(":memory:") as engine:
        engine.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")


def failures_of(comparison: Callable[[Path], list[str]], release: Path) -> list[str]:
    """What a comparison reports of a release, without what it prints on its way."""
    with contextlib.redirect_stdout(io.StringIO()):
        return comparison(release)


def run(release: Path, sql_dir: Path, fixtures: Path) -> int:
    """How many errors went unseen; prints each."""
    by_second_engine = (lambda folder: compare.run(folder, sql_dir)), AGAINST_SECOND_ENGINE
    by_recorded_files = (
        (lambda folder: recompute.run(recompute.Release(folder), fixtures).failures),
        AGAINST_RECORDED_FILES,
    )
    unseen = 0
    for comparison, errors in (by_second_engine, by_recorded_files):
        unplanted = failures_of(comparison, release)
        for failure in unplanted:
            print(f"the release itself fails: {failure}")
        unseen += len(unplanted)
        for planted in errors:
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "release"
                plant(release, copy, planted)
                found = [line for line in failures_of(comparison, copy) if planted.reported in line]
            print(f"{planted.table}: {found[0] if found else f'UNSEEN: {planted.reported}'}")
            unseen += not found
    return unseen


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 3:
        print("usage: planted_errors.py RELEASE_DIR SQL_DIR FIXTURES_DIR", file=sys.stderr)
        return 2
    unseen = run(Path(arguments[0]), Path(arguments[1]), Path(arguments[2]))
    print(f"{unseen} unseen")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
