#!/usr/bin/env bash
# calamine (crate 0.38.0, PyPI python-calamine 0.9.1) and openpyxl 3.1.5: a cell is a date when the FIRST section of its number
# format looks like one.
#
# A format has up to four sections, and a condition in brackets says which of them shows a value. Both readers look at the
# first section only, whatever the condition says, so that a date whose format hides zero (`[=0]"";dd-mm-yyyy`) comes back as
# the number 44562, and a number of days whose format shows the smallest ones as a time (`[<1]h:mm;0" dagen"`) as a day in 1900.
# openpyxl also takes the letter that a format fills a cell with (`0*d`) for a day of the month; calamine does not.
#
# Why it matters here: people measure in workbooks. A reader that believes the library stores 41 days as 10 February 1900, or a
# day of measurement as 44562; so a format that is not wholly understood is refused, with its cell.
#
# Output seen (format, what a spreadsheet shows, openpyxl, calamine):
#   [=0]"";dd-mm-yyyy    01-01-2022  44562                44562.0
#   [<1]h:mm;0" dagen"   41 dagen    1900-02-10 00:00:00  1900-02-10
#   0*d                  41ddd       1900-02-10 00:00:00  41.0
set -Eeuo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check XlsxWriter==3.2.9 openpyxl==3.1.5 python-calamine==0.9.1
tools/bin/python - <<'PYTHON'
import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

CASES = [('[=0]"";dd-mm-yyyy', "01-01-2022", 44562), ('[<1]h:mm;0" dagen"', "41 dagen", 41), ("0*d", "41ddd", 41)]
book = xlsxwriter.Workbook("formats.xlsx")
sheet = book.add_worksheet()
for row, (code, _, number) in enumerate(CASES):
    sheet.write_number(row, 0, number, book.add_format({"num_format": code}))
book.close()

first = [row[0] for row in openpyxl.load_workbook("formats.xlsx").active.iter_rows(values_only=True)]
second = [row[0] for row in CalamineWorkbook.from_path("formats.xlsx").get_sheet_by_index(0).to_python()]
seen = []
for (code, shown, _), one, other in zip(CASES, first, second):
    print(f"{code:20} {shown:11} {one!s:20} {other!s}")
    seen.append((str(one), str(other)))
expected = [("44562", "44562.0"), ("1900-02-10 00:00:00", "1900-02-10"), ("1900-02-10 00:00:00", "41.0")]
raise SystemExit(0 if seen == expected else "the behaviour changed")
PYTHON
