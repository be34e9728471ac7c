"""The doors of the public site that show records; prose has its pages (models.py)."""
