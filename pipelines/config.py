"""Settings from `MAPLEWIRE_*` variables and `.env`.

Only `bootstrap` and the commands read them; all other modules take plain arguments.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable
from datetime import timedelta
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails

from crawlers.errors import CatalogueError
from pipelines.model.kibana_place import USUAL_PREFIX, KibanaPlace
from pipelines.model.reading_room import ReadingRoom
from pipelines.model.recheck_policy import USUAL_RECHECKS
from pipelines.text.mail_address import is_address
from pipelines.written_settings import written_settings

#: Names a folder with a file for each secret, as Docker and Kubernetes mount them.
#: A variable goes before its file.
SECRETS_VARIABLE = "MAPLEWIRE_SECRETS_DIR"

ENV_FILE = Path(".env")

INDEX_SCHEMES = frozenset({"sqlite", "http", "https"})
LEDGER_SCHEMES = ("sqlite", "postgresql")
PING_SCHEMES = frozenset({"http", "https"})
WEB_SCHEMES = frozenset({"http", "https"})
SMTP_SCHEMES = frozenset({"smtp", "smtps"})

USUAL_SENDER = "Maplewire <maplewire@localhost>"

# A variable this much like a setting's name (SMPT_URL, LEGDER_URL) is a mistyped one.
# A lower share would also name variables that belong to other programs of a stack.
_MISTYPED_LIKENESS = 0.87

# One label of a name: up to 63 characters, no hyphen at either end (RFC 1123).
_LABEL = r"(?!-)[\w-]{1,63}(?<!-)"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")

#: Each takes some 100 MB with its pages. Who has more room for them sets a number.
_MOST_USUAL_WORKERS = 9

_RECHECK_TIME = re.compile(r"([1-9]\d{0,3})([mhd])")
_RECHECK_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def maplewire_version() -> str:
    """Return the installed version, or "0+source"."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("maplewire")
    except PackageNotFoundError:
        # Run from a checkout that was never installed.
        return "0+source"


def default_user_agent() -> str:
    """Return the name under which we ask for pages."""
    return f"Maplewire/{maplewire_version()} (news monitoring; obeys robots.txt)"


def usual_page_workers() -> int:
    """Return how many processes read pages where no number is set.

    One for each processor that we may use, and one that reads while decisions are stored.
    """
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return min(processors + 1, _MOST_USUAL_WORKERS)


def packaged_beats() -> Path:
    """Return the folder of the beats that come with Maplewire."""
    return _packaged_folder("beats")


def packaged_beat() -> Path:
    """Return the folder of the beat that is meant where none is set."""
    return packaged_beats() / "china-canada"


def find_beat_folder(named: Path) -> Path:
    """Return the folder that is meant by a path or a name.

    A name alone is that of a beat that comes with Maplewire. A folder of that name goes before it.
    """
    packaged = packaged_beats() / named
    if len(named.parts) == 1 and not named.exists() and packaged.is_dir():
        return packaged
    return named


def packaged_dags() -> Path:
    """Return the folder of the DAGs."""
    return _packaged_folder("dags")


def _packaged_folder(name: str) -> Path:
    """Return a folder of the checkout, or its copy in a wheel."""
    package = Path(__file__).resolve().parent
    in_checkout = package.parent / name
    if in_checkout.is_dir():
        return in_checkout
    # pyproject.toml puts it there under this name (force-include).
    return package / f"_{name}"


def reveal(secret: SecretStr | None) -> str | None:
    """Return what a secret hides, None where it is not set."""
    if secret is None:
        return None
    return secret.get_secret_value()


