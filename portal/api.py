"""The composition root of the API; each app's `api.py` holds its router."""

from ninja import NinjaAPI

api = NinjaAPI(title="SLRT Portal", version="1", urls_namespace="api-v1")
