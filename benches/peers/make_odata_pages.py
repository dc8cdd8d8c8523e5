#!/usr/bin/env python3
"""Write a deterministic, synthetic police table as OData v3 JSON pages, with its lists.

The pages have the shape of `TypedDataSet` of data.politie.nl table 47013NED
(codes padded with spaces, `Perioden` as 2019MM01, null for a cell that is not
published). The figures are random: they are for timing only, never for a test
of a number.

usage: make_odata_pages.py OUT_DIR [--regions N] [--years A-B] [--seed S]
writes OUT_DIR/page-00000.json ..., OUT_DIR/lists/*.json (what the service says
of the table), OUT_DIR/untyped/PERIOD-000.json ... (the same figures as
`UntypedDataSet` gives them for one period) and OUT_DIR/manifest.json (rows,
pages, bytes). Needs only the standard library.
"""
import argparse, json, os, random, sys

CODES = ("0.0.0 1.1.1 1.1.2 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.6 1.4.7 "
         "1.5.2 1.6.1 1.6.2 1.6.3 2.1.1 2.2.1 2.4.1 2.4.2 2.5.1 2.5.2 2.6.1 2.6.2 2.6.3 2.6.4 2.6.5 2.6.7 "
         "2.6.8 2.6.9 2.6.10 2.6.11 2.6.12 2.6.13 2.6.14 2.7.2 2.7.3 3.1.1 3.1.2 3.1.3 3.2.1 3.2.2 3.3.2 3.3.5 "
         "3.4.2 3.5.2 3.5.5 3.6.4 3.7.1 3.7.2 3.7.3 3.7.4 3.9.1 3.9.2 3.9.3").split()
PAGE = 10_000
BASE = "https://dataderden.cbs.nl/ODataFeed/OData/47013NED"
TOPIC = "GeregistreerdeMisdrijven_1"


def region_key(r: int) -> str:
    kind = "GM" if r % 70 == 0 else ("WK" if r % 70 < 11 else "BU")
    g = f"{100 + r // 70:04d}"
    return {"GM": f"GM{g}    ", "WK": f"WK{g}{r % 70:02d}  ", "BU": f"BU{g}{r % 70:04d}"}[kind]


def write_reply(path: str, resource: str, rows: list, more: str = "") -> int:
    tail = f',"odata.nextLink":"{more}"' if more else ""
    text = '{\r\n  "odata.metadata":"%s/$metadata#Cbs.OData.WebAPI.%s","value":[\r\n    %s\r\n  ]%s\r\n}' % (BASE, resource, ",".join(rows), tail)
    with open(path, "w", newline="") as f:
        f.write(text)
    return len(text)


def write_lists(out: str, regions: list, periods: list) -> None:
    def dimension(number: int, kind: str, key: str) -> dict:
        return {"odata.type": "Cbs.OData." + kind, "ID": number, "Position": number, "ParentID": None, "Type": kind, "Key": key, "Title": key, "Description": ""}

    def members(keys: list, **more: str) -> list:
        return [{"Key": key, "Title": key.strip(), "Description": "", **more} for key in keys]

    topic = {"odata.type": "Cbs.OData.Topic", "ID": 3, "Position": 3, "ParentID": None, "Type": "Topic", "Key": TOPIC, "Title": "Geregistreerde misdrijven",
             "Description": "", "Datatype": "Long", "Unit": "aantal", "Decimals": 0, "Default": "Missing", "PresentationType": "Absolute"}
    lists = {
        "TableInfos": [{"ID": 0, "Title": "Geregistreerde misdrijven; wijken en buurten 2026", "Identifier": "47013NED", "Summary": "", "Modified": "2026-10-15T02:00:00",
                        "MetaDataModified": "2026-10-15T02:00:00", "OutputStatus": "Regulier"}],
        "DataProperties": [dimension(0, "Dimension", "SoortMisdrijf"), dimension(1, "GeoDimension", "RegioS"), dimension(2, "TimeDimension", "Perioden"), topic],
        "CategoryGroups": [],
        "SoortMisdrijf": members([code.ljust(6) for code in CODES]),
        "RegioS": members(regions),
        "Perioden": members(periods, Status="Definitief"),
    }
    for name, rows in lists.items():
        write_reply(os.path.join(out, "lists", f"{name}.json"), name, [json.dumps(row) for row in rows])


def write_untyped(out: str, regions: list, periods: list, values: list) -> None:
    size = len(regions) * len(periods)
    for p, period in enumerate(periods):
        rows, page = [], 0
        for k, code in enumerate(CODES):
            for r, region in enumerate(regions):
                i = k * size + r * len(periods) + p
                value = "." if values[i] is None else str(values[i])
                rows.append('{\r\n      "ID":%d,"SoortMisdrijf":"%s","RegioS":"%s","Perioden":"%s","%s":"%s"\r\n    }' % (i, code.ljust(6), region, period, TOPIC, value.rjust(8)))
        for start in range(0, len(rows), PAGE):
            more = f"{BASE}/UntypedDataSet?$format=json&$filter=Perioden%20eq%20%27{period}%27&$skip={start + PAGE}" if start + PAGE < len(rows) else ""
            write_reply(os.path.join(out, "untyped", f"{period}-{page:03d}.json"), "UntypedDataSet", rows[start:start + PAGE], more)
            page += 1


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out")
    ap.add_argument("--regions", type=int, default=70, help="number of regions (70 is one mid-size municipality with its wijken and buurten)")
    ap.add_argument("--years", default="2012-2026")
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    first, last = (int(x) for x in a.years.split("-"))
    rng = random.Random(a.seed)
    for folder in ("lists", "untyped"):
        os.makedirs(os.path.join(a.out, folder), exist_ok=True)
    periods = [f"{y}MM{m:02d}" for y in range(first, last + 1) for m in range(1, 13)]
    regions = [region_key(r) for r in range(a.regions)]
    rows, values, page, size = [], [], 0, 0

    def flush(more: bool) -> None:
        nonlocal rows, page, size
        link = f"{BASE}/TypedDataSet?$skip={(page + 1) * PAGE}" if more else ""
        size += write_reply(os.path.join(a.out, f"page-{page:05d}.json"), "TypedDataSet", rows, link)
        page += 1
        rows = []

    total = len(CODES) * len(regions) * len(periods)
    small = [0] * 60 + [1] * 12 + [2] * 6 + [3] * 4 + [5, 8, 13]
    for code in CODES:
        scale = 40 if code == "0.0.0" else 1
        for region in regions:
            for p in periods:
                n = rng.choice(small) * scale
                value = None if n == 0 and rng.random() < 0.2 else n
                rows.append('{\r\n      "ID":%d,"SoortMisdrijf":"%s","RegioS":"%s","Perioden":"%s","%s":%s\r\n    }' % (len(values), code.ljust(6), region, p, TOPIC, "null" if value is None else value))
                values.append(value)
                if len(rows) == PAGE:
                    flush(len(values) < total)
    if rows:
        flush(False)
    write_lists(a.out, regions, periods)
    write_untyped(a.out, regions, periods, values)
    with open(os.path.join(a.out, "manifest.json"), "w") as f:
        json.dump({"rows": len(values), "pages": page, "bytes": size, "seed": a.seed}, f)
    print(f"{len(values)} rows, {page} pages, {size} bytes", file=sys.stderr)


main()
