#!/usr/bin/env bash
# openpyxl 3.1.5, python-calamine 0.9.1 and polars 2.1.0 with fastexcel 0.21.0: a zero in a column of dates is a time of day in
# two of them and 31 December 1899 in the third; and 28 February 1900 is two different numbers in all of them.
#
# A formula that refers to an empty cell gives 0, so zeros stand in many a column of dates. openpyxl and calamine give
# 00:00:00, a time that cannot be compared with the dates around it; polars gives a day that can, and that becomes the earliest
# of the column. Of the day that Excel invented (number 60, 29 February 1900) all three make the 28th, which is number 59 as
# well: two cells that differ come out the same, where an error or 1 March would be expected.
#
# Why it matters here: the first and the last day of a register decide what is compared with what. A date column knows its
# plausible days, and a day outside them is refused at its cell.
#
# Output seen (number: openpyxl, calamine, polars):
#   0: 00:00:00, 00:00:00, 1899-12-31
#   59: 1900-02-28 00:00:00, 1900-02-28, 1900-02-28
#   60: 1900-02-28 00:00:00, 1900-02-28, 1900-02-28
set -Eeuo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check XlsxWriter==3.2.9 openpyxl==3.1.5 python-calamine==0.9.1 polars==2.1.0 fastexcel==0.21.0
tools/bin/python - <<'PYTHON'
import openpyxl
import polars
import xlsxwriter
from python_calamine import CalamineWorkbook

NUMBERS = [0, 59, 60, 44562]
book = xlsxwriter.Workbook("days.xlsx")
sheet = book.add_worksheet()
sheet.write(0, 0, "datum")
for row, number in enumerate(NUMBERS):
    sheet.write_number(row + 1, 0, number, book.add_format({"num_format": "dd-mm-yyyy"}))
book.close()

columns = [
    [row[0] for row in openpyxl.load_workbook("days.xlsx").active.iter_rows(min_row=2, values_only=True)],
    [row[0] for row in CalamineWorkbook.from_path("days.xlsx").get_sheet_by_index(0).to_python()[1:]],
    polars.read_excel("days.xlsx")["datum"].to_list(),
]
seen = {number: [str(column[row]) for column in columns] for row, number in enumerate(NUMBERS)}
for number, values in seen.items():
    print(f"{number}: {', '.join(values)}")
day = ["1900-02-28 00:00:00", "1900-02-28", "1900-02-28"]
expected = {0: ["00:00:00", "00:00:00", "1899-12-31"], 59: day, 60: day}
raise SystemExit(0 if {number: seen[number] for number in expected} == expected else "the behaviour changed")
PYTHON
