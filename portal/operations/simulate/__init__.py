"""A nation of invented data, of any size from one village: the same seed gives the same people, cases and dates.

`plan` says how much of what lies where and when, `keys` which keys it gets, `offices`, `register` and `work` make the rows
of one regency, `papers` and `reports` what stands around them, `bulk` and `loading` write them, `makers` holds a regency
together and `workers` several processes, `run` leads through all and tells how far it is.
"""
