"""Where the values of settings are read from, and which goes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.config import Settings
from pipelines.written_settings import written_settings

NAMES = ("home", "smtp_url", "delay_s")


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"MAPLEWIRE_{name.upper()}", raising=False)


def test_a_variable_goes_before_the_file_and_the_file_before_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("maplewire_home", "maplewire_smtp_url", "MAPLEWIRE_DELAY_S", "home"):
        (secrets / name).write_text("of a secret\n")
    env_file = tmp_path / ".env"
    env_file.write_text("MAPLEWIRE_HOME=of the file\nmaplewire_smtp_url=of the file\nHOME_TOO\n")
    monkeypatch.setenv("MAPLEWIRE_HOME", "of a variable")
    assert written_settings(NAMES, env_file, secrets) == {
        "home": "of a variable", "smtp_url": "of the file", "delay_s": "of a secret",
    }  # fmt: skip


def test_what_is_empty_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "maplewire_smtp_url").write_text("\n")
    (tmp_path / ".env").write_text("MAPLEWIRE_DELAY_S=\nMAPLEWIRE_HOME=of the file\n")
    monkeypatch.setenv("MAPLEWIRE_HOME", "")
    assert written_settings(NAMES, tmp_path / ".env", tmp_path) == {"home": "of the file"}


def test_a_folder_and_a_foreign_file_are_no_secrets(tmp_path: Path) -> None:
    (tmp_path / "maplewire_smtp_url").mkdir()
    (tmp_path / "other_home").write_text("x")
    assert written_settings(NAMES, None, tmp_path) == {}


def test_a_given_value_goes_before_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_HOME", "elsewhere")
    settings = Settings(home=tmp_path)
    assert settings.home == tmp_path
    assert settings.model_fields_set == {"home"}
    assert Settings().home == Path("elsewhere")
