"""The composition root of the API; each app's `api.py` holds its router."""

from django.utils.cache import patch_cache_control
from ninja import NinjaAPI

from cases.casework.api import router as cases
from portal.regions.api import router as regions
from public_site.content_api import router as pages


class PortalAPI(NinjaAPI):
    """What a signed-in officer is answered is stored nowhere on the way."""

    def create_response(self, request, *args, **kwargs):
        response = super().create_response(request, *args, **kwargs)
        if getattr(request, "auth", None):
            patch_cache_control(response, private=True, no_store=True)
        return response


api = PortalAPI(
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
