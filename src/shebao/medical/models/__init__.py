"""What is stored: institutions, catalogue, cover, visits, settlements, messages, reconciliation, differences."""

from __future__ import annotations

from shebao.medical.models.catalogue import CatalogueItem, Matching
from shebao.medical.models.cover import Cover, CoverYear
from shebao.medical.models.institutions import Institution, Key
from shebao.medical.models.late import Difference
from shebao.medical.models.messages import Message, SignIn
from shebao.medical.models.reconciling import Compared, Statement, Upload
from shebao.medical.models.settling import Settlement
from shebao.medical.models.visits import Diagnosis, Line, Visit

__all__ = [
    "CatalogueItem",
    "Compared",
    "Cover",
    "CoverYear",
    "Diagnosis",
    "Difference",
    "Institution",
    "Key",
    "Line",
    "Matching",
    "Message",
    "Settlement",
    "SignIn",
    "Statement",
    "Upload",
    "Visit",
]
