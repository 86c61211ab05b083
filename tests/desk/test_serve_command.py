"""The command: where it listens, what it prints, how it ends, and what it refuses."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys

import pytest
import typer

import anomaly
from anomaly.desk.serving import Desk


@pytest.fixture
def told(command, monkeypatch):
    """Run the command in this process without serving, and return what it printed."""
    monkeypatch.setattr(Desk, "serve", lambda _, once_ready: once_ready())
    return lambda *words: command("serve", *words)


@pytest.fixture
def refused(command):
    return lambda *words: command("serve", *words).complaint


@pytest.fixture
def taken():
    """A port that another program listens at."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


# What it prints.


def test_it_tells_a_person_where_to_look(told, trained):
    done = told(trained, "--port=0")
    assert (done.status, done.err) == (0, "")
    assert re.fullmatch(
        rf"Serving {trained} at http://127\.0\.0\.1:\d+ until Ctrl-C\n", done.out
    ), done.out


def test_it_tells_a_program_where_to_ask(desk, trained):
    assert desk.said.keys() == {"url", "run"}
    assert desk.said["run"] == str(trained)
    assert desk.get("/health").status == 200


def test_quiet_prints_nothing(told, trained):
    done = told(trained, "--port=0", "--host=0.0.0.0", "--quiet")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_a_file_sets_its_options(told, trained, tmp_path):
    options = tmp_path / "options.toml"
    options.write_text('[serve]\nport = 0\nhost = "localhost"\njson = true\n')
    assert told(trained, f"--config={options}").json["url"].startswith("http://localhost:")


def test_open_shows_it_in_the_browser(told, trained, monkeypatch):
    opened = []
    monkeypatch.setattr(typer, "launch", opened.append)
    assert told(trained, "--port=0").status == 0
    assert opened == []
    url = told(trained, "--port=0", "--open", "--json").json["url"]
    assert opened == [url]


def test_an_ipv6_address_stands_in_brackets(serve, trained):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = serve(trained, "--host=::1")
    assert re.fullmatch(r"http://\[::1\]:\d+", server.url)
    assert server.get("/health").status == 200
    assert server.get("/health", Host="evil.example").status == 400


def test_all_addresses_are_everybodys_and_it_says_so(serve, trained):
    server = serve(trained, "--host=0.0.0.0")
    assert server.complaints == (
        "note: everybody on the network can read the report, without a password\n"
    )
    assert server.url.startswith("http://127.0.0.1:")
    assert server.get("/health", Host="its.name.there").status == 200


# How it ends.


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_peace(serve, trained, how):
    server = serve(trained)
    assert server.end(how) == (0, "", "")


def test_a_browser_that_stays_connected_does_not_hold_up_the_end(serve, trained):
    server = serve(trained)
    address = server.url.removeprefix("http://").split(":")
    with socket.create_connection(address), socket.create_connection(address) as asking:
        asking.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert asking.recv(1 << 16).startswith(b"HTTP/1.1 200")
        assert server.end(signal.SIGINT) == (0, "", "")


def test_a_request_that_is_none_is_not_worth_a_line(serve, trained):
    server = serve(trained)
    address = server.url.removeprefix("http://").split(":")
    with socket.create_connection(address) as asking:
        asking.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert asking.recv(1 << 16).startswith(b"HTTP/1.1 400")
    assert server.get("/health").status == 200
    assert server.end() == (0, "", "")


# What it refuses.


def test_a_folder_that_is_no_run(refused, tmp_path):
    assert refused("nowhere") == "there is no run nowhere; train one with: anomaly train DATA"
    assert f"{tmp_path} is no run" in refused(tmp_path)


def test_a_port_in_use(refused, trained, taken):
    assert refused(trained, f"--port={taken}") == (
        f"--port {taken}: another program listens there; name another port, or 0 for a free one"
    )


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_out_of_range(refused, trained, port):
    assert refused(trained, "--port", port) == (
        f"--port {port}: give 0 to 65535; 0 takes a free one"
    )


def test_a_port_that_is_none(refused, trained):
    assert "Invalid value for '--port'" in refused(trained, "--port=http")


@pytest.mark.parametrize("host", ["no such host", "http://localhost", "", "x" * 70, "a..b"])
def test_a_host_that_is_none(refused, trained, host):
    assert refused(trained, "--host", host) == (
        f"--host {host}: there is no such host; 127.0.0.1 is this machine alone, 0.0.0.0 all of "
        "its addresses"
    )


def test_a_host_that_is_another_machine(refused, trained):
    assert refused(trained, "--host=192.0.2.1") == (
        "--host 192.0.2.1: it is no address of this machine; 127.0.0.1 is this machine alone, "
        "0.0.0.0 all of its addresses"
    )


@pytest.mark.parametrize(
    ("number", "complaint"),
    [
        (
            errno.EACCES,
            "--port 80: the system does not let you listen there; name a port from 1024",
        ),
        (errno.EMFILE, "--host 127.0.0.1 --port 80: the system says: Too many open files"),
    ],
)
def test_what_the_system_does_not_allow(refused, trained, monkeypatch, number, complaint):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket, "create_server", refuse)
    assert refused(trained, "--port=80") == complaint


@pytest.mark.parametrize("module", ["fastapi", "uvicorn"])
def test_a_package_that_is_not_installed(refused, trained, monkeypatch, module):
    monkeypatch.delitem(sys.modules, "anomaly.desk")
    monkeypatch.setitem(sys.modules, module, None)
    assert refused(trained) == (
        "anomaly serve needs FastAPI and uvicorn; install them with: pip install fastapi uvicorn "
        "(or install anomaly with its extra named desk)"
    )


# What is imported.


def test_serving_the_report_imports_no_tensorflow(serve, trained):
    server = serve(trained, PYTHONPROFILEIMPORTTIME="1")
    assert server.get("/report").status == 200
    _, _, shown = server.end()
    found = {line.rpartition("|")[2].strip().partition(".")[0] for line in shown.splitlines()}
    assert {"anomaly", "fastapi", "reports"} <= found
    assert found.isdisjoint({"tensorflow", "keras"})


def test_the_other_commands_do_without_the_desk(trained, tmp_path):
    code = (
        "import sys; sys.modules |= {'fastapi': None, 'uvicorn': None}\n"
        f"sys.argv = ['anomaly', 'report', {str(trained)!r}, '--out', 'page.html']\n"
        "import cli; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert (tmp_path / "page.html").is_file()


def test_python_is_told_of_a_port_in_use(trained, taken):
    with pytest.raises(anomaly.OptionError, match="another program listens there"):
        Desk(trained, port=taken)
