"""SpiffWorkflow as the second reader of a model, and as the reference interpreter (``ironcage.spiff.reference``)."""

from ironcage.spiff.compiling import compile  # noqa: A004  # as in ``ironcage.bpmn``

__all__ = ["compile"]
