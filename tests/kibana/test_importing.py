"""The import, against a server that checks it as Kibana does."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.kibana import build, import_objects, packaged_objects
from pipelines.config import packaged_beat
from pipelines.model import KibanaPlace
from tests.kibana.fields import indices
from tests.kibana.server import Kibana, running
from tests.kibana.structure import parsed, problems

OBJECTS = build(packaged_objects(), packaged_beat() / "kibana")
IDS = [json.loads(line)["id"] for line in OBJECTS.splitlines()]
DEFAULT = "maplewire-articles"
KEY = "c2VjcmV0LWtleS1vZi1tYXBsZXdpcmU="


def no_pause(_: float) -> None:
    return


@pytest.fixture
def kibana() -> Iterator[Kibana]:
    with running(Kibana()) as server:
        yield server


def changed(line: bytes, **attributes: Any) -> bytes:
    one = json.loads(line)
    one["attributes"] |= attributes
    return json.dumps(one).encode() + b"\n"


def test_everything_is_created_and_the_default_view_chosen(kibana: Kibana) -> None:
    report = import_objects(kibana.url, OBJECTS, default_view=DEFAULT)
    assert list(report.created) == IDS
    assert report.replaced == ()
    assert len(kibana.spaces["default"]) == len(IDS)
    assert kibana.default_views == {"default": DEFAULT}


def test_importing_again_replaces_and_keeps_the_view_a_person_chose(kibana: Kibana) -> None:
    import_objects(kibana.url, OBJECTS, default_view=DEFAULT)
    kibana.default_views["default"] = "their-own"
    kibana.spaces["default"]["search", IDS[4]] = {"attributes": {"title": "changed by hand"}}
    report = import_objects(kibana.url, OBJECTS, default_view=DEFAULT)
    assert report.created == ()
    assert list(report.replaced) == IDS
    assert report.lines() == (f"Kibana: replaced {len(IDS)} objects",)
    assert kibana.default_views == {"default": "their-own"}


def test_objects_go_into_the_space_that_was_named(kibana: Kibana) -> None:
    kibana.spaces["desk one"] = {}
    import_objects(kibana.url, OBJECTS, space="desk one", default_view=DEFAULT)
    assert len(kibana.spaces["desk one"]) == len(IDS)
    assert kibana.spaces["default"] == {}
    assert kibana.default_views == {"desk one": DEFAULT}


def test_a_second_space_keeps_its_own_ids_and_its_default_view(kibana: Kibana) -> None:
    kibana.spaces["desk one"] = {}
    place = KibanaPlace(space="desk one")
    objects = build(packaged_objects(), packaged_beat() / "kibana", place)
    import_objects(kibana.url, OBJECTS, default_view=DEFAULT)
    for _ in range(2):
        report = import_objects(kibana.url, objects, space="desk one", default_view=place.id_of(DEFAULT))
        assert report.renamed == {}
    assert len(report.replaced) == len(IDS)
    assert {id_ for _, id_ in kibana.spaces["desk one"]} == {f"{id_}-desk-one" for id_ in IDS}
    assert kibana.default_views == {"default": DEFAULT, "desk one": f"{DEFAULT}-desk-one"}
    assert {id_ for _, id_ in kibana.spaces["default"]} == set(IDS)


def test_default_view_is_the_one_that_was_made_where_kibana_gave_another_id(kibana: Kibana) -> None:
    kibana.spaces["desk one"] = {}
    import_objects(kibana.url, OBJECTS, default_view=DEFAULT)
    first = import_objects(kibana.url, OBJECTS, space="desk one", default_view=DEFAULT)
    chosen = kibana.default_views["desk one"]
    assert chosen == first.renamed[DEFAULT] != DEFAULT
    assert ("index-pattern", chosen) in kibana.spaces["desk one"]
    again = import_objects(kibana.url, OBJECTS, space="desk one", default_view=DEFAULT)
    assert again.renamed == first.renamed
    assert again.created == ()


def test_two_beats_on_one_cluster_and_in_one_space_have_objects_of_their_own(kibana: Kibana) -> None:
    place = KibanaPlace("siemens_news")
    import_objects(kibana.url, OBJECTS, default_view=DEFAULT)
    objects = build(packaged_objects(), None, place)
    report = import_objects(kibana.url, objects, default_view=place.id_of(DEFAULT))
    assert report.replaced == ()
    assert problems(parsed(objects), indices("siemens_news")) == []
    titles = [one["attributes"].get("title") for one in kibana.spaces["default"].values()]
    named = [title for title in titles if title is not None]
    assert len(named) == len(set(named))
    assert {"news-articles", "siemens_news-articles", "Maplewire: coverage (siemens_news)"} <= set(named)


def test_objects_of_any_place_are_sound() -> None:
    objects = build(packaged_objects(), packaged_beat() / "kibana", KibanaPlace("a_b", "Desk_1"))
    assert problems(parsed(objects), indices("a_b")) == []


def test_space_that_does_not_exist_is_named_as_the_trouble(kibana: Kibana) -> None:
    with pytest.raises(PermanentError, match="space that exists"):
        import_objects(kibana.url, OBJECTS, space="nowhere")


def test_base_path_of_the_address_is_kept(kibana: Kibana) -> None:
    with pytest.raises(PermanentError, match="base path"):
        import_objects(f"{kibana.url}/kibana/", OBJECTS)
    assert kibana.seen[-1][1] == "/kibana/api/status"


def test_import_waits_until_kibana_is_available(kibana: Kibana) -> None:
    pauses: list[float] = []
    starting = {"status": {"overall": {"level": "degraded"}}}
    kibana.statuses = [(503, {}), (503, starting), (200, starting), (401, {}), (429, {})]
    import_objects(kibana.url, OBJECTS, pause=pauses.append)
    assert len(pauses) == 5
    assert len(kibana.spaces["default"]) == len(IDS)


def test_import_waits_for_a_server_that_is_not_there_yet() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pauses: list[float] = []
    with pytest.raises(TemporaryError, match=r"does not answer.*waited 3 s"):
        import_objects(f"http://127.0.0.1:{port}", OBJECTS, wait_s=3)
    with pytest.raises(TemporaryError, match="does not answer"):
        import_objects(f"http://127.0.0.1:{port}", OBJECTS, wait_s=0, pause=pauses.append)
    assert pauses == []


def test_kibana_that_never_gets_ready_is_temporary(kibana: Kibana) -> None:
    kibana.answers["/api/status"] = (503, {}, b"Kibana server is not ready yet")
    with pytest.raises(TemporaryError, match=r"not ready \(status 503\); waited 0 s"):
        import_objects(kibana.url, OBJECTS, wait_s=0)
    assert kibana.spaces["default"] == {}


@pytest.mark.parametrize("how", ["key", "basic", "address"])
def test_credentials_are_sent_with_every_request(kibana: Kibana, how: str) -> None:
    basic = f"Basic {base64.b64encode(b'desk:p:w/ord').decode()}"
    kibana.credentials = f"ApiKey {KEY}" if how == "key" else basic
    url = kibana.url.replace("//", "//desk:p%3Aw%2Ford@") if how == "address" else kibana.url
    import_objects(
        url,
        OBJECTS,
        api_key=KEY if how == "key" else None,
        basic=("desk", "p:w/ord") if how == "basic" else None,
        default_view=DEFAULT,
    )
    assert [headers["Authorization"] for _, _, headers in kibana.seen] == [kibana.credentials] * 3


def test_wrong_key_is_one_clear_line_without_the_key(kibana: Kibana) -> None:
    kibana.credentials = "ApiKey other"
    with pytest.raises(PermanentError, match="refuses the API key") as caught:
        import_objects(kibana.url, OBJECTS, api_key=KEY, wait_s=0)
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_key_that_no_header_can_carry_is_refused_without_being_shown() -> None:
    with pytest.raises(PermanentError, match="line break") as caught:
        import_objects("http://127.0.0.1:9", OBJECTS, api_key=f"{KEY}\nX-Other: 1")
    assert KEY not in str(caught.value)


def test_password_in_the_address_reaches_no_error_text() -> None:
    with pytest.raises(TemporaryError) as caught:
        import_objects("http://desk:hush@127.0.0.1:9", OBJECTS, wait_s=0)
    assert "hush" not in str(caught.value)
    assert "desk" not in str(caught.value)


def test_success_false_in_a_status_of_200_is_a_failure(kibana: Kibana) -> None:
    without_view = b"".join(
        line + b"\n" for line in OBJECTS.splitlines() if b'"maplewire-runs","managed"' not in line
    )
    with pytest.raises(PermanentError) as caught:
        import_objects(kibana.url, without_view, default_view=DEFAULT)
    assert "search maplewire-search-runs: missing references (index-pattern maplewire-runs)" in str(
        caught.value
    )
    assert kibana.default_views == {}


def test_conflict_is_told_by_the_object_that_has_it(kibana: Kibana) -> None:
    answer = {
        "success": False,
        "successCount": 0,
        "errors": [{"type": "tag", "id": "t", "error": {"type": "ambiguous_conflict", "destinations": []}}],
    }
    kibana.answers["/api/saved_objects/_import"] = (200, {}, json.dumps(answer).encode())
    with pytest.raises(PermanentError, match=r"took 0 of .*\n  tag t: ambiguous conflict"):
        import_objects(kibana.url, OBJECTS)


def test_success_that_counts_too_few_is_a_failure(kibana: Kibana) -> None:
    kibana.answers["/api/saved_objects/_import"] = (200, {}, b'{"success": true, "successCount": 3}')
    with pytest.raises(PermanentError, match=f"took 3 of {len(IDS)}"):
        import_objects(kibana.url, OBJECTS)


def test_attribute_that_kibana_refuses_is_told_in_its_words(kibana: Kibana) -> None:
    with pytest.raises(PermanentError, match=r"answered 400: \[attributes.colour\]"):
        import_objects(kibana.url, changed(OBJECTS.splitlines()[0], colour="red"))


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, PermanentError, "answered 400"),
        (403, PermanentError, "does not let this user"),
        (413, PermanentError, "maxImportPayloadBytes"),
        (429, TemporaryError, "answered 429"),
        (500, TemporaryError, "answered 500"),
        (503, TemporaryError, "answered 503"),
    ],
)
def test_refusals_are_temporary_or_permanent(
    kibana: Kibana, status: int, error: type[Exception], words: str
) -> None:
    kibana.answers["/api/saved_objects/_import"] = (status, {}, b"<html>")
    with pytest.raises(error, match=words):
        import_objects(kibana.url, OBJECTS)


@pytest.mark.parametrize("path", ["/api/status", "/api/saved_objects/_import"])
def test_redirects_are_told_and_never_followed(kibana: Kibana, path: str) -> None:
    with running(Kibana()) as elsewhere:
        kibana.answers[path] = (302, {"Location": f"{elsewhere.url}/api/status"}, b"")
        with pytest.raises(PermanentError, match="redirects"):
            import_objects(kibana.url, OBJECTS, api_key=KEY)
        assert elsewhere.seen == []


@pytest.mark.parametrize("path", ["/api/status", "/api/saved_objects/_import", "/api/data_views/default"])
@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[]", b"[" * 100_000, b"\xff\x00"])
def test_something_that_is_not_kibana_is_told(kibana: Kibana, path: str, body: bytes) -> None:
    kibana.answers[path] = (200, {}, body)
    with pytest.raises(PermanentError, match="is not Kibana"):
        import_objects(kibana.url, OBJECTS, default_view=DEFAULT, pause=no_pause)


def test_answer_of_odd_shapes_is_an_error_and_no_crash(kibana: Kibana) -> None:
    for answer in (
        {},
        {"success": 1},
        {"success": False, "errors": [3, {"error": "x"}, {"error": {"references": [1]}}]},
    ):
        kibana.answers["/api/saved_objects/_import"] = (200, {}, json.dumps(answer).encode())
        with pytest.raises(PermanentError):
            import_objects(kibana.url, OBJECTS)


def test_connection_that_breaks_off_is_temporary() -> None:
    class Mute(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    with HTTPServer(("127.0.0.1", 0), Mute) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        with pytest.raises(TemporaryError, match="broke off"):
            import_objects(f"http://127.0.0.1:{server.server_port}", OBJECTS, wait_s=0)
        server.shutdown()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kibana:5601",
        "ftp://kibana.example",
        "http://",
        "file:///etc/passwd",
        "http://[::1",
        "http://h:port",
        "http://h/?a=b",
    ],
)
def test_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(PermanentError, match="https://HOST:5601"):
        import_objects(url, OBJECTS)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts yet, with its key beside it."""
    path = tmp_path_factory.mktemp("tls") / "cert.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject,
         "-keyout", path.with_suffix(".key"), "-out", path],
        check=True, capture_output=True,
    )  # fmt: skip
    return path


def test_certificate_has_to_be_trusted(certificate: Path) -> None:
    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": {"overall": {"level": "available"}}}')

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"success": True, "successCount": len(IDS)}).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"https://127.0.0.1:{server.server_port}"
        with pytest.raises(PermanentError, match="not trusted"):
            import_objects(url, OBJECTS)
        import_objects(url, OBJECTS, ca_certs=certificate)
        with pytest.raises(PermanentError, match="not a file of CA certificates"):
            import_objects(url, OBJECTS, ca_certs=certificate.with_suffix(".key"))
        server.shutdown()
