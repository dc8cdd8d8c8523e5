"""The key figures once more, straight from the recorded files, without the SQL and without the Rust.

    recompute.py RELEASE_DIR FIXTURES_DIR      for instance: recompute.py data/current fixtures

`compare.py` runs the project's own SQL in another engine and so repeats its errors of thought. Here the
definitions of the specification are written a second time in plain Python, from the bytes of the police and
of Statistics Netherlands to the number, and laid beside both the figures that the specification prints and
those that the release publishes.

Exit 0: everything equal. Exit 1: each difference is printed. Exit 2: wrong usage.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from scipy import stats

import tables
from ledger import Ledger
from printed_figures import (
    ADOPTED,
    APPROXIMATED,
    APPROXIMATION,
    FRAUD,
    FRAUD_FROM,
    PRINTED,
    PRINTED_SUMS,
    ROWS,
    SERIES,
    THEMES,
)
from recorded_files import (
    Inhabitants,
    Police,
    RecordedFileError,
    read_inhabitants,
    read_police,
    read_year_ends,
)

# Weesp went into Amsterdam on 24 March 2022: the police count it there, Statistics Netherlands on 1 January apart.
MERGED = {("GM0363", 2022): ("GM0457",)}
HENGELO, HENGELO_TITLE = "GM0164", "Hengelo (O.)"
BASE_YEAR, REPORT_YEAR = 2019, 2022


class Release:
    """The published tables, a query at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = duckdb.connect(":memory:")

    def mapping(self, table: str, key: Iterable[str], value: str, where: str = "true") -> dict[Hashable, Any]:
        """The values of one column by key; raises ValueError when a key stands twice."""
        keys = list(key)
        relation = tables.from_parquet(self.folder / f"{table}.parquet")
        rows = self.engine.execute(
            f"SELECT {', '.join(keys)}, {value} FROM {relation} WHERE {where}"
        ).fetchall()
        found: dict[Hashable, Any] = {tuple(row[:-1]) if len(keys) > 1 else row[0]: row[-1] for row in rows}
        if len(found) != len(rows):
            raise ValueError(f"{table}: {', '.join(keys)} is no key of the rows where {where}")
        return found


def counted(police: Police, codes: Iterable[str], region: str, year: int) -> int | None:
    """The sum of some codes, blank being zero where the block adds up; None where it cannot be given."""
    codes = tuple(codes)
    if not police.is_published(region, year) or not police.adds_up(region, year):
        return None
    if set(FRAUD) & set(codes) and year < FRAUD_FROM:
        return None
    return sum(police.cells[(code, region, year)][0] or 0 for code in codes)


def additive_check(ledger: Ledger, police: Police, release: Release) -> None:
    """Blank is zero because the kinds add up to the total, everywhere."""
    places = [(region, year) for region in police.regions for year in police.years]
    outcomes: dict[Hashable, Any] = {}
    for region, year in places:
        closes = "sluit" if police.adds_up(region, year) else "sluit niet"
        outcomes[(region, f"{year}JJ00")] = (
            closes if police.is_published(region, year) else "geen enkele waarde"
        )
    closed = sum(police.adds_up(region, year) for region, year in places)
    empty = sum(outcome == "geen enkele waarde" for outcome in outcomes.values())
    ledger.specified("region-years that add up, of three topics", closed, 4125)
    ledger.specified("region-years without any value", empty, 22)
    published = release.mapping("norm/optelcontrole", ("regio_code", "periode_code"), "uitkomst", "volledig")
    ledger.table("optelcontrole, outcome of each region-year", outcomes, published)


def cells(ledger: Ledger, police: Police, release: Release) -> None:
    """Every count of the police, cell by cell; blank is zero where the block proves it, else None."""
    usable = {
        (region, year)
        for region in police.regions
        for year in police.years
        if police.is_published(region, year) and police.adds_up(region, year)
    }
    for topic, column in enumerate(("waarde", "aangiften", "internetaangiften")):
        recomputed: dict[Hashable, Any] = {
            (kind, region, f"{year}JJ00"): (topics[topic] or 0) if (region, year) in usable else None
            for (kind, region, year), topics in police.cells.items()
        }
        published = release.mapping("norm/misdrijven", ("soort_code", "regio_code", "periode_code"), column)
        ledger.table(f"misdrijven, {column} of each cell", recomputed, published)


