"""The composition root of the API; each app's `api.py` holds its router."""

from ninja import NinjaAPI

from cases.casework.api import router as cases
from portal.regions.api import router as regions
from public_site.content_api import router as pages

api = NinjaAPI(
    title="SLRT Portal",
    version="1",
    description=(
        "Regions and the pages of the site are public. Cases ask for the session of an officer and answer within the "
        "officer's area."
    ),
    urls_namespace="api-v1",
    docs_url=None,
)
api.add_router("/regions", regions)
api.add_router("/pages", pages)
api.add_router("/cases", cases)
