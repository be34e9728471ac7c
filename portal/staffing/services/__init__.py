"""Use cases of staff: one function each, by subject."""
