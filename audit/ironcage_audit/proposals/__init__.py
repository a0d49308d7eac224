"""What the findings lead to: a proposed change of the process with its evidence, or why there is none."""

from ironcage_audit.proposals.proposing import Declined, Figures, Group, Proposal, Proposals, propose
from ironcage_audit.proposals.telling import as_json, tell

__all__ = ["Declined", "Figures", "Group", "Proposal", "Proposals", "as_json", "propose", "tell"]
