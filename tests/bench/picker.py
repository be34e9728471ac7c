"""The region picker over all villages: the slowest of many searches, held against the 50 ms that feel immediate."""

import time

from portal.regions.models import Level, full_names
from portal.regions.search import search
from tests.bench import Row, measure

QUERIES = [
    ("catur", {"level": Level.VILLAGE, "within": "34"}),
    ("depok sleman", {}),
    ("ma", {"level": Level.VILLAGE}),
    ("suka maju", {}),
    ("kab. bandung", {}),
    ("sungai", {"level": Level.VILLAGE}),
    ("3404072001", {}),
    ("depok", {"bounds": ["34.04", "32"]}),
    ("tidak ada desa begini", {}),
]


@measure("Region picker", on=("sqlite", "postgresql"))
def picker_latency():
    times = {}
    for query, narrowed in QUERIES:
        best = float("inf")
        for _attempt in range(5):
            started = time.perf_counter()
            full_names(search(query, **narrowed))
            best = min(best, time.perf_counter() - started)
        times[query] = best * 1000
    slowest = max(times, key=times.get)
    yield Row(f"slowest search ({slowest!r}) with the names above it", times[slowest], 50, "ms", at_most=1)
    yield Row("mean search", sum(times.values()) / len(times), 50, "ms", at_most=1)
