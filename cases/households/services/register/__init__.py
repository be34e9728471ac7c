"""Loading extracts of the national register (DTKS, today DTSEN): resumable, idempotent, checked row by row (H-01).

A file has one row per person, with the household's columns repeated. The check reads it in a stream and lays the good
rows, sealed already, into a staging table (COPY on PostgreSQL); errors are kept by row and column. Writing merges staged
rows into the tables in chunks, each one transaction together with the line it reached. What officers recorded on top
(participation, visits, proposals, cases, a NIK that came later) lies in rows and columns that this never touches.
"""

from .loading import check_register, start_import, write_register
from .reading import COLUMNS, CONDITIONS

__all__ = ["COLUMNS", "CONDITIONS", "check_register", "start_import", "write_register"]
