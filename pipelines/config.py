"""Settings from `MAPLEWIRE_*` variables and `.env`, read once by `bootstrap`; modules take plain arguments."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from datetime import timedelta
from email.utils import parseaddr
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from crawlers.errors import CatalogueError
from pipelines.revisions.recheck import USUAL_RECHECKS

_STEP = re.compile(r"([1-9]\d{0,3})([mhd])")
INDEX_SCHEMES = frozenset({"sqlite", "http", "https"})
LEDGER_SCHEMES = ("sqlite", "postgresql")
SECRETS_VARIABLE = "MAPLEWIRE_SECRETS_DIR"
"""Names a folder with a file for each secret, as Docker and Kubernetes mount them; a variable goes before its file."""
SMTP_SCHEMES = frozenset({"smtp", "smtps"})


_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
_HOST_NAME = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))*\.?")
_LIKE = 0.87
"""A variable as much like a setting's as this (SMPT_URL, LEGDER_URL) is one that somebody mistyped."""


def maplewire_version() -> str:
    """Return the installed version, "0+source" where the package was never installed."""
    try:
        return version("maplewire")
    except PackageNotFoundError:
        return "0+source"


def default_user_agent() -> str:
    return f"Maplewire/{maplewire_version()} (news monitoring; obeys robots.txt)"


def packaged_beat() -> Path:
    """Return the folder of the beat that comes with Maplewire, in a checkout or an installed wheel."""
    here = Path(__file__).resolve().parent
    beside = here.parent / "beats" / "china-canada"
    return beside if beside.is_dir() else here / "_beats" / "china-canada"


def packaged_dags() -> Path:
    """Return the folder of the DAGs, in a checkout or an installed wheel."""
    here = Path(__file__).resolve().parent
    beside = here.parent / "dags"
    return beside if beside.is_dir() else here / "_dags"