class Settings(BaseModel):
    """All settings.

    Each has a default that works on one machine with nothing installed.

    Secrets are `SecretStr`: they print as asterisks and never reach a log or an error text.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, validate_default=True)

    def __init__(
        self, *, _env_file: Path | None = None, _secrets_dir: Path | str | None = None, **values: Any
    ) -> None:
        """Take what is given, else what is written in the environment and these places."""
        written = written_settings(type(self).model_fields, _env_file, _secrets_dir)
        super().__init__(**{**written, **values})

    #: The data folder: ledger, index, batches and mails, where no other place is set for them.
    home: Path = Path("data")
    #: Its folder, or the name of one that comes with Maplewire.
    beat: Path = Field(default_factory=packaged_beat)

    #: Where complete batches go (s3://…); without it they stay in the data folder.
    batches_url: str | None = None
    ledger_url: SecretStr | None = None
    index_url: SecretStr | None = None
    #: What names of indices in Elasticsearch begin with: one for each beat of a cluster.
    index_prefix: str = USUAL_PREFIX
    elasticsearch_api_key: SecretStr | None = None
    elasticsearch_ca_certs: Path | None = None

    #: Without a server, mails are written as files.
    smtp_url: SecretStr | None = None
    mail_from: str = USUAL_SENDER
    operator_mail: tuple[str, ...] = ()
    #: A box that a person reads, for readers who want no more mails.
    unsubscribe_mail: str | None = None
    #: Where each run writes an Atom feed of every search.
    feeds_dir: Path | None = None
    #: A dead-man's switch that `maplewire run` reports to.
    ping_url: SecretStr | None = None

    #: Private addresses that may be crawled all the same.
    private_hosts: tuple[str, ...] = ()
    #: The name under which pages are asked for, where it is not the usual one.
    user_agent: str | None = None
    verify_certificates: bool = True
    delay_s: float = Field(default=1.0, ge=0, le=60)
    crawl_timeout_s: float = Field(default=900, gt=0)

    #: Processes that read pages at once.
    page_workers: int = Field(default_factory=usual_page_workers, ge=1, le=64)

    kibana_url: SecretStr | None = None
    kibana_api_key: SecretStr | None = None
    kibana_space: str | None = None
    kibana_ca_certs: Path | None = None

    #: Where readers find the reading room; mails link to it.
    web_url: str | None = None
    #: Who may read beside this machine, as `name:role:hash` (`maplewire web-user`).
    web_users: SecretStr | None = None
    #: Tokens of programs that read the API, as `name:token`.
    web_tokens: SecretStr | None = None
    #: The header in which a proxy names its user, and the addresses from which that is believed.
    web_user_header: str | None = None
    web_proxies: tuple[str, ...] = ()

    #: When the page of a story's first report is fetched again, counted from when we had it:
    #: "1h, 6h, 24h, 7d", or "never".
    recheck_after: tuple[timedelta, ...] = USUAL_RECHECKS.after
    recheck_copies_after: tuple[timedelta, ...] = USUAL_RECHECKS.copies_after
    #: Pages in one round, of all sites and of one.
    recheck_limit: int = Field(default=USUAL_RECHECKS.limit, ge=1)
    recheck_per_site: int = Field(default=USUAL_RECHECKS.per_site, ge=1)

    #: Whether pages that name too little of the beat are left unread.
    screen: bool = True

    keep_batches_days: float = Field(default=90, gt=0, le=36_500)
    #: Old batches go while less than this share of their disk is free.
    disk_free_share: float = Field(default=0.1, ge=0, lt=1)

    @field_validator("beat")
    @classmethod
    def _find_packaged_beat(cls, folder: Path) -> Path:
        return find_beat_folder(folder)

    @field_validator("private_hosts", "operator_mail", "web_proxies", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        items = [item.strip() for item in value.split(",")]
        return tuple(item for item in items if item)

    @field_validator("recheck_after", "recheck_copies_after", mode="before")
    @classmethod
    def _read_recheck_times(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(sorted(_recheck_times(value)))

    @field_validator("private_hosts")
    @classmethod
    def _check_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        # The number and not the host: no value of a setting is printed, since it may be a secret.
        for number, host in enumerate(hosts, 1):
            if not _is_host(host):
                raise ValueError(
                    f"number {number} is not a host; write addresses, ranges (10.1.0.0/16) or names, "
                    "with commas between them"
                )
        return hosts

    @field_validator("mail_from")
    @classmethod
    def _check_sender(cls, sender: str) -> str:
        # Checking an address loads tables of names, so the usual sender is not checked.
        if sender == USUAL_SENDER:
            return sender
        if not is_address(parseaddr(sender)[1]) or not sender.isprintable():
            raise ValueError("write an address, with a name or without: Maplewire <desk@newsroom.example>")
        return sender

    @field_validator("unsubscribe_mail")
    @classmethod
    def _check_unsubscribe(cls, address: str | None) -> str | None:
        if address is not None and not is_address(address):
            raise ValueError("write one address whose mail somebody reads: desk@newsroom.example")
        return address

    @field_validator("operator_mail")
    @classmethod
    def _check_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            if not is_address(address):
                raise ValueError("write addresses such as desk@newsroom.example, with commas between them")
        return addresses

    @field_validator("ledger_url")
    @classmethod
    def _check_ledger(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not url.get_secret_value().startswith(LEDGER_SCHEMES):
            raise ValueError("write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE")
        return url

    @field_validator("index_url")
    @classmethod
    def _check_index(cls, url: SecretStr | None) -> SecretStr | None:
        if url and urlsplit(url.get_secret_value()).scheme not in INDEX_SCHEMES:
            raise ValueError("write sqlite:///PATH or https://HOST:9200")
        return url

    @field_validator("index_prefix")
    @classmethod
    def _check_prefix(cls, prefix: str) -> str:
        # A hyphen would make the names of one beat a part of those of another.
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", prefix):
            raise ValueError("write up to 40 small letters, digits and underscores, such as siemens_news")
        return prefix

    @field_validator("ping_url")
    @classmethod
    def _check_ping(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        parts = urlsplit(url.get_secret_value())
        if parts.scheme not in PING_SCHEMES or not parts.hostname:
            raise ValueError("write the address of a check, such as https://hc-ping.com/…")
        return url

    @field_validator("web_url")
    @classmethod
    def _check_web(cls, url: str | None) -> str | None:
        if url is None:
            return None
        # A password in it would stand in every mail, and a query would break the links.
        if not url.isprintable() or re.search(r"[\s@?#\"<>]", url) or not _is_web_address(url):
            raise ValueError("write where readers open the reading room, such as https://news.example.org")
        return url.rstrip("/")

    @field_validator("web_user_header")
    @classmethod
    def _check_header(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[A-Za-z0-9-]{1,100}", name):
            raise ValueError("write the name of a header, such as X-Forwarded-Email")
        return name

    @field_validator("web_proxies")
    @classmethod
    def _check_proxies(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            try:
                ip_address(address)
            except ValueError as e:
                raise ValueError("write the addresses of the proxy, such as 172.18.0.2") from e
        return addresses

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp(cls, url: SecretStr | None) -> SecretStr | None:
        if url and urlsplit(url.get_secret_value()).scheme not in SMTP_SCHEMES:
            raise ValueError("write smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://… (TLS)")
        return url

    @property
    def reading_room(self) -> ReadingRoom | None:
        """Return where the pages of the reading room stand, None where it has no address."""
        if self.web_url is None:
            return None
        return ReadingRoom(self.web_url)

    @property
    def ledger_file(self) -> Path:
        """Return the embedded ledger, used where no other is set."""
        return self.home / "ledger.sqlite"

    @property
    def index_file(self) -> Path:
        """Return the embedded index, used where no other is set."""
        return self.home / "index.sqlite"

    @property
    def ledger(self) -> str:
        """Return the ledger's URL."""
        return reveal(self.ledger_url) or f"sqlite:///{self.ledger_file}"

    @property
    def index(self) -> str:
        """Return the index's URL."""
        return reveal(self.index_url) or f"sqlite:///{self.index_file}"

    @property
    def kibana_place(self) -> KibanaPlace:
        """Return where Kibana's objects stand."""
        return KibanaPlace(self.index_prefix, self.kibana_space)

    @property
    def batch_dir(self) -> Path:
        """Return the folder that batches are written to."""
        return self.home / "batches"

    @property
    def own_searches(self) -> Path:
        """Return the file of this data folder's own searches."""
        return self.home / "searches.yaml"

    @property
    def feeds(self) -> Path:
        """Return the folder of the Atom feeds."""
        return self.feeds_dir or self.home / "feeds"

    @property
    def outbox_dir(self) -> Path:
        """Return the folder for mails where no server is set."""
        return self.home / "outbox"


