"""JSON-LD for search engines: a program as schema.org GovernmentService."""

from __future__ import annotations

import json

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from programs_catalog.models import Program

from .templatetags.site import local

# Would end the script element or open a comment inside it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def government_service(program: Program, request: HttpRequest) -> SafeString:
    """The JSON text of a program, safe inside a script element."""
    area = program.region.full_name if program.region_id else "Indonesia"
    data = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": str(program),
        "alternateName": program.acronym or None,
        "description": program.text("summary"),
        "url": request.build_absolute_uri(local(program.path)),
        "serviceType": str(program.sector),
        "areaServed": {"@type": "AdministrativeArea", "name": str(area)},
        "provider": {
            "@type": "GovernmentOrganization" if program.provider.level != "non_government" else "NGO",
            "name": str(program.provider),
            "url": program.provider.website or None,
        },
        "audience": {"@type": "Audience", "audienceType": program.text("eligibility")},
        "isAccessibleForFree": not program.cost,
    }
    clean = {key: value for key, value in data.items() if value is not None}
    return mark_safe(json.dumps(clean, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped above
