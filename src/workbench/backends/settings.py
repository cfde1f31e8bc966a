"""Every setting, in one documented class: environment variables `WORKBENCH_*`, or a `workbench.toml` file.

The environment wins over the file. `docs/reference/settings.md` is generated from the descriptions here.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from workbench.kernel.errors import Invalid

KEY_PREFIX = "WORKBENCH_KEY_"


class Settings(BaseSettings):
    """How this workbench is set up. Everything has a default that works on a laptop without a network."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", extra="forbid", toml_file="workbench.toml")

    home: Path = Field(
        Path("~/.workbench"),
        description="Folder of everything the embedded workbench keeps: database, catalogs, exports, secret.",
    )
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL of the state. Default: SQLite in `home`. For PostgreSQL: `postgresql+psycopg://user:password@host/name`.",
    )
    catalog_root: Path | None = Field(
        None, description="Folder of the embedded catalogs. Default: `catalogs` in `home`."
    )
    files_root: Path | None = Field(
        None, description="Folder of exported files and job results. Default: `files` in `home`."
    )
    host: str = Field("127.0.0.1", description="Address the server binds to. Anything but loopback needs `public_url`.")
    port: int = Field(8800, ge=0, le=65535, description="Port the server binds to; 0 picks a free one.")
    public_url: str | None = Field(
        None,
        description="The address people use, e.g. `https://workbench.example.org` behind a TLS proxy.",
    )
    worker_name: str = Field("local", description="Name of this worker; give each worker on one database its own.")
    worker_jobs: int = Field(2, ge=1, le=64, description="Jobs one worker runs at the same time.")
    session_hours: int = Field(72, ge=1, description="Hours a browser session lasts without use.")
    claim_minutes: int = Field(10, ge=1, description="Minutes a reviewer holds a claimed pair without a heartbeat.")
    duckdb_memory: str = Field("2GB", description="Memory that all DuckDB queries of one process share, e.g. `2GB`.")
    upload_limit_mb: int = Field(2048, ge=1, description="Largest file that may be uploaded, in MiB.")
    outbound_allow: list[str] = Field(
        default_factory=lambda: ["127.0.0.0/8", "::1/128"],
        description="Private networks (CIDR) that model endpoints may live in; public addresses are always allowed.",
    )
    log_level: str = Field("INFO", description="Lowest level that is logged: DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(False, description="Log JSON lines instead of readable text.")
    log_payloads: bool = Field(
        False,
        description="Log the messages of unexpected errors too, which may quote cells, prompts and answers. "
        "Off: only their types, and where in the code.",
    )

    @field_validator("home", "catalog_root", "files_root")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value else value

    @field_validator("database_url")
    @classmethod
    def _driver(cls, value: str | None) -> str | None:
        """Plain `postgres://` and `postgresql://` addresses mean psycopg 3, the driver that is installed."""
        for plain in ("postgres://", "postgresql://"):
            if value and value.startswith(plain):
                return "postgresql+psycopg://" + value[len(plain) :]
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:///, postgresql:// or postgresql+psycopg://")
        return value

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in ("127.0.0.1", "::1", "localhost")

    @property
    def address(self) -> str:
        """Where this machine reaches the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'workbench.db'}"

    @property
    def catalogs(self) -> Path:
        """The folder of the embedded catalogs in force."""
        return self.catalog_root or self.home / "catalogs"

    @property
    def files(self) -> Path:
        """The folder of exported files in force."""
        return self.files_root or self.home / "files"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then `workbench.toml` in the current folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: object) -> Settings:
    """The settings in force, with the given ones replaced. Raises `Invalid` naming the setting at fault."""
    from pydantic import ValidationError

    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Invalid(
            f"Setting {name}: {first['msg'].removeprefix('Value error, ')}.",
            field=name,
            fix=f"Set WORKBENCH_{name.upper()} or mend workbench.toml.",
        ) from error
    except SettingsError as error:
        name = next((name for name in Settings.model_fields if f'"{name}"' in str(error)), "")
        raise Invalid(
            f"Setting {name}: what the environment holds is no JSON.",
            field=name,
            fix=f"Write it as in WORKBENCH_{name.upper()}='[\"10.0.0.0/8\"]'.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            f"workbench.toml cannot be read: {error}.",
            field="workbench.toml",
            fix="Mend the file: each line is `setting = value`, texts in quotes.",
        ) from error
