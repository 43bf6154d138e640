"""Who may read, and who may change something.

    no accounts set            everybody on this machine may do everything
    MAPLEWIRE_WEB_USERS        name:role:hash, a line or a comma each; `maplewire web-user` writes an entry
    MAPLEWIRE_WEB_USER_HEADER  who asks, as a proxy says; believed from MAPLEWIRE_WEB_PROXIES alone

A password is kept as scrypt (RFC 7914). A session is a signed cookie: it ends after half a day, and at once
where the password of its user changes.
"""

from __future__ import annotations

import base64
import getpass
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from crawlers.errors import CatalogueError
from crawlers.private_files import WEB_KEY, kept_secret

#: What one scrypt costs: 16 MiB and some 50 ms, as RFC 7914 and OWASP advise for a log-in.
_COST = {"n": 2**14, "r": 8, "p": 1}
_SALT_BYTES = 16
_KEY_BYTES = 32
#: How long a session lasts.
SESSION_S = 12 * 3600
#: Characters of a token that nobody guesses.
_LEAST_TOKEN = 24


class Role(IntEnum):
    """What a reader may do; each may all that the one before may."""

    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and what they may do."""

    name: str
    role: Role
    #: Names the session, for the tokens of its forms.
    session: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A user as the settings name them."""

    name: str
    role: Role
    #: None for one who comes through a proxy alone.
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in, and how they are known."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    #: Lower case; None where no proxy tells who asks.
    header: str | None = None
    proxies: frozenset[str] = frozenset()
    #: Names of programs by the hash of their token.
    tokens: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether nobody has to say who they are."""
        return not self.accounts and self.header is None


def read_accounts(text: str) -> dict[str, Account]:
    """Read the accounts of the settings.

    Raises CatalogueError that names the number of a wrong entry, and never what stands there.
    """
    accounts: dict[str, Account] = {}
    problems = []
    for number, entry in _numbered_entries(text):
        account = _read_account(entry)
        if account is None:
            problems.append(
                f"MAPLEWIRE_WEB_USERS: entry {number} is no account; "
                "write NAME:reader, NAME:editor or NAME:admin with a hash behind it: maplewire web-user NAME"
            )
        elif account.name in accounts:
            problems.append(f"MAPLEWIRE_WEB_USERS: entry {number} names somebody a second time; remove one")
        else:
            accounts[account.name] = account
    if problems:
        raise CatalogueError(problems)
    return accounts


def read_tokens(text: str) -> dict[str, str]:
    """Read the tokens of the settings: names by the hash of their token.

    Raises CatalogueError that names the number of a wrong entry, and never what stands there.
    """
    tokens: dict[str, str] = {}
    problems = []
    for number, entry in _numbered_entries(text):
        name, _, token = entry.partition(":")
        if name.strip() and len(token.strip()) >= _LEAST_TOKEN:
            tokens[hash_token(token.strip())] = name.strip()
        else:
            problems.append(
                f"MAPLEWIRE_WEB_TOKENS: entry {number} is no token; write NAME:TOKEN, the token with "
                f"{_LEAST_TOKEN} characters or more"
            )
    if problems:
        raise CatalogueError(problems)
    return tokens


def _numbered_entries(text: str) -> Iterator[tuple[int, str]]:
    """Yield the entries of a setting, numbered from 1.

    They stand one a line, or with commas between them.
    """
    number = 0
    for entry in text.replace("\n", ",").split(","):
        if entry.strip():
            number += 1
            yield number, entry.strip()


def hash_token(token: str) -> str:
    """Return the hash by which a token is looked up."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _read_account(entry: str) -> Account | None:
    name, _, rest = entry.partition(":")
    role_name, _, password = rest.partition(":")
    roles = {role.name.lower(): role for role in Role}
    if not name.strip() or role_name.strip() not in roles:
        return None
    if password and len(password.split("$")) != 3:
        return None
    return Account(name.strip(), roles[role_name.strip()], password or None)


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt${_encode(salt)}${_encode(_derive(password, salt))}"


def is_password(password: str, kept: str) -> bool:
    """Tell whether a password is the one that was kept."""
    kind, salt, key = kept.split("$")
    if kind != "scrypt":
        return False
    try:
        expected = base64.urlsafe_b64decode(key)
        derived = _derive(password, base64.urlsafe_b64decode(salt))
    except ValueError:
        return False
    return hmac.compare_digest(derived, expected)


def _derive(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, dklen=_KEY_BYTES, **_COST)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


#: Is compared where a name does not exist, so that the answer takes as long. No password gives this key.
_NOBODY = f"scrypt${_encode(secrets.token_bytes(_SALT_BYTES))}${_encode(secrets.token_bytes(_KEY_BYTES))}"


def sign_in(access: Access, name: str, password: str) -> Account | None:
    """Return the account of a name and a password, or None."""
    account = access.accounts.get(name)
    kept = _NOBODY if account is None or account.password is None else account.password
    if not is_password(password, kept):
        return None
    return account


def machine_user() -> str:
    """Return the name of whoever runs this, as marks name them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "desk"


class Sessions:
    """Signed cookies that say who asks, and the tokens of forms."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._signer = URLSafeTimedSerializer(key, salt="maplewire session")

    def cookie_of(self, account: Account) -> str:
        """Return the cookie of a new session."""
        return str(self._signer.dumps([account.name, secrets.token_urlsafe(12), _mark_of(account)]))

    def reader_of(self, cookie: str, access: Access) -> Reader | None:
        """Return whose session a cookie is.

        None for one that is forged, old, or of a changed account.
        """
        try:
            name, session, mark = self._signer.loads(cookie, max_age=SESSION_S)
        except (BadSignature, ValueError, TypeError):
            return None
        account = access.accounts.get(str(name))
        if account is None or not hmac.compare_digest(str(mark), _mark_of(account)):
            return None
        return Reader(account.name, account.role, str(session))

    def token_of(self, reader: Reader) -> str:
        """Return the token without which no form of this reader is taken."""
        told = f"{reader.name}\0{reader.session}".encode()
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()

    def is_token(self, reader: Reader, token: str) -> bool:
        """Tell whether a form came from a page of this reader."""
        return hmac.compare_digest(self.token_of(reader).encode(), token.encode())


def _mark_of(account: Account) -> str:
    """Return what changes with the password or the role of an account."""
    told = f"{account.role}\0{account.password}".encode()
    return hashlib.sha256(told).hexdigest()[:16]


def session_key(home: Path) -> str:
    """Return the secret of a data folder that signs sessions.

    It is made where there is none.
    """
    return kept_secret(home / WEB_KEY)
