"""The floor of the API: a bare FastAPI app with one row to read and one row to update, through the ORM, on SQLite.

No sign-in, no roles, no gate, no audit: one select, or one update by key and its commit, as safe on disk.
`python -m bench.bare FILE` prints its address and serves until it is stopped.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from workbench.backends.database import Database

ROWS = 10_000


class Base(DeclarativeBase):
    """Its tables."""


class Note(Base):
    """A row."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    version: Mapped[int]


def create(database: Database) -> FastAPI:
    """The app over a database that has its rows."""
    app = FastAPI()

    @app.get("/notes/{id}")
    def show(id: int) -> dict[str, int | str]:
        with database.read() as session:
            note = session.get_one(Note, id)
            return {"id": note.id, "text": note.text, "version": note.version}

    @app.post("/notes/{id}")
    def change(id: int) -> dict[str, int]:
        with database.begin() as session:
            session.execute(update(Note).where(Note.id == id).values(version=Note.version + 1))
        return {"id": id}

    return app


def main(file: Path) -> None:
    """Makes the rows and serves."""
    database = Database(f"sqlite:///{file}")
    Base.metadata.create_all(database.engine)
    with database.begin() as session:
        session.add_all([Note(id=n, text="Which intent has this question? " * 8, version=1) for n in range(ROWS)])
    # asyncio sends small answers without delay only over sockets that say they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    server = uvicorn.Server(uvicorn.Config(create(database), log_level="warning", access_log=False))
    server.run(sockets=[listener])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
