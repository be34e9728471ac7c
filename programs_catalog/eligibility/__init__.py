"""Eligibility as data: a vocabulary of facts, rules over them, and one meaning in four places (answers, household, query, words)."""