def series(ledger: Ledger, police: Police, release: Release) -> None:
    """Rows, groups and baskets of every municipality, the themes of Hengelo, and year 0."""
    recomputed: dict[Hashable, Any] = {
        (region, name, year): counted(police, codes, region, year)
        for name, codes in SERIES.items()
        for region in police.municipalities()
        for year in police.years
    }
    published = release.mapping(
        "marts/delicten_jaar", ("regio_code", "reeks", "jaar"), "waarde", "bron = '47013NED'"
    )
    ledger.table("delicten_jaar, waarde", recomputed, published)
    for year in police.years:
        basket = recomputed[(HENGELO, "mand", year)]
        ledger.released(f"Hengelo, mand {year}", basket, published.get((HENGELO, "mand", year)))
    for name, (base, before, last, _) in PRINTED.items():
        found = tuple(recomputed[(HENGELO, name, year)] for year in (BASE_YEAR, REPORT_YEAR - 1, REPORT_YEAR))
        ledger.specified(f"Hengelo, {name} 2019, 2021, 2022", found, (base, before, last))
    themes: dict[Hashable, Any] = {
        (theme, year): counted(police, codes, HENGELO, year)
        for theme, codes in THEMES.items()
        for year in police.years
    }
    of_crimes = release.mapping("marts/trend_thema", ("paragraaf", "jaar"), "waarde", "bron = '47013NED'")
    ledger.table("trend_thema, waarde", themes, of_crimes)
    nuisance = release.mapping("marts/trend_thema", ("paragraaf", "jaar"), "waarde", "bron = '47021NED'")
    ledger.specified("trend_thema, figures of nuisance, of which none is recorded", set(nuisance.values()), {None})
    source_now = release.mapping("marts/nulmeting", ("reeks",), "waarde_bron", "waarde_bron IS NOT NULL")
    of_hengelo: dict[Hashable, Any] = {name: recomputed[(HENGELO, name, BASE_YEAR)] for name in SERIES}
    ledger.table("nulmeting, waarde_bron", of_hengelo, source_now)


def population(
    ledger: Ledger, police: Police, inhabitants: Inhabitants, year_ends: dict[int, int], release: Release
) -> None:
    """Inhabitants of every municipality from 2019 on, and Hengelo's before, from the year's end."""
    years = sorted({year for _, year in inhabitants})
    recorded: dict[Hashable, Any] = {
        (region, year): inhabitants.get((region, year))
        for region in police.municipalities()
        for year in years
    }
    where = f"jaar >= {years[0]} AND regio_code LIKE 'GM%'"
    published = release.mapping("norm/bevolking", ("regio_code", "jaar"), "inwoners_eigen", where)
    ledger.table(f"bevolking, inwoners_eigen from {years[0]}", recorded, published)
    earlier = [year for year in police.years if year < years[0]]
    ends: dict[Hashable, Any] = {year: year_ends.get(year - 1) for year in earlier}
    where = f"jaar < {years[0]} AND regio_code = '{HENGELO}'"
    ledger.table(
        "bevolking of Hengelo before",
        ends,
        release.mapping("norm/bevolking", ("jaar",), "inwoners_eigen", where),
    )


def rates(ledger: Ledger, police: Police, year_ends: dict[int, int], release: Release) -> None:
    """Hengelo's basket per 1,000 inhabitants, on one territory; six decimals are published."""
    recomputed: dict[Hashable, Any] = {}
    for year in police.years:
        basket = counted(police, SERIES["mand"], HENGELO, year)
        people = year_ends.get(year - 1)
        recomputed[year] = None if basket is None or not people else round(1000 * basket / people, 6)
    ledger.specified("Hengelo, mand per 1,000 in 2019", f"{recomputed[BASE_YEAR]:.6f}", "26.523555")
    where = f"regio_code = '{HENGELO}' AND reeks = 'mand'"
    ledger.table(
        "delicten_jaar, per_1000",
        recomputed,
        release.mapping("marts/delicten_jaar", ("jaar",), "per_1000", where),
    )


