"""The risk report: gathered once from a store and a run of the audit, told as text, JSON and one page of HTML."""

from ironcage_audit.reports.gathering import gather
from ironcage_audit.reports.page import html
from ironcage_audit.reports.plain import text
from ironcage_audit.reports.report import Report
from ironcage_audit.reports.shape import to_json

__all__ = ["Report", "gather", "html", "text", "to_json"]
