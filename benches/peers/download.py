#!/usr/bin/env python3
"""Time how the Python package of Statistics Netherlands takes in a table, from a service on this machine.

usage: download.py HOST:PORT TABLE
Prints one line: peer, step, seconds, rows, peak MiB of the process.
"""
import resource, sys, time

import cbsodata

address, table = sys.argv[1:3]
cbsodata.options.use_https = False
began = time.perf_counter()
rows = len(cbsodata.get_data(table, catalog_url=address))
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(f"cbsodata fetch {seconds:8.2f} s {rows:>10} rows {peak:>7} MiB", flush=True)