def adopted(ledger: Ledger, release: Release) -> None:
    """Year 0 as the council adopted it: the printed rows, their sum, and the target of ten percent less."""
    total = sum(ADOPTED[name] for name in ROWS)
    ledger.specified("adopted year 0, sum of the printed rows", total, 2248)
    printed: dict[Hashable, Any] = {name: ADOPTED.get(name, total) for name in [*ADOPTED, "mand"]}
    names = ", ".join(f"'{name}'" for name in printed)
    where = f"reeks IN ({names})"
    ledger.table(
        "nulmeting, waarde_vastgesteld",
        printed,
        release.mapping("marts/nulmeting", ("reeks",), "waarde_vastgesteld", where),
    )
    target = release.mapping("marts/doel_voortgang", ("doel",), "streefwaarde", "doel = 'G1'")
    ledger.released("target of the basket", 0.9 * total, target.get("G1"))


def squares(police: Police, codes: Iterable[str], peers: list[str]) -> tuple[int, int]:
    """The sums of A and B behind tau2, over the consecutive triples of 2012-2019 that have a count."""
    sum_a = sum_b = 0
    for region in peers:
        counts = [counted(police, codes, region, year) for year in range(2012, BASE_YEAR + 1)]
        for a, b, c in zip(counts, counts[1:], counts[2:], strict=False):
            if a is None or b is None or c is None:
                continue
            sum_a += (a - 2 * b + c) ** 2 - (a + 4 * b + c)
            sum_b += a * (a - 1) + 4 * b * (b - 1) + c * (c - 1)
    return sum_a, sum_b


def dispersion(ledger: Ledger, police: Police, peers: list[str], release: Release) -> None:
    """tau2 of each series over the peers: sums of second differences of 2012-2019, fraud of 2016-2019."""
    published = release.mapping("marts/trend_reeks", ("reeks",), "tau2", f"jaar = {REPORT_YEAR}")
    for name, (_, _, _, printed) in PRINTED.items():
        sum_a, sum_b = squares(police, SERIES[name], peers)
        if name in PRINTED_SUMS:
            ledger.specified(f"{name}, sums of A and B", (sum_a, sum_b), PRINTED_SUMS[name])
        tau2 = max(0.0, sum_a / sum_b)
        ledger.specified(f"{name}, tau2 to five decimals", f"{tau2:.5f}", f"{printed:.5f}")
        ledger.released(f"{name}, tau2", tau2, published.get(name))


def peers_of(inhabitants: Inhabitants, regions: Iterable[str], year: int) -> list[str]:
    """The municipalities with between half and twice Hengelo's inhabitants on 1 January, Hengelo included."""
    own = inhabitants[(HENGELO, year)] or 0
    return [
        region for region in regions if own / 2 <= (inhabitants.get((region, year)) or math.nan) <= 2 * own
    ]


def rank(ledger: Ledger, police: Police, inhabitants: Inhabitants, release: Release) -> None:
    """The place of every municipality by the basket per inhabitant in the report year; 1 is the highest.

    The specification ranks whoever has inhabitants in the source that year: 341. A release may rank fewer,
    where a border has moved, but then with a reason; the places are compared among those that it ranks.
    """
    rate_of: dict[Hashable, float] = {}
    for region in police.municipalities():
        people = inhabitants.get((region, REPORT_YEAR))
        basket = counted(police, SERIES["mand"], region, REPORT_YEAR)
        if people and basket is not None:
            rate_of[region] = basket / people

    def place(region: Hashable, among: Iterable[Hashable]) -> int:
        return 1 + sum(rate_of[other] > rate_of[region] for other in among)

    found = (place(HENGELO, rate_of), len(rate_of))
    ledger.specified("rank of Hengelo, and of how many", found, (40, 341))
    where = f"reeks = 'mand' AND jaar = {REPORT_YEAR}"
    published = release.mapping(
        "marts/vergelijking", ("regio_code",), "rang", f"{where} AND rang IS NOT NULL"
    )
    ranked = [region for region in published if region in rate_of]
    places: dict[Hashable, Any] = {region: place(region, ranked) for region in ranked}
    ledger.table("vergelijking, rang", places, published)
    of_how_many = release.mapping("marts/vergelijking", ("regio_code",), "gerangschikt", where)
    ledger.released("municipalities with a place", len(ranked), of_how_many.get(HENGELO))
    ledger.released("place of Hengelo among these", places.get(HENGELO), published.get(HENGELO))
    remarks = release.mapping("marts/vergelijking", ("regio_code",), "opmerking", f"{where} AND rang IS NULL")
    for region in sorted(set(police.municipalities()) - published.keys()):
        ledger.explained(f"vergelijking, {region} has no place", remarks.get(region))


