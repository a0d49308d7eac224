"""Webhooks: what is told, and the signature by which the receiver knows that it is we who tell it."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.hooks import GiveUpError
from ironcage.messages import mark
from ironcage.outside.exchange import Request, exchange

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.outside.exchange import Exchange
    from ironcage.settings import Webhook

SIGNATURE_HEADER = "Ironcage-Signature"
"""``t=SECONDS,v1=HEX``: when it was signed, and the HMAC-SHA256 over ``SECONDS.BODY``."""
DELIVERY_HEADER = "Ironcage-Delivery"
"""The same for every repetition of one notice."""
_SECOND = 1_000_000
_LARGEST = 64 * 1024
_PASSING = (408, 409, 425, 429)


class WebhookRefusedError(GiveUpError):
    """The receiver refuses the notice, and will refuse it again."""

    message = mark(
        "The webhook {webhook}: {host} refused the notice with status {status}. Mend its entry in the site's settings, "
        "or its secret."
    )


class WebhookFailedError(RefusedError):
    """The receiver could not take the notice this time."""

    message = mark("The webhook {webhook}: {host} answered with status {status}.")


def signature(secret: str, body: bytes, now: Micros) -> str:
    """Return the header that says *body* was signed with *secret* at *now*."""
    seconds = now // _SECOND
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={signed}"


def deliver(webhook: Webhook, delivery: str, body: bytes, now: Micros, send: Exchange = exchange) -> None:
    """Tell *webhook* what *body* says.

    Raises:
        WebhookRefusedError: it refuses, and trying again does not help.
        WebhookFailedError, UnreachableError, TooSlowError: it may take the notice another time.
        SecretMissingError: there is nothing to sign with.
    """
    headers = {
        "Content-Type": "application/json",
        SIGNATURE_HEADER: signature(webhook.secret.read(), body, now),
        DELIVERY_HEADER: delivery,
    }
    request = Request(
        webhook.name, "POST", webhook.url, headers, body, webhook.seconds, _LARGEST, webhook.authority, webhook.host
    )
    status = send(request).status
    told = {"webhook": webhook.name, "host": webhook.host, "status": status}
    if 300 <= status < 500 and status not in _PASSING:
        raise WebhookRefusedError(**told)
    if not 200 <= status < 300:
        raise WebhookFailedError(**told)