class Settings(BaseSettings):
    """All settings. Each has a default that works on one machine with nothing installed.

    Secrets are `SecretStr`: they print as asterisks and never reach a log or an error text.
    """

    model_config = SettingsConfigDict(
        env_prefix="MAPLEWIRE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Path("data")
    beat: Path = Field(default_factory=packaged_beat)
    batches_url: str | None = None
    ledger_url: SecretStr | None = None
    index_url: SecretStr | None = None
    elasticsearch_api_key: SecretStr | None = None
    elasticsearch_ca_certs: Path | None = None
    smtp_url: SecretStr | None = None
    mail_from: str = "Maplewire <maplewire@localhost>"
    operator_mail: Annotated[tuple[str, ...], NoDecode] = ()
    private_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    user_agent: str = Field(default_factory=default_user_agent)
    kibana_url: SecretStr | None = None
    kibana_api_key: SecretStr | None = None
    kibana_space: str | None = None
    kibana_ca_certs: Path | None = None
    verify_certificates: bool = False
    delay_s: float = Field(default=1.0, ge=0, le=60)
    crawl_timeout_s: float = Field(default=900, gt=0)
    recheck_after: Annotated[tuple[timedelta, ...], NoDecode] = USUAL_RECHECKS.after
    """When the page of a story's first report is looked at again, counted from when we had it: "1h, 6h, 24h, 7d"; "never"."""
    recheck_copies_after: Annotated[tuple[timedelta, ...], NoDecode] = USUAL_RECHECKS.copies_after
    recheck_limit: int = Field(default=USUAL_RECHECKS.limit, ge=1)
    recheck_per_site: int = Field(default=USUAL_RECHECKS.per_site, ge=1)
    keep_batches_days: float = Field(default=90, gt=0, le=36_500)
    disk_free_share: float = Field(default=0.1, ge=0, lt=1)

    @field_validator("private_hosts", "operator_mail", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(h.strip() for h in value.split(",") if h.strip()) if isinstance(value, str) else value

    @field_validator("recheck_after", "recheck_copies_after", mode="before")
    @classmethod
    def _steps(cls, value: object) -> object:
        return tuple(sorted(_steps(value))) if isinstance(value, str) else value

    @field_validator("private_hosts")
    @classmethod
    def _check_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for number, host in enumerate(hosts, 1):
            if not _is_host(host):
                raise ValueError(
                    f"number {number} is no host; write addresses, ranges (10.1.0.0/16) or names, separated by commas"
                )
        return hosts

    @field_validator("mail_from")
    @classmethod
    def _check_sender(cls, sender: str) -> str:
        if not _ADDRESS.fullmatch(parseaddr(sender)[1]) or not sender.isprintable():
            raise ValueError("write an address, with a name or without: Maplewire <desk@newsroom.example>")
        return sender

    @field_validator("operator_mail")
    @classmethod
    def _check_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            if not _ADDRESS.fullmatch(address):
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

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp(cls, url: SecretStr | None) -> SecretStr | None:
        if url and urlsplit(url.get_secret_value()).scheme not in SMTP_SCHEMES:
            raise ValueError("write smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://… (TLS)")
        return url

    @property
    def ledger_file(self) -> Path:
        """The embedded ledger, used where `ledger_url` names no other."""
        return self.home / "ledger.sqlite"

    @property
    def index_file(self) -> Path:
        """The embedded index, used where `index_url` names no other."""
        return self.home / "index.sqlite"

    @property
    def ledger(self) -> str:
        return self.ledger_url.get_secret_value() if self.ledger_url else f"sqlite:///{self.ledger_file}"

    @property
    def index(self) -> str:
        return self.index_url.get_secret_value() if self.index_url else f"sqlite:///{self.index_file}"

    @property
    def batch_dir(self) -> Path:
        return self.home / "batches"

    @property
    def own_searches(self) -> Path:
        return self.home / "searches.yaml"

    @property
    def outbox_dir(self) -> Path:
        return self.home / "outbox"


def _steps(text: str) -> Iterable[timedelta]:
    """Read "1h, 6h, 24h, 7d"; "never" is none."""
    units = {"m": "minutes", "h": "hours", "d": "days"}
    for part in text.split(",") if text.strip() != "never" else ():
        step = _STEP.fullmatch(part.strip())
        if step is None:
            raise ValueError("write times after which to look again, such as 1h, 6h, 24h, 7d; or never")
        yield timedelta(**{units[step[2]]: int(step[1])})


def _is_host(text: str) -> bool:
    try:
        ip_network(text, strict=False) if "/" in text else ip_address(text.strip("[]"))
    except ValueError:
        is_number = not re.search(r"[^\d./]", text)  # 10.0.0.999 is a mistyped address, no name
        return not is_number and bool(_HOST_NAME.fullmatch(text))
    return True


def mistyped(names: Iterable[str]) -> list[str]:
    """Return a sentence for each variable that is nearly a setting's name: it would be passed over in silence.

    Others may begin with MAPLEWIRE_ too (a stack's own passwords), so that only near misses are told.
    """
    settings = {f"MAPLEWIRE_{name.upper()}" for name in Settings.model_fields} | {SECRETS_VARIABLE}
    told = []
    for name in sorted(names):
        if name.upper().startswith("MAPLEWIRE_") and name.upper() not in settings:
            near = difflib.get_close_matches(name.upper(), settings, 1, _LIKE)
            told += [f"{name} is no setting and is passed over; did you mean {near[0]}?" for _ in near]
    return told


def read_settings() -> Settings:
    """Read the environment. Raises CatalogueError naming each wrong variable, never its value.

    What no variable says may stand in a file of the folder `MAPLEWIRE_SECRETS_DIR`, under the variable's name in
    small letters: `maplewire_elasticsearch_api_key`.
    """
    secrets = os.environ.get(SECRETS_VARIABLE) or None
    if secrets is not None and not Path(secrets).is_dir():
        raise CatalogueError(
            [f"{SECRETS_VARIABLE}: {secrets} is no folder; name the one that holds the secrets' files"]
        )
    try:
        return Settings(_secrets_dir=secrets)
    except ValidationError as e:
        problems = [
            f"MAPLEWIRE_{'_'.join(map(str, error['loc'])).upper()}: {error['msg'].removeprefix('Value error, ')}"
            for error in e.errors(include_input=False, include_url=False)
        ]
        raise CatalogueError(problems) from None