def on_police_territory(inhabitants: Inhabitants, region: str, year: int) -> int | None:
    """Inhabitants on 1 January of a municipality and of what went into it later, as the police count it."""
    parts = [inhabitants.get((part, year)) for part in (region, *MERGED.get((region, year), ()))]
    return None if None in parts else sum(part or 0 for part in parts)


def rank_ranges(
    ledger: Ledger, police: Police, inhabitants: Inhabitants, peers: list[str], release: Release
) -> None:
    """Between which places each municipality may lie in the report year: whoever is demonstrably above or below."""
    z = float(stats.norm.ppf(0.975))
    compared = {**{name: SERIES[name] for name in ("mand", "overval")}, APPROXIMATION: APPROXIMATED}
    for name, codes in compared.items():
        sum_a, sum_b = squares(police, codes, peers)
        tau2 = max(0.0, sum_a / sum_b)
        observed = {
            region: (count, people)
            for region in police.municipalities()
            if (people := on_police_territory(inhabitants, region, REPORT_YEAR))
            and (count := counted(police, codes, region, REPORT_YEAR)) is not None
        }
        found: dict[Hashable, Any] = {}
        for region, (count, people) in observed.items():
            rate = count / people
            higher = surely_higher = surely_lower = 0
            for other, inside in observed.values():
                spread = (1 + tau2 * count) / (4 * people) + (1 + tau2 * other) / (4 * inside)
                score = (math.sqrt(other / inside) - math.sqrt(rate)) / math.sqrt(spread)
                higher += other / inside > rate
                surely_higher += score > z
                surely_lower += score < -z
            found[region] = (1 + higher, 1 + surely_higher, len(observed) - surely_lower)
        if name == "mand":
            ledger.specified("rank of Hengelo with its range", found[HENGELO], (40, 26, 60))
        where = f"reeks = '{name}' AND jaar = {REPORT_YEAR} AND rang IS NOT NULL"
        published = release.mapping(
            "marts/vergelijking", ("regio_code",), "row(rang, rang_van, rang_tot)", where
        )
        ledger.table(f"vergelijking, {name}, places and their ranges", found, published)


