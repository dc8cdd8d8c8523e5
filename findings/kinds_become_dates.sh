#!/usr/bin/env bash
# polars 2.1.0: `read_csv(try_parse_dates=True)` makes days in the first century of a column with kinds of crime.
#
# `1.2.3`, `2.6.13` and `3.9.1` are kinds of the police. They are read as day, month and YEAR 3, 13 and 1 without a word; one
# kind that cannot be a day (`0.0.0`, the total) keeps the whole column text. So an export without its total, or one of a
# single chapter of kinds, changes type, and a join on the kind finds nothing. Different kinds can never collide, but what was
# `2.6.13` is written back as 0013-06-02.
#
# Why it matters here: kinds are codes and stay text from the reader to the Parquet file. Whoever analyses the same exports
# with the option that finds the dates in them loses the kinds.
#
# Output seen:
#   without the total  Date    [0003-02-01, 0013-06-02, 0001-09-03]
#   with the total     String  ['1.2.3', '2.6.13', '3.9.1', '0.0.0']
set -Eeuo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check polars==2.1.0
tools/bin/python - <<'PYTHON'
import polars

seen = []
for name, kinds in [("without the total", ["1.2.3", "2.6.13", "3.9.1"]), ("with the total", ["1.2.3", "2.6.13", "3.9.1", "0.0.0"])]:
    text = "soort;regio;aantal\n" + "".join(f"{kind};GM0164;7\n" for kind in kinds)
    column = polars.read_csv(text.encode(), separator=";", try_parse_dates=True)["soort"]
    values = [str(value) for value in column]
    print(f"{name:18} {column.dtype!s:7} {values}")
    seen.append((str(column.dtype), values))
expected = [("Date", ["0003-02-01", "0013-06-02", "0001-09-03"]), ("String", ["1.2.3", "2.6.13", "3.9.1", "0.0.0"])]
raise SystemExit(0 if seen == expected else "the behaviour changed")
PYTHON
