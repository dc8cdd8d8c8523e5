#!/usr/bin/env bash
# pandas 3.1.1: `read_json` makes numbers of JSON texts, although JSON says which is which.
#
# The untyped answers of OData v3 have every value as a text, because only so the sign stands where there is no number. In
# pandas `"0164"` becomes 164, `"1.10"` becomes 1.1 and thus the same as `"1.1"`, and `"  799681"` becomes 799681, all without
# an option that asks for it; one `"       ."` in the column, and it stays text. So the type of a column depends on whether
# the page has a gap. With CSV everybody expects that; JSON has types.
#
# Why it matters here: keys and figures are taken from the same answers. A key stays text, and a figure is told from a sign by
# the reader that knows which column it reads.
#
# Output seen:
#   {'Key': 164, 'Number': 1.1, 'Count': 799681}
#   {'Key': 164, 'Number': 1.1, 'Count': '  799681'}   (with a second row whose Count is "       .")
set -Eeuo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check pandas==3.1.1
tools/bin/python - <<'PYTHON'
import io
import json

import pandas

row = {"Key": "0164", "Number": "1.10", "Count": "  799681"}
seen = []
for rows in [[row], [row, {**row, "Count": "       ."}]]:
    first = pandas.read_json(io.StringIO(json.dumps(rows))).to_dict("records")[0]
    print(first)
    seen.append(first)
expected = [{"Key": 164, "Number": 1.1, "Count": 799681}, {"Key": 164, "Number": 1.1, "Count": "  799681"}]
raise SystemExit(0 if seen == expected else "the behaviour changed")
PYTHON