def funnel(
    ledger: Ledger, police: Police, inhabitants: Inhabitants, peers: list[str], release: Release
) -> None:
    """The funnel of the peers in the report year: its fit, and the four limits of every peer."""
    for name, codes in (("mand", SERIES["mand"]), (APPROXIMATION, APPROXIMATED)):
        counts = np.array([counted(police, codes, region, REPORT_YEAR) for region in peers], dtype=float)
        people = np.array([inhabitants[(region, REPORT_YEAR)] for region in peers], dtype=float)
        theta = counts.sum() / people.sum()
        expected = theta * people
        scores = 2 * (np.sqrt(counts) - np.sqrt(expected))
        winsorised = np.clip(scores, np.quantile(scores, 0.1), np.quantile(scores, 0.9))
        phi = float(np.mean(winsorised**2))
        weights, size = 4 * expected, len(peers)
        spread = weights.sum() - (weights**2).sum() / weights.sum()
        tau2 = max(0.0, float((size * phi - size + 1) / spread))
        reach = np.sqrt(1 / (4 * expected) + tau2)
        limits = [
            1000 * theta * np.maximum(0, 1 + sign * stats.norm.ppf(level) * reach) ** 2
            for level in (0.975, 0.999)
            for sign in (-1, 1)
        ]
        if name == "mand":
            own = peers.index(HENGELO)
            for what, value, printed in (
                ("E", expected[own], 1737.115122),
                ("z", scores[own], 8.009964138),
                ("phi", phi, 157.0047306),
                ("tau2", tau2, 0.02587331952),
                ("lower limit", limits[0][own], 9.970892269),
                ("upper limit", limits[1][own], 36.93198961),
                ("wide upper limit", limits[3][own], 47.87221098),
            ):
                ledger.specified(f"funnel of mand, {what}", float(value), printed)
        where = f"reeks = '{name}' AND jaar = {REPORT_YEAR} AND trechter_tau2 IS NOT NULL"
        columns = {
            "verwacht": expected,
            "trechter_score": scores,
            "trechter_onder": limits[0],
            "trechter_boven": limits[1],
            "trechter_onder_ruim": limits[2],
            "trechter_boven_ruim": limits[3],
        }
        for column, values in columns.items():
            published = release.mapping("marts/vergelijking", ("regio_code",), column, where)
            recomputed: dict[Hashable, Any] = dict(zip(peers, map(float, values), strict=True))
            ledger.table(f"vergelijking, {name}, {column}", recomputed, published)


def approximation(ledger: Ledger, police: Police, release: Release) -> None:
    """The own approximation of the Misdaadmeter: the ten codes added, in every municipality and year."""
    where = f"reeks = '{APPROXIMATION}'"
    recomputed: dict[Hashable, Any] = {
        (region, year): counted(police, APPROXIMATED, region, year)
        for region in police.municipalities()
        for year in police.years
    }
    published = release.mapping("marts/vergelijking", ("regio_code", "jaar"), "waarde", where)
    ledger.table(f"vergelijking, {APPROXIMATION}", recomputed, published)
    elsewhere = release.mapping("marts/trend_reeks", ("jaar",), "waarde", where)
    ledger.specified("rows of the approximation among the series of the note", len(elsewhere), 0)


def run(release: Release, fixtures: Path) -> Ledger:
    """All checks."""
    ledger = Ledger()
    police = read_police(fixtures / "politie_47013NED" / "portaal")
    inhabitants = read_inhabitants(fixtures / "cbs_03759ned" / "observations-page-1.json.gz")
    year_ends = read_year_ends(
        fixtures / "cbs_37230ned" / "bevolkingeindeperiod_jaren_22122025.csv.gz", HENGELO_TITLE
    )
    additive_check(ledger, police, release)
    cells(ledger, police, release)
    series(ledger, police, release)
    adopted(ledger, release)
    population(ledger, police, inhabitants, year_ends, release)
    rates(ledger, police, year_ends, release)
    peers = peers_of(inhabitants, police.municipalities(), BASE_YEAR)
    ledger.specified("peers of Hengelo", len(peers), 117)
    where = f"reeks = 'mand' AND jaar = {BASE_YEAR} AND vergelijkbaar"
    marked = release.mapping("marts/vergelijking", ("regio_code",), "vergelijkbaar", where)
    ledger.table("vergelijking, peers", dict.fromkeys(peers, True), marked)
    dispersion(ledger, police, peers, release)
    rank(ledger, police, inhabitants, release)
    rank_ranges(ledger, police, inhabitants, peers, release)
    funnel(ledger, police, inhabitants, peers, release)
    approximation(ledger, police, release)
    return ledger


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 2:
        print("usage: recompute.py RELEASE_DIR FIXTURES_DIR", file=sys.stderr)
        return 2
    try:
        ledger = run(Release(Path(arguments[0])), Path(arguments[1]))
    except (OSError, duckdb.Error, RecordedFileError, ValueError, KeyError) as error:
        print(f"DIFFERENT {type(error).__name__}: {error}")
        return 1
    for failure in ledger.failures:
        print(f"DIFFERENT {failure}")
    print(f"{ledger.checks} checks, {ledger.figures} figures, {'different' if ledger.failures else 'equal'}")
    return 1 if ledger.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
