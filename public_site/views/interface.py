"""The interfaces for other systems, browsable: drawn by the server from their own OpenAPI documents, without a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from .interface_words import said


@dataclass(frozen=True)
class Row:
    """A parameter or a field: its name, what it holds, whether it must be there, its bounds in words."""

    name: str
    kind: str
    required: bool
    about: str = ""
    place: str = ""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    anchor: str
    summary: str
    about: str
    parameters: list[Row]
    answers: list[tuple[str, str, str]]  # status, words, name of the schema
    asks_session: bool
    #: an address that can be opened as it stands; '' where a part of it must be filled in
    example: str


@dataclass(frozen=True)
class Document:
    title: str
    version: str
    about: str
    address: str
    operations: list[Operation]
    schemas: list[tuple[str, str, list[Row]]]


@require_safe
def interfaces(request: HttpRequest, apis: dict[str, NinjaAPI]) -> HttpResponse:
    """`apis` gives each interface by the path at which it is mounted (see portal/urls.py)."""
    documents = [read(path, api) for path, api in apis.items()]
    context = {
        "documents": documents,
        "origin": request.build_absolute_uri("/").rstrip("/"),
        "crumbs": [(_("Interfaces"), None)],
    }
    return render(request, "public_site/interfaces.html", context)


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """An address below /api/ that no interface has: 404 in the form of the interfaces' other refusals."""
    path = request.path_info
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    detail = "There is no such address."
    if resolve(other).func is not no_such_address:
        if other.endswith("/") and request.method in ("GET", "HEAD"):
            return HttpResponsePermanentRedirect(other)
        detail += f" Did you mean {other}?"
    return JsonResponse({"detail": detail}, status=404, headers={"Access-Control-Allow-Origin": "*"})


def read(path: str, api: NinjaAPI) -> Document:
    schema = api.get_openapi_schema(path_prefix=path)
    info = schema["info"]
    return Document(
        title=info["title"],
        version=info["version"],
        about=said(info.get("description", "")),
        address=f"{path}openapi.json",
        operations=list(_operations(schema)),
        schemas=[
            (name, _first_line(each), list(_fields(each)))
            for name, each in sorted(schema["components"]["schemas"].items())
        ],
    )


def _operations(schema: dict) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, data in methods.items():
            parameters = [
                Row(
                    each["name"],
                    kind_of(each["schema"]),
                    each.get("required", False),
                    bounds(each["schema"]),
                    each["in"],
                )
                for each in data.get("parameters", ())
            ]
            needed = any(row.required for row in parameters)
            yield Operation(
                method=method.upper(),
                path=path,
                anchor=data["operationId"],
                summary=said(data.get("summary", "")),
                about=said(data.get("description", "")),
                parameters=parameters,
                answers=list(_answers(data["responses"])),
                asks_session=bool(data.get("security")),
                example="" if needed or method != "get" else path,
            )


def _answers(responses: dict) -> Iterator[tuple[str, str, str]]:
    for status, data in responses.items():
        content = data.get("content", {}).get("application/json", {}).get("schema", {})
        yield str(status), said(data.get("description", "")), kind_of(content) if content else ""


def _fields(schema: dict) -> Iterator[Row]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield Row(name, kind_of(each), name in required, bounds(each))


def _first_line(schema: dict) -> str:
    return said(schema.get("description", "").split("\n\n")[0])


def kind_of(schema: dict) -> str:
    """A schema in a word or two: "integer", "list of PageOut", "string (uuid) or null"."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return _(" or ").join(dict.fromkeys(kind_of(part) for part in schema[word]))
    if schema.get("type") == "array":
        return _("list of %(kind)s") % {"kind": kind_of(schema.get("items", {}))}
    kind = schema.get("type", "any")
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def bounds(schema: dict) -> str:
    """What a value must keep to, in short: `1–100`, `at most 80 signs`, the values of a list, the default."""
    parts = []
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None or high is not None:
        parts.append(f"{'' if low is None else low}–{'' if high is None else high}")
    if "maxLength" in schema:
        parts.append(f"≤ {schema['maxLength']}")
    if "enum" in schema:
        parts.append(" · ".join(map(str, schema["enum"])))
    if schema.get("default") not in (None, ""):
        parts.append(f"= {json.dumps(schema['default'])}")
    return "; ".join(parts)
