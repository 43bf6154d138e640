"""Where settings are written: `.env`, and files, as Docker and Kubernetes mount them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.config import Settings, read_settings, reveal


def _key(settings: Settings) -> str | None:
    return reveal(settings.elasticsearch_api_key)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAPLEWIRE_ELASTICSEARCH_API_KEY", raising=False)
    monkeypatch.delenv("MAPLEWIRE_LEDGER_URL", raising=False)


def test_a_secret_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "maplewire_elasticsearch_api_key").write_text("c2VjcmV0\n")
    (tmp_path / "maplewire_ledger_url").write_text("postgresql://maplewire:pw@db/maplewire\n")
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", str(tmp_path))
    settings = read_settings()
    assert _key(settings) == "c2VjcmV0"
    assert settings.ledger == "postgresql://maplewire:pw@db/maplewire"
    assert "c2VjcmV0" not in repr(settings)


def test_a_variable_goes_before_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "maplewire_elasticsearch_api_key").write_text("from-the-file")
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("MAPLEWIRE_ELASTICSEARCH_API_KEY", "from-the-variable")
    assert _key(read_settings()) == "from-the-variable"


def test_without_a_file_the_secret_is_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", str(tmp_path))
    assert _key(read_settings()) is None


def test_a_folder_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(CatalogueError, match=r"MAPLEWIRE_SECRETS_DIR: .*nowhere is not a folder"):
        read_settings()


def test_a_wrong_secret_is_refused_without_its_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "maplewire_ledger_url").write_text("mysql://root:hidden@db")
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", str(tmp_path))
    with pytest.raises(CatalogueError, match="MAPLEWIRE_LEDGER_URL: write sqlite") as refused:
        read_settings()
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "what_to_write"),
    [
        ("SCREEN", "maybe", "write true or false"),
        ("PAGE_WORKERS", "many", "write a whole number, such as 20"),
        ("RECHECK_LIMIT", "1.5", "write a whole number, such as 20"),
        ("KEEP_BATCHES_DAYS", "ninety", "write a number, such as 0.5"),
        ("DELAY_S", "nan", "write"),
        ("CRAWL_TIMEOUT_S", "0", "write a number above 0"),
        ("PAGE_WORKERS", "0", "write 1 or more"),
        ("DISK_FREE_SHARE", "10", "write a number below 1"),
        ("DELAY_S", "3600", "write 60 or less"),
    ],
)
def test_a_wrong_number_or_flag_is_told_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, what_to_write: str
) -> None:
    monkeypatch.setenv(f"MAPLEWIRE_{name}", value)
    with pytest.raises(CatalogueError) as refused:
        read_settings()
    (problem,) = refused.value.problems
    assert problem.startswith(f"MAPLEWIRE_{name}: {what_to_write}")


@pytest.mark.parametrize(
    "line",
    [
        "MAPLEWIRE_SMTP_URL: smtp://127.0.0.1",
        "MAPLEWIRE_SMTP_URL smtp://127.0.0.1",
        "set MAPLEWIRE_SMTP_URL=smtp://127.0.0.1",
        'MAPLEWIRE_SMTP_URL="smtp://127.0.0.1',
    ],
)
def test_a_line_of_the_env_file_that_sets_nothing_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"# our relay\n{line}\nMAPLEWIRE_DELAY_S=2\n")
    (tmp_path / ".env").chmod(0o600)
    with pytest.raises(CatalogueError, match=r"\.env:2: this line sets nothing; write NAME=VALUE") as refused:
        read_settings()
    assert "127.0.0.1" not in str(refused.value)


def test_what_other_programs_write_into_the_env_file_is_theirs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text("\ufeffBASE=4\nset COLOUR: red\nexport MAPLEWIRE_DELAY_S=${BASE}\r\n")
    (tmp_path / ".env").chmod(0o600)
    assert read_settings().delay_s == 4
    assert caplog.records == []


def test_a_file_of_settings_in_another_encoding_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # As the shell of Windows writes it.
    (tmp_path / ".env").write_text("MAPLEWIRE_DELAY_S=2\n", "utf-16")
    (tmp_path / ".env").chmod(0o600)
    with pytest.raises(CatalogueError, match=r"\.env: the file is not in UTF-8; save it as UTF-8"):
        read_settings()
    (tmp_path / ".env").unlink()
    (tmp_path / "maplewire_ledger_url").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", str(tmp_path))
    with pytest.raises(CatalogueError, match="maplewire_ledger_url: the file is not in UTF-8"):
        read_settings()