def _recheck_times(text: str) -> list[timedelta]:
    """Read "1h, 6h, 24h, 7d"; "never" is none.

    Raises ValueError that says what to write.
    """
    if text.strip() == "never":
        return []
    times = []
    for part in text.split(","):
        matched = _RECHECK_TIME.fullmatch(part.strip())
        if matched is None:
            raise ValueError("write times after which to look again, such as 1h, 6h, 24h, 7d; or never")
        number, unit = matched.groups()
        times.append(timedelta(**{_RECHECK_UNITS[unit]: int(number)}))
    return times


def _is_web_address(text: str) -> bool:
    """Tell whether a text is an address of the web, with a host and a good port."""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return has_host and parts.scheme in WEB_SCHEMES


def _is_host(text: str) -> bool:
    """Tell whether a text is a host's name or an address.

    Or a range of addresses.
    """
    try:
        if "/" in text:
            ip_network(text, strict=False)
        else:
            ip_address(text.strip("[]"))
    except ValueError:
        # Only digits and dots: a mistyped address such as 10.0.0.999, and no name.
        is_numeric = re.search(r"[^\d./]", text) is None
        return not is_numeric and _HOST_NAME.fullmatch(text) is not None
    return True


def mistyped(names: Iterable[str]) -> list[str]:
    """Return hints on variables that are nearly settings.

    It would be ignored without a word. Other variables may begin with MAPLEWIRE_ too, such as the
    passwords of a stack, so only near misses are named.
    """
    settings = {f"MAPLEWIRE_{field.upper()}" for field in Settings.model_fields}
    settings.add(SECRETS_VARIABLE)
    hints = []
    for name in sorted(names):
        if not name.upper().startswith("MAPLEWIRE_") or name.upper() in settings:
            continue
        close = difflib.get_close_matches(name.upper(), settings, 1, _MISTYPED_LIKENESS)
        if close:
            hints.append(f"{name} is not a setting and is ignored; did you mean {close[0]}?")
    return hints


