"""Permits with Django: the row of a permit and the step of its case are committed together.

python docs/examples/django_permits.py runserver

The database is permits.db, or what PERMITS_DATABASE names: postgresql://user@host/department.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from ironcage import Engine, NotFoundError, RefusedError, Store, UsageError, load
from ironcage.store import MustRetryError

if TYPE_CHECKING:
    from collections.abc import Callable

URL = os.environ.get("PERMITS_DATABASE", "sqlite:///permits.db")


def database(url: str) -> dict[str, object]:
    """Return Django's settings of the database at *url*, which holds the department's tables and Ironcage's."""
    if url.startswith("sqlite:"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///")}
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - only where PostgreSQL is used

    options = conninfo_to_dict(url)
    return {"ENGINE": "django.db.backends.postgresql", "NAME": options.pop("dbname"), "OPTIONS": options}


settings.configure(
    DATABASES={"default": database(URL)},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[f"{__name__}.Explaining"],
    ALLOWED_HOSTS=["localhost", "127.0.0.1", "testserver"],
)
django.setup()


class Permit(models.Model):
    """A permit as the department keeps it."""

    number = models.TextField(primary_key=True)
    street = models.TextField()
    status = models.TextField(default="filed")

    class Meta:
        """In no application of its own."""

        app_label = "permits"

    def __str__(self) -> str:
        return self.number


cases = Engine(Store.open(URL))
cases.deploy(load(Path(__file__).parent / "permit"))


@transaction.atomic
def file(request: HttpRequest) -> JsonResponse:
    """File a permit and open its case, or neither."""
    filed = json.loads(request.body)
    permit = Permit.objects.create(number=filed["number"], street=filed["street"])
    with cases.within(connection.connection):
        cases.start("permit", {"street": permit.street}, key=permit.number)
    return JsonResponse(filed, status=201)


@transaction.atomic
def decide(request: HttpRequest, number: str) -> JsonResponse:
    """Decide about a permit and take its case on, or neither."""
    decision = json.loads(request.body)
    permit = get_object_or_404(Permit.objects.select_for_update(), pk=number)
    permit.status = "granted" if decision["granted"] else "refused"
    permit.save()
    with cases.within(connection.connection):
        task = cases.case(f"permit/{number}").tasks[-1]
        cases.complete(task.name, {"granted": decision["granted"]}, actor=decision["actor"])
    return JsonResponse({"status": permit.status})


class Explaining:
    """Turns what is refused into answers; the transaction of the view has been rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the view answer."""
        return self.get_response(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer that says what *error* says; None leaves it to Django."""
        status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), None)
        said = "This number is filed already." if isinstance(error, IntegrityError) else str(error)
        return status and JsonResponse({"detail": said}, status=status)


STATUS = {IntegrityError: 409, RefusedError: 409, NotFoundError: 404, UsageError: 422, MustRetryError: 503}
"""After a 503 the client asks again."""


urlpatterns = [path("permits", file), path("permits/<number>/decision", decide)]


def make_table() -> None:
    """Make the department's table where there is none."""
    if Permit._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 - Django's own name
        with connection.schema_editor() as editor:
            editor.create_model(Permit)


if __name__ == "__main__":
    make_table()
    execute_from_command_line(sys.argv)
