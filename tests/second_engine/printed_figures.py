"""What the note and the specification print: the codes of each row, year 0 as adopted, the expected figures.

They stand here, and are not read from the registers, because a register with a wrong code has to be seen.
"""

from __future__ import annotations

from collections.abc import Mapping

TOTAL = "0.0.0"
# Before this year the code of fraud held other things.
FRAUD_FROM = 2016

THEFT = {
    "woninginbraken": ("1.1.1",),
    "diefstal_box_garage": ("1.1.2",),
    "diefstal_uit_motorvoertuig": ("1.2.1",),
    "fietsendiefstal": ("1.2.3",),
    "inbraak_bedrijven": ("2.5.1",),
    "winkeldiefstal": ("2.5.2",),
    "overige_vermogensdelicten": ("1.6.2",),
}
VIOLENCE = {
    "bedreiging": ("1.4.4",),
    "mishandeling": ("1.4.5",),
    "overval": ("1.4.7",),
    "straatroof": ("1.4.6",),
    "openlijk_geweld": ("1.4.3",),
}
ROWS = THEFT | VIOLENCE | {"zedendelicten": ("1.4.1",), "illegale_handel": ("3.1.1", "3.1.2", "3.1.3")}
FRAUD = ("3.9.1",)


def union(rows: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The codes of several rows together."""
    return tuple(code for codes in rows.values() for code in codes)


SERIES = ROWS | {
    "vermogensdelicten": union(THEFT),
    "gewelddelicten": union(VIOLENCE),
    "mand": union(ROWS),
    "horizontale_fraude": FRAUD,
    "mand_met_fraude": union(ROWS) + FRAUD,
    "cybercrime": ("3.7.4",),
    "totaal_misdrijven": (TOTAL,),
}
# The ten kinds of crime of the AD Misdaadmeter of 2017-2019, in the own approximation: each counts once.
APPROXIMATION = "eigen_benadering_misdaadmeter"
APPROXIMATED = ("1.1.1", "1.1.2", "1.2.1", "1.2.2", "1.2.4", "1.4.4", "1.4.5", "1.4.6", "1.4.7", "2.2.1")
THEMES = {
    "4.1.3": ROWS["illegale_handel"],
    "4.2.2": ("2.5.1", "2.5.2"),
    "4.2.4": ("3.9.1", "3.7.4"),
    "4.3.1": ("1.1.1",),
    "4.3.3": ("1.2.1", "1.2.3"),
}

# The column of 2019 in the note's table of crimes: year 0 as adopted.
ADOPTED = {
    "woninginbraken": 176,
    "diefstal_box_garage": 70,
    "diefstal_uit_motorvoertuig": 118,
    "fietsendiefstal": 704,
    "inbraak_bedrijven": 60,
    "winkeldiefstal": 200,
    "overige_vermogensdelicten": 472,
    "bedreiging": 104,
    "mishandeling": 150,
    "overval": 7,
    "straatroof": 3,
    "openlijk_geweld": 15,
    "zedendelicten": 47,
    "illegale_handel": 122,
    "horizontale_fraude": 382,
}

# The specification's table of Hengelo: 2019, 2021, 2022 and tau2 to five decimals.
PRINTED = {
    "mand": (2140, 1758, 2087, 0.00230),
    "woninginbraken": (170, 132, 142, 0.01495),
    "diefstal_box_garage": (61, 65, 47, 0.03041),
    "diefstal_uit_motorvoertuig": (114, 155, 118, 0.01676),
    "fietsendiefstal": (599, 389, 678, 0.01081),
    "inbraak_bedrijven": (73, 30, 65, 0.01381),
    "winkeldiefstal": (200, 136, 155, 0.00689),
    "overige_vermogensdelicten": (471, 388, 447, 0.00396),
    "bedreiging": (106, 113, 105, 0.00240),
    "mishandeling": (149, 145, 176, 0.00170),
    "overval": (7, 3, 0, 0.05194),
    "straatroof": (4, 1, 5, 0.02523),
    "openlijk_geweld": (15, 16, 17, 0.02064),
    "zedendelicten": (47, 43, 47, 0.02330),
    "illegale_handel": (124, 142, 85, 0.01517),
    "horizontale_fraude": (381, 531, 388, 0.00786),
}
# Value 6 of the specification: the sums of A and B.
PRINTED_SUMS = {
    "mand": (71031024, 30875330318),
    "fietsendiefstal": (16626992, 1538711678),
    "horizontale_fraude": (975308, 124054162),
}
