#!/usr/bin/env bash
# pandas 3.1.1: what `read_csv(decimal=",")` does with a point depends on the engine, and one of them takes both marks.
#
# In an export with a decimal comma a point can only stand between thousands: `1.234` is twelve hundred. The C engine (and
# pyarrow) leaves such a column text, so that somebody notices. The Python engine, which pandas takes by itself for
# `sep=None` and other options, reads `36,7` as 36.7 and `1.234` as 1.234 in one column of floats: a thousand times too small.
#
# Why it matters here: exports of StatLine have a decimal comma and their copies get points between thousands in a spreadsheet.
# A mark is believed only when it cannot be the other one, and then it is the mark of the whole file.
#
# Output seen:
#   c        ['36,7', '1.234']
#   pyarrow  ['36,7', '1.234']
#   python   [36.7, 1.234]
set -Eeuo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check pandas==3.1.1 pyarrow==26.0.1
tools/bin/python - <<'PYTHON'
import io

import pandas

CONTENT = b"regio;aantal\nAlmelo;36,7\nHengelo;1.234\n"
seen = {}
for engine in ["c", "pyarrow", "python"]:
    column = pandas.read_csv(io.BytesIO(CONTENT), sep=";", decimal=",", engine=engine)["aantal"].tolist()
    print(f"{engine:8} {column}")
    seen[engine] = column
text = ["36,7", "1.234"]
raise SystemExit(0 if seen == {"c": text, "pyarrow": text, "python": [36.7, 1.234]} else "the behaviour changed")
PYTHON
