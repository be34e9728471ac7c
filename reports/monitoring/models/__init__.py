"""Records of monitoring: instruments, crosswise pairs, visits, findings."""

from .instruments import Instrument, InstrumentVersion, Purpose, digest_of
from .supervision import Finding, SupervisionPair, SupervisionVisit

__all__ = [
    "Finding",
    "Instrument",
    "InstrumentVersion",
    "Purpose",
    "SupervisionPair",
    "SupervisionVisit",
    "digest_of",
]
