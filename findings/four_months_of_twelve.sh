#!/usr/bin/env bash
# pandas 3.1.1: `to_datetime(errors="coerce")` reads four of the twelve Dutch months, and drops eight.
#
# Nobody expects Dutch to be understood, and one who tries `2025 januari` gets NaT and looks for another way. But april,
# september, november and december are written as in English, so on a whole column a third of the months comes through.
# A chart of a year then has four points, a sum over the months that are left is a third of the year, and nothing was raised.
#
# Why it matters here: StatLine calls its months so (`2025 januari*`), beside the year itself (`2025`), which is read as 1
# January. A period is told by its code or by its whole label, and what proves to be neither year nor month is refused.
#
# Output seen: april, september, november, december
set -Eeuo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check pandas==3.1.1
tools/bin/python -W ignore - <<'PYTHON'
import pandas

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
days = pandas.to_datetime(pandas.Series([f"2025 {month}" for month in MONTHS]), errors="coerce")
read = [month for month, day in zip(MONTHS, days) if day is not pandas.NaT]
print(", ".join(read))
raise SystemExit(0 if read == ["april", "september", "november", "december"] else "the behaviour changed")
PYTHON
