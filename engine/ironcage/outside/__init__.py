"""What is called over HTTP: connectors on behalf of cases, and webhooks that are told of them."""

from ironcage.outside.connectors import connector_service
from ironcage.outside.exchange import Exchange, Request, exchange
from ironcage.outside.plain_json import plain_json
from ironcage.outside.webhooks import deliver

__all__ = ["Exchange", "Request", "connector_service", "deliver", "exchange", "plain_json"]
