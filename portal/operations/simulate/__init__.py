"""A nation of invented data, of any size from one village: the same seed gives the same people, cases and dates.

`plan` says how much of what lies where and when, `offices`, `register` and `work` make the rows of one regency,
`papers` the reports and evaluations, `bulk` writes them, `run` leads through the regencies and tells how far it is.
"""