def env_file() -> Path | None:
    """Return the `.env` of the working folder, None where there is none to trust."""
    if ENV_FILE.exists() and refused_env_file() is None:
        return ENV_FILE
    return None


def refused_env_file() -> str | None:
    """Return why the `.env` of the working folder is not read, None where it is.

    Whoever can write it says where our mail goes and whose ledger we use, so it must be ours, or root's.
    """
    try:
        link, file = ENV_FILE.lstat(), ENV_FILE.stat()
    except OSError:
        return None
    where = ENV_FILE.absolute()
    if not {link.st_uid, file.st_uid} <= {os.geteuid(), 0}:
        return f"{where} belongs to somebody else and is not read; make it yours, or set variables"
    if file.st_mode & stat.S_IWOTH or (file.st_mode & stat.S_IWGRP and file.st_gid != os.getegid()):
        return f"{where} can be changed by others and is not read; say: chmod 600 {where}"
    return None


#: What to write, by Pydantic's type of error; the bounds of a number are filled in.
_WHAT_TO_WRITE = {
    "bool_parsing": "write true or false",
    "int_parsing": "write a whole number, such as 20",
    "float_parsing": "write a number, such as 0.5",
    "finite_number": "write a number, such as 0.5",
    "greater_than": "write a number above {gt:g}",
    "greater_than_equal": "write {ge:g} or more",
    "less_than": "write a number below {lt:g}",
    "less_than_equal": "write {le:g} or less",
}


def _what_to_write(error: ErrorDetails) -> str:
    """Return what to write in place of a wrong value, and never the value."""
    text = _WHAT_TO_WRITE.get(error["type"])
    if text is None:
        return error["msg"].removeprefix("Value error, ")
    return text.format(**error.get("ctx", {}))


def read_settings() -> Settings:
    """Read the environment.

    A setting without a variable may stand in a file of the folder `MAPLEWIRE_SECRETS_DIR`, under the
    variable's name in small letters: `maplewire_elasticsearch_api_key`.
    Raises CatalogueError that names each wrong variable, and never its value.
    """
    secrets = os.environ.get(SECRETS_VARIABLE) or None
    if secrets is not None and not Path(secrets).is_dir():
        hint = "name the folder that holds the files of the secrets"
        raise CatalogueError([f"{SECRETS_VARIABLE}: {secrets} is not a folder; {hint}"])
    try:
        return Settings(_secrets_dir=secrets, _env_file=env_file())
    except ValidationError as e:
        problems = []
        for error in e.errors(include_input=False, include_url=False):
            field = "_".join([str(part) for part in error["loc"]])
            problems.append(f"MAPLEWIRE_{field.upper()}: {_what_to_write(error)}")
        # Without the cause: pydantic's own message shows the value.
        raise CatalogueError(problems) from None
