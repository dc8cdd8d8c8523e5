"""The recorded files, read with nothing but the standard library.

This is the whole of the path from a recorded byte to a number for `recompute.py`: no line of it is shared
with nulmeting, and none of it repairs anything. A file that is not as expected stops the run with its name.
"""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from printed_figures import TOTAL

POLICE_COLUMNS = (
    "ID",
    "SoortMisdrijf",
    "RegioS",
    "Perioden",
    "GeregistreerdeMisdrijven_1",
    "Aangiften_2",
    "Internetaangiften_3",
)
TOPICS = 3
# 03759ned: inhabitants on 1 January (M000352), for all marital states, sexes and ages together.
INHABITANTS = {
    "Measure": "M000352",
    "BurgerlijkeStaat": "T001019",
    "Geslacht": "T001038",
    "Leeftijd": "10000",
}

# kind of crime, region, year
Cell = tuple[str, str, int]
Topics = tuple[int | None, ...]
# by region and year
Inhabitants = dict[tuple[str, int], int | None]


class RecordedFileError(Exception):
    """A recorded file that is not as expected; the message names it."""


@dataclass(frozen=True)
class Police:
    """47013NED by year: the three topics of every cell as recorded, None where the file is blank."""

    cells: dict[Cell, Topics]
    kinds: list[str]
    regions: list[str]
    years: list[int]

    def municipalities(self) -> list[str]:
        """Municipalities, without "abroad" (GM0998) and "not to be placed" (GM0999)."""
        return [
            region
            for region in self.regions
            if region.startswith("GM") and region not in ("GM0998", "GM0999")
        ]

    def is_published(self, region: str, year: int) -> bool:
        """Whether the region holds any value in the year."""
        return any(self.cells[(kind, region, year)][0] is not None for kind in self.kinds)

    def adds_up(self, region: str, year: int) -> bool:
        """Whether the kinds add up to the total for each topic with blank as zero: the proof that it is."""
        blocks = [self.cells[(kind, region, year)] for kind in self.kinds if kind != TOTAL]
        total = self.cells[(TOTAL, region, year)]
        return all(
            sum(block[topic] or 0 for block in blocks) == (total[topic] or 0) for topic in range(TOPICS)
        )


def read_police(folder: Path) -> Police:
    """All years of the portal export, one file a year."""
    cells: dict[Cell, Topics] = {}
    files = sorted(folder.glob("policedata*.csv.gz"))
    if not files:
        raise RecordedFileError(f"{folder}: expected policedata<year>.csv.gz, found none")
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(text, delimiter=";")
            header = tuple(next(rows))
            if header != POLICE_COLUMNS:
                raise RecordedFileError(f"{path}: expected the columns {POLICE_COLUMNS}, found {header}")
            for _, kind, region, period, *topics in rows:
                if period[4:] != "JJ00":
                    raise RecordedFileError(f"{path}: expected a year, found the period {period}")
                cell = (kind.strip(), region.strip(), int(period[:4]))
                if cell in cells:
                    raise RecordedFileError(f"{path}: {cell} stands twice")
                cells[cell] = tuple(int(topic) if topic.strip() else None for topic in topics)
    kinds = sorted({kind for kind, _, _ in cells})
    regions = sorted({region for _, region, _ in cells})
    years = sorted({year for _, _, year in cells})
    if len(cells) != len(kinds) * len(regions) * len(years):
        raise RecordedFileError(
            f"{folder}: {len(cells)} cells do not fill {len(kinds)} x {len(regions)} x {len(years)}"
        )
    return Police(cells, kinds, regions, years)


def read_inhabitants(path: Path) -> Inhabitants:
    """Inhabitants on 1 January by region and year, on each year's own division; None where there is none."""
    with gzip.open(path, "rt", encoding="utf-8") as text:
        observations = json.load(text)["value"]
    found: Inhabitants = {}
    for observation in observations:
        if any(observation[column] != code for column, code in INHABITANTS.items()):
            continue
        value = observation["Value"]
        place = (observation["RegioS"].strip(), int(observation["Perioden"][:4]))
        found[place] = None if value is None else int(value)
    if not found:
        raise RecordedFileError(f"{path}: no inhabitants on 1 January found")
    return found


def read_year_ends(path: Path, title: str) -> dict[int, int]:
    """Inhabitants at the end of each year of one municipality, by its title in 37230ned."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text, delimiter=";"))
    years = next((row[3:] for row in rows if row[:2] == ["Regio's", "Onderwerp"]), None)
    values = next((row[3:] for row in rows if row[:1] == [title]), None)
    if years is None or values is None:
        raise RecordedFileError(f"{path}: expected a header of years and a row {title!r}")
    return {int(year): int(value) for year, value in zip(years, values, strict=True) if value.strip()}
