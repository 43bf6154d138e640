"""The one-shot set-ups of Elasticsearch: the scripts that Compose runs.

They are run on a real node with security and TLS on.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import ssl
import stat
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.model import Change
from pipelines.query import parse
from tests.builders import a_document
from tests.cli.test_command import maplewire
from tests.elasticsearch.fixtures import Elastic, elastic_node  # noqa: F401 - a fixture
from tests.elasticsearch.node import CannotStart, Node, distribution

#: One node is set up, in one process.
pytestmark = pytest.mark.xdist_group("elasticsearch set-up")


SCRIPTS = Path(__file__).parents[2] / "deploy" / "elasticsearch"
ELASTIC, KIBANA, DESK, LOGS = "elastic-pw-1", "kibana-pw-1", "desk-pw-1", "logs-pw-1"


@dataclass(frozen=True)
class Secured:
    """A node over https, with the folders that the volumes of Compose are."""

    url: str
    home: Path

    @property
    def ca(self) -> Path:
        return self.home / "ca" / "ca.crt"

    @property
    def key_file(self) -> Path:
        return self.home / "secrets" / "maplewire_elasticsearch_api_key"

    def set_up(self, **changed: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"], "ELASTICSEARCH_URL": self.url, "CA_FILE": str(self.ca),
            "SECRETS": str(self.home / "secrets"), "ELASTIC_PASSWORD": ELASTIC,
            "KIBANA_SYSTEM_PASSWORD": KIBANA, "DESK_PASSWORD": DESK,
        } | changed  # fmt: skip
        return subprocess.run(
            ["bash", SCRIPTS / "setup.sh"], env=environment, capture_output=True, text=True, timeout=120
        )

    def ask(self, method: str, path: str, login: str, body: Any = None) -> tuple[int, Any]:
        """Return status and answer; `login` is "user:password" or "ApiKey …"."""
        basic = f"Basic {base64.b64encode(login.encode()).decode()}"
        request = urllib.request.Request(
            f"{self.url}{path}",
            json.dumps(body).encode() if body is not None else None,
            {
                "Authorization": login if login.startswith("ApiKey") else basic,
                "Content-Type": "application/json",
            },
            method=method,
        )
        context = ssl.create_default_context(cafile=str(self.ca))
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            return e.code, json.load(e)

    def await_healthy(self) -> None:
        """Wait as Compose's health check does: the port is open before the server knows a password."""
        deadline = time.monotonic() + 120
        while (
            self.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=5s", f"elastic:{ELASTIC}")[0]
            != 200
        ):
            assert time.monotonic() < deadline, "the node did not get healthy"
            time.sleep(0.3)

    def with_key(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return self.ask(method, path, f"ApiKey {self.key_file.read_text().strip()}", body)


def _java_home() -> str:
    return str(Path(str(shutil.which("java"))).resolve().parents[1])


def _certificates(home: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "ES_JAVA_HOME": _java_home(),
        "CERTS": str(home / "certs"),
        "CA": str(home / "ca"),
        "CERTUTIL": str(distribution() / "bin" / "elasticsearch-certutil"),
    }
    subprocess.run(["bash", SCRIPTS / "certificates.sh"], env=environment, check=True, timeout=120)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Give folders for certificates and secrets.

    They stand where the server, which never runs as root, can reach them.
    """
    try:
        distribution()
    except CannotStart as e:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(e))
    folder = Path(tempfile.mkdtemp(prefix="maplewire-setup-"))
    folder.chmod(0o755)
    for name in ("certs", "ca", "secrets"):
        (folder / name).mkdir()
    try:
        _certificates(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def secured(home: Path) -> Iterator[Secured]:
    settings = (
        "xpack.security.enabled: true",
        "xpack.security.enrollment.enabled: false",
        "xpack.security.http.ssl.enabled: true",
        "xpack.security.http.ssl.key: certs/elasticsearch.key",
        "xpack.security.http.ssl.certificate: certs/elasticsearch.crt",
    )
    node = Node(home / "node", settings, scheme="https")
    node.folder.mkdir()
    node.prepare()
    shutil.copytree(home / "certs", node.config / "certs")
    environment = os.environ | {"ES_JAVA_HOME": _java_home(), "ES_PATH_CONF": str(node.config)}
    keystore = str(distribution() / "bin" / "elasticsearch-keystore")
    subprocess.run([keystore, "create"], env=environment, check=True, capture_output=True)
    subprocess.run(
        [keystore, "add", "-x", "bootstrap.password"],
        env=environment,
        check=True,
        input=ELASTIC.encode(),
        capture_output=True,
    )
    with node:
        found = Secured(node.url.replace("127.0.0.1", "localhost"), home)
        found.await_healthy()
        yield found


@pytest.fixture(scope="module")
def ready(secured: Secured) -> Secured:
    done = secured.set_up()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "made an API key for Maplewire\n"
    return secured


def test_the_servers_key_is_for_its_group_alone_and_the_authority_for_everyone(home: Path) -> None:
    assert stat.S_IMODE((home / "certs" / "elasticsearch.key").stat().st_mode) == 0o640
    assert stat.S_IMODE((home / "certs").stat().st_mode) == 0o750
    assert [p.name for p in (home / "ca").iterdir()] == ["ca.crt"]
    assert stat.S_IMODE((home / "ca" / "ca.crt").stat().st_mode) == 0o644


def test_certificates_are_made_once(home: Path) -> None:
    before = (home / "certs" / "elasticsearch.crt").read_bytes(), (home / "ca" / "ca.crt").read_bytes()
    _certificates(home)
    assert before == (
        (home / "certs" / "elasticsearch.crt").read_bytes(),
        (home / "ca" / "ca.crt").read_bytes(),
    )


def test_kibana_and_the_desk_can_log_in_afterwards(ready: Secured) -> None:
    assert ready.ask("GET", "/_security/_authenticate", f"kibana_system:{KIBANA}")[0] == 200
    status, desk = ready.ask("GET", "/_security/_authenticate", f"desk:{DESK}")
    assert (status, desk["roles"]) == (200, ["maplewire_desk"])
    assert ready.ask("GET", "/_security/_authenticate", "desk:wrong")[0] == 401


def _search(where: Secured, index: str, login: str) -> int:
    return where.ask("GET", f"/{index}/_search", login)[0]


def test_the_desk_reads_our_indices_and_no_other(ready: Secured) -> None:
    for index in ("news-articles-desk", "airflow-logs", "payroll", "xnews-1"):
        written = ready.ask("PUT", f"/{index}/_doc/1?refresh=true", f"elastic:{ELASTIC}", {"word": "canola"})
        assert written[0] in (200, 201)
    desk = f"desk:{DESK}"
    assert _search(ready, "news-articles-desk", desk) == 200
    assert ready.ask("GET", "/news-*/_field_caps?fields=*", desk)[0] == 200
    for index in ("airflow-logs", "payroll", "xnews-1", ".security-7", ".kibana"):
        assert _search(ready, index, desk) == 403, index
    # A search without an index answers from those that one may read.
    _, everything = ready.ask("GET", "/_search", desk)
    assert {hit["_index"].split("-")[0] for hit in everything["hits"]["hits"]} == {"news"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/news-articles-desk/_doc/2", {"word": "mine"}),
        ("DELETE", "/news-articles-desk", None),
        ("PUT", "/news-of-mine", {}),
        ("PUT", "/_security/user/desk", {"password": "another-1", "roles": ["superuser"]}),
        ("POST", "/_security/api_key", {"name": "mine"}),
        ("GET", "/_security/user", None),
        ("GET", "/_cluster/settings", None),
    ],
)
def test_the_desk_changes_nothing(ready: Secured, method: str, path: str, body: Any) -> None:
    assert ready.ask(method, path, f"desk:{DESK}", body)[0] == 403


def test_the_desk_may_look_at_kibana_and_save_nothing_there(ready: Secured) -> None:
    asked = {
        "application": [
            {"application": "kibana-.kibana", "resources": ["*"], "privileges": ["read"]},
            {"application": "kibana-.kibana", "resources": ["space:default"], "privileges": ["all"]},
        ]
    }
    _, may = ready.ask("POST", "/_security/user/_has_privileges", f"desk:{DESK}", asked)
    assert may["application"]["kibana-.kibana"] == {"*": {"read": True}, "space:default": {"all": False}}


def test_the_key_is_readable_to_our_images_group_and_nobody_else(ready: Secured) -> None:
    assert stat.S_IMODE(ready.key_file.stat().st_mode) == 0o640
    assert stat.S_IMODE(ready.key_file.parent.stat().st_mode) == 0o755


def test_the_key_is_enough_for_all_that_the_index_does(
    ready: Secured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pipelines.bootstrap import make_app

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", str(ready.key_file.parent))
    monkeypatch.setenv("MAPLEWIRE_INDEX_URL", ready.url)
    monkeypatch.setenv("MAPLEWIRE_ELASTICSEARCH_CA_CERTS", str(ready.ca))
    with make_app() as app:
        assert app.index.setup()
        assert not app.index.setup(), "the second time there is nothing to change"
        changes = [Change(n, f"a{n}", a_document(n, body="canola tariffs")) for n in (1, 2)]
        assert not app.index.write(changes)
        assert not app.index.write([Change(3, "a2", None)])
        assert app.index.search(parse("canola")).total == 1
        assert app.index.rebuild([changes]) == 2
        assert app.index.search(parse("tariff*")).total == 2
        assert app.index.count() == 2


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/other-index/_search", None),
        ("PUT", "/other-index", {}),
        ("GET", "/_security/user", None),
        ("PUT", "/_cluster/settings", {"persistent": {"cluster.routing.allocation.enable": "none"}}),
        ("POST", "/_security/api_key", {"name": "another"}),
    ],
)
def test_the_key_is_refused_for_anything_else(ready: Secured, method: str, path: str, body: Any) -> None:
    assert ready.with_key(method, path, body)[0] == 403


def test_a_second_set_up_keeps_the_key_and_passwords_follow_the_environment(ready: Secured) -> None:
    before = ready.key_file.read_text()
    done = ready.set_up(DESK_PASSWORD="desk-pw-2")
    assert (done.returncode, done.stdout) == (0, "the API key is there and works\n")
    assert ready.key_file.read_text() == before
    assert ready.ask("GET", "/_security/_authenticate", "desk:desk-pw-2")[0] == 200


def test_a_key_that_the_server_does_not_know_is_replaced(ready: Secured) -> None:
    ready.key_file.write_text(base64.b64encode(b"lost:with-the-data-volume").decode())
    done = ready.set_up()
    assert (done.returncode, done.stdout) == (0, "made an API key for Maplewire\n")
    assert ready.with_key("GET", "/_security/_authenticate")[0] == 200


def test_task_logs_get_a_user_of_their_own_when_asked_for(ready: Secured) -> None:
    assert ready.set_up(AIRFLOW_LOGS_PASSWORD=LOGS).returncode == 0
    login = f"airflow_logs:{LOGS}"
    # A busy server makes the index and tries the first document twice: then it says 200, not 201.
    assert ready.ask("PUT", "/airflow-logs/_doc/1", login, {"event": "hello"})[0] in {200, 201}
    assert ready.ask("PUT", "/news-articles-x/_doc/1", login, {})[0] == 403


def test_a_wrong_password_ends_the_set_up_and_is_not_printed(ready: Secured) -> None:
    done = ready.set_up(ELASTIC_PASSWORD="not-the-password")
    assert done.returncode == 1
    assert "Kibana's password: Elasticsearch answered 401" in done.stderr
    assert "not-the-password" not in done.stdout + done.stderr


# -- what a person reads who mistyped one of the settings ----------------------------------------------------

SECRET_KEY = base64.b64encode(b"s3cretid:s3cretkey").decode()


def _says(home: Path, url: str, **settings: str) -> str:
    """Return the one line that `maplewire search` ends with."""
    done = maplewire("search", "canola", home=home, MAPLEWIRE_INDEX_URL=url, **settings)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert not any(secret in line for secret in (SECRET_KEY, "s3cret", ELASTIC))
    return line


def test_the_command_searches_over_https_with_the_key(ready: Secured, tmp_path: Path) -> None:
    trusted = {
        "MAPLEWIRE_INDEX_URL": ready.url,
        "MAPLEWIRE_SECRETS_DIR": str(ready.key_file.parent),
        "MAPLEWIRE_ELASTICSEARCH_CA_CERTS": str(ready.ca),
    }
    assert maplewire("setup", home=tmp_path, **trusted).returncode == 0
    done = maplewire("search", "canola", "--json", home=tmp_path, **trusted)
    assert done.returncode == 0, done.stderr


def test_each_wrong_setting_is_one_clear_line_without_a_secret(ready: Secured, tmp_path: Path) -> None:
    ca = {"MAPLEWIRE_ELASTICSEARCH_CA_CERTS": str(ready.ca)}
    key = {"MAPLEWIRE_ELASTICSEARCH_API_KEY": SECRET_KEY}
    where = ready.url
    assert "does not accept the key; set MAPLEWIRE_ELASTICSEARCH_API_KEY" in _says(
        tmp_path, where, **ca, **key
    )
    assert "does not accept the key" in _says(tmp_path, where, **ca)
    narrow = ready.ask(
        "POST",
        "/_security/api_key",
        f"elastic:{ELASTIC}",
        {"name": "narrow", "role_descriptors": {"none": {"cluster": ["monitor"], "indices": []}}},
    )[1]["encoded"]
    assert "does not allow this with our key" in _says(
        tmp_path, where, **ca, MAPLEWIRE_ELASTICSEARCH_API_KEY=narrow
    )
    assert "its certificate is not trusted" in _says(tmp_path, where, **key)
    stranger = ssl.create_default_context().get_ca_certs(binary_form=True)
    if stranger:
        other = tmp_path / "other.crt"
        other.write_text(ssl.DER_cert_to_PEM_cert(stranger[0]))
        line = _says(tmp_path, where, **key, MAPLEWIRE_ELASTICSEARCH_CA_CERTS=str(other))
        assert "its certificate is not trusted" in line
        assert "MAPLEWIRE_ELASTICSEARCH_CA_CERTS" in line
    assert "there is no such file" in _says(
        tmp_path, where, MAPLEWIRE_ELASTICSEARCH_CA_CERTS=str(tmp_path / "no.crt")
    )
    assert "write https://" in _says(tmp_path, where.replace("https", "http"), **key)
    assert "cannot be reached" in _says(tmp_path, "https://nowhere.invalid:9200", **ca, **key)
    by_password = _says(tmp_path, where.replace("//", "//elastic:s3cret@"), **ca)
    assert "does not accept the key" in by_password


def test_https_to_a_node_without_it_says_so(elastic_node: Elastic, tmp_path: Path) -> None:  # noqa: F811
    assert "write http://" in _says(tmp_path, elastic_node.url.replace("http:", "https:"))
