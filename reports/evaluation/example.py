"""An example of a typology scheme, for demonstrations and as a first draft; the real one is decided year by year (E-10).

The guideline leaves the scoring to a later decision, so nothing in force is taken from here.
"""

SCHEME = {
    "indicators": [
        {"key": "regulation", "aspect": "regulation", "label": "Regulasi penyelenggaraan", "points": "number(${regulation})", "best": "3"},
        {"key": "institution", "aspect": "institution", "label": "Bentuk kelembagaan", "points": "number(${institution})", "best": "2"},
        {"key": "finished", "aspect": "complaints", "label": "Keluhan yang selesai", "points": "${complaints_finished} div 90 * 4", "best": "4"},
        {"key": "data_used", "aspect": "data", "label": "Bidang yang memakai data", "points": "count(${data_used})", "best": "3"},
        {"key": "innovations", "aspect": "innovation", "label": "Inovasi layanan", "points": "${innovations}", "best": "3"},
        {"key": "budget", "aspect": "budget", "label": "Anggaran daerah setahun (per Rp250 juta)", "points": "${budget_per_year} div 250000000", "best": "3"},
        {"key": "positions", "aspect": "people", "label": "Jabatan yang terisi", "points": "${positions_filled} div 95 * 4", "best": "4"},
    ],
    "weights": {"regulation": 15, "institution": 15, "complaints": 20, "data": 15, "innovation": 10, "budget": 15, "people": 10},
    "developing_from": "50",
    "advanced_from": "80",
}  # fmt: skip
