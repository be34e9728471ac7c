"""Whoever writes a log line: no NIK, KK or telephone number leaves in it."""

import json
import logging
import sys
from pathlib import Path

import pytest
import structlog

from portal.operations import logs

NIK = "3404075708900001"
PHONE = "081234567890"


@pytest.fixture(params=[True, False], ids=["json", "line"])
def written(request):
    """A logger of the library kind, and what its handler has written so far."""
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logs.formatter(json=request.param))
    logger = logging.getLogger("test.logs")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel("INFO")
    yield logger, lines
    logger.handlers, logger.propagate = [], True


def clean(lines) -> str:
    text = "\n".join(lines)
    assert text
    for secret in (NIK, "3404 0757 0890 0001", PHONE, "+6281234567890"):
        assert secret not in text
    return text


def test_a_message_and_its_arguments(written):
    logger, lines = written
    logger.info("person %s called from %s", NIK, PHONE)
    logger.info("typed as 3404 0757 0890 0001, +6281234567890")
    assert "[number]" in clean(lines) and "[phone]" in clean(lines)


def test_a_traceback(written):
    logger, lines = written
    try:
        raise ValueError(f"no person with NIK {NIK}")
    except ValueError:
        logger.exception("look-up failed")
    assert "ValueError" in clean(lines)


def test_values_of_structlog_at_any_depth_and_of_any_type(written):
    logger, lines = written
    log = structlog.wrap_logger(
        logger,
        processors=[*logs._SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    log.info("import", row={"nik": NIK, "kk": int(NIK), NIK: 1}, phones=(PHONE, [PHONE]), count=12, ok=True)
    text = clean(lines)
    assert "12" in text


def test_json_lines_are_json():
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "count %s", (3,), None)
    line = json.loads(logs.formatter(json=True).format(record))
    assert (line["event"], line["level"], line["logger"]) == ("count 3", "info", "a")


def test_every_handler_of_the_settings_uses_the_formatter(settings):
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"line"}
    assert settings.LOGGING["formatters"]["line"]["()"] == "portal.operations.logs.formatter"


def test_the_web_server_uses_it_too():
    source = Path("gunicorn.conf.py").read_text(encoding="utf-8")
    values = {"__file__": "gunicorn.conf.py"}
    exec(compile(source, "gunicorn.conf.py", "exec"), values)
    formatters = values["logconfig_dict"]["formatters"]
    assert {item["()"] for item in formatters.values()} == {"portal.operations.logs.formatter"}
    assert "portal.operations.logs" in sys.modules
