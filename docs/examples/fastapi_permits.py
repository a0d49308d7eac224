"""Permits with FastAPI and SQLAlchemy: the row of a permit and the step of its case are committed together.

uvicorn --app-dir docs/examples --factory fastapi_permits:application

The database is permits.db, or what PERMITS_DATABASE names: postgresql+psycopg://user@host/department.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

from ironcage import Engine, NotFoundError, RefusedError, Store, UsageError, load
from ironcage.store import MustRetryError


class Base(DeclarativeBase):
    """The tables of the department."""


class Permit(Base):
    """A permit as the department keeps it."""

    __tablename__ = "permit"

    number: Mapped[str] = mapped_column(primary_key=True)
    street: Mapped[str]
    status: Mapped[str] = mapped_column(default="filed")


class Filing(BaseModel):
    """What an applicant files."""

    number: str
    street: str


class Decision(BaseModel):
    """What an official decides."""

    granted: bool
    actor: str


def application(url: str = os.environ.get("PERMITS_DATABASE", "sqlite:///permits.db")) -> FastAPI:
    """Return the application on the database at *url*, which holds the department's tables and Ironcage's."""
    database = create_engine(url)
    Base.metadata.create_all(database)
    sessions = sessionmaker(database)
    cases = Engine(Store.open(url))
    cases.deploy(load(Path(__file__).parent / "permit"))
    app = FastAPI(title="Permits")

    @app.post("/permits", status_code=201)
    def file(filing: Filing) -> Filing:
        with sessions.begin() as session:
            session.add(Permit(number=filing.number, street=filing.street))
            with cases.within(session):
                cases.start("permit", {"street": filing.street}, key=filing.number)
        return filing

    @app.post("/permits/{number}/decision")
    def decide(number: str, decision: Decision) -> str:
        with sessions.begin() as session:
            permit = session.get(Permit, number, with_for_update=True)
            if permit is None:
                raise HTTPException(404)
            permit.status = "granted" if decision.granted else "refused"
            with cases.within(session):
                task = cases.case(f"permit/{number}").tasks[-1]
                cases.complete(task.name, {"granted": decision.granted}, actor=decision.actor)
            return permit.status

    for kind, status in STATUS.items():
        app.add_exception_handler(kind, partial(explain, status))
    return app


STATUS = {IntegrityError: 409, RefusedError: 409, NotFoundError: 404, UsageError: 422, MustRetryError: 503}
"""The transaction has been rolled back by then; after a 503 the client asks again."""


def explain(status: int, _: Request, error: Exception) -> JSONResponse:
    """Answer with *status* and what *error* says; that of the database would show its statement."""
    said = "This number is filed already." if isinstance(error, IntegrityError) else str(error)
    return JSONResponse({"detail": said}, status)
