"""What the server answers: the report that the command writes, and nothing that a browser may misuse."""

import json
import re

import pytest

import anomaly

POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')


def test_the_page_is_what_the_command_writes(desk, written, trained):
    shown = desk.get("/report")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert shown.body == written(trained)


def test_the_headers_hold_the_browser_to_the_policy_of_the_page(desk):
    shown = desk.get("/report")
    own = POLICY.search(shown.body)[1].decode().replace("&#39;", "'")
    assert "script-src 'sha256-" in own
    assert shown.headers["Content-Security-Policy"] == f"{own}; frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/report", "/", "/health", "/nowhere"])
def test_every_answer_has_the_safe_headers(desk, path):
    headers = desk.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
    assert "Server" not in headers


def test_the_start_leads_to_the_report(desk):
    answer = desk.get("/")
    assert (answer.status, answer.headers["Location"]) == (307, "/report")


def test_health_names_the_run_and_the_version(desk, trained):
    found = json.loads(desk.get("/health").body)
    assert found == {"status": "ok", "run": str(trained), "version": anomaly.__version__}


@pytest.mark.parametrize("path", ["/report", "/", "/health", "/nowhere"])
def test_head_gives_the_headers_alone(desk, path):
    asked, shown = desk.get(path, "HEAD"), desk.get(path)
    assert (asked.status, asked.body) == (shown.status, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Content-Security-Policy"):
        assert asked.headers[name] == shown.headers[name]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/nowhere", "GET", 404),
        ("/report/", "GET", 307),
        ("/docs", "GET", 404),
        ("/openapi.json", "GET", 404),
        ("/../../etc/passwd", "GET", 404),
        ("/%00", "GET", 404),
        ("/report", "POST", 405),
        ("/report", "DELETE", 405),
    ],
)
def test_what_is_not_there_is_said_without_a_traceback(desk, path, method, status):
    answer = desk.get(path, method)
    assert answer.status == status
    assert "Traceback" not in answer.text
    assert desk.complaints == ""


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
def test_a_browser_that_has_the_page_is_told_so(desk, form):
    etag = desk.get("/report").headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{64}"', etag)
    answer = desk.get("/report", If_None_Match=form.format(etag))
    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("other", ['"other"', "", "other"])
def test_a_browser_that_has_another_page_gets_this_one(desk, other):
    answer = desk.get("/report", If_None_Match=other)
    assert answer.status == 200
    assert answer.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000"])
def test_names_of_this_machine_are_answered(desk, host):
    assert desk.get("/health", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost@evil.example", ""],
)
@pytest.mark.parametrize("path", ["/report", "/", "/health", "/nowhere"])
def test_a_page_that_makes_its_own_name_lead_here_learns_nothing(desk, host, path):
    answer = desk.get(path, Host=host)
    assert (answer.status, answer.text) == (400, "Invalid host header")
