"""The roles that every city has, and what each is for.  More are added as rows."""

from __future__ import annotations

# code -> (name, may read protected persons, purposes)
ROLES: dict[str, tuple[str, bool, tuple[str, ...]]] = {
    "system": ("系统", True, ("%",)),
    "clerk": (
        "窗口经办",
        False,
        (
            "people.%",
            "contributions.register",
            "contributions.declare",
            "contributions.read",
            "cases.file",
            "cases.read",
            "medical.read",
        ),
    ),
    "protector": ("保护对象经办", True, ("people.%",)),
    "collector": ("征缴", False, ("people.read", "contributions.%")),
    "reviewer": ("审核", False, ("people.read", "contributions.read", "cases.read", "cases.decide")),
    "approver": ("审批", False, ("people.read", "contributions.read", "cases.read", "cases.approve")),
    "cashier": ("发放编制", False, ("cases.read", "cases.prepare")),
    "releaser": ("发放复核", False, ("cases.read", "cases.release")),
    "linker": ("数据核对", False, ("people.read", "people.link", "people.merge")),
    "accountant": ("基金财务", False, ("ledger.%",)),
    "auditor": (
        "稽核",
        True,
        (
            "people.read",
            "contributions.read",
            "cases.read",
            "medical.read",
            "ledger.read",
            "access.read",
            "supervision.read",
        ),
    ),
    "leader": ("市领导、数据分析", False, ("supervision.read",)),
    "administrator": ("权限管理", False, ("access.%",)),
    "fund": ("医保经办", False, ("people.read", "medical.%")),
    "hospital": ("定点医药机构经办人", False, ("medical.read", "medical.match")),
    "employer": ("单位经办人", False, ("contributions.declare", "contributions.read")),
    "citizen": (
        "本人",
        False,
        ("people.read", "people.contact", "contributions.read", "access.read", "cases.own", "medical.read"),
    ),
}

# Programmes of the system that act on their own, each an actor of that name.
PROGRAMMES = ("setup", "load", "collection", "takeover", "linkage", "night", "settlement")
