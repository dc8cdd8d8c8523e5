"""Holds every Parquet file of a release against its manifest, read by DuckDB: `duckdb_reads.py RELEASE_DIR`.

Whoever opens a single file with another engine must find the rows and the columns that the manifest promises, in the
plain types that business tools read. What the figures are is compared elsewhere (tests/second_engine).
"""

import json
import sys
from pathlib import Path

import duckdb

# Arrow's name in the manifest, and what DuckDB calls the same type.
PLAIN_TYPES = {
    "Int32": "INTEGER",
    "Int64": "BIGINT",
    "Float64": "DOUBLE",
    "Utf8": "VARCHAR",
    "Boolean": "BOOLEAN",
    "Date32": "DATE",
}


def differences(file: Path, promised: dict) -> list[str]:
    """What DuckDB finds in one file that the manifest does not say, in words."""
    found = []
    columns = duckdb.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
    has = [(name, data_type) for name, data_type, *_ in columns]
    schema = promised["schema"]
    want = [(column["name"], PLAIN_TYPES.get(column["type"], "no plain type")) for column in schema]
    if has != want:
        found.append(f"{file.name}: the manifest promises {want}, the file has {has}")
    (rows,) = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone()
    if rows != promised["rows"]:
        found.append(f"{file.name}: the manifest promises {promised['rows']} rows, the file has {rows}")
    return found


def main(release: Path) -> int:
    """Prints what was read; 1 when a file differs, is missing or is not in the manifest."""
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    files = {file.relative_to(release).as_posix(): file for file in sorted(release.glob("*/*.parquet"))}
    found = []
    rows = 0
    for table in manifest["tables"]:
        file = files.pop(table["file"], None)
        if file is None:
            found.append(f"{table['file']}: in the manifest and not on disk")
            continue
        found.extend(differences(file, table))
        rows += table["rows"]
    found.extend(f"{name}: on disk and not in the manifest" for name in files)
    if not manifest["tables"]:
        found.append("the manifest names no table")
    for line in found:
        print(line, file=sys.stderr)
    print(f"{len(manifest['tables'])} tables with {rows} rows read, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
