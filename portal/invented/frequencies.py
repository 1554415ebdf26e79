"""How often what is reported, to whom, and how it ends: invented, in the order of what is told."""

from collections.abc import Mapping

CITY = "KZ-75"  # more is reported there than its inhabitants explain

CATEGORIES: Mapping[str, int] = {
    "bribery": 17,
    "abuse_of_office": 7,
    "excess_of_power": 10,
    "excessive_force": 8,
    "ill_treatment": 4,
    "sexual": 2,
    "unlawful_detention": 5,
    "refusal_inaction": 17,
    "evidence": 5,
    "data_breach": 3,
    "discrimination": 3,
    "conduct": 12,
    "retaliation": 2,
    "staff_report": 3,
    "other": 2,
}
LANGUAGES: Mapping[str, int] = {"ru": 56, "kk": 39, "en": 5}
AGENCIES: Mapping[str | None, int] = {
    "police_unit": 62,
    "police_region": 9,
    None: 20,
    "transport_police": 3,
    "penitentiary": 2,
    "ministry": 1,
    "internal_security": 1,
    "anticorruption": 1,
    "prosecutor": 1,
}
SERVICES: Mapping[str | None, int] = {
    "patrol": 34,
    "district_inspector": 18,
    "investigation": 12,
    "criminal": 9,
    "migration": 4,
    None: 23,
}
# Kinds of bodies, by what of all reports each of them gets.
BODIES: Mapping[str, int] = {
    "PROS_SPEC": 18,
    "PROS_REG": 22,
    "DP_USB": 34,
    "MVD_DSB": 14,
    "KNB_AC": 12,
}

# What a person decides alone; other outcomes need a course of their own.
OUTCOMES: Mapping[str, int] = {
    "substantiated": 20,
    "partly_substantiated": 11,
    "unfounded": 14,
    "lawful": 14,
    "inconclusive": 14,
    "system_failure": 5,
    "referred": 8,
    "insufficient_info": 5,
    "out_of_time": 4,
    "duplicate": 5,
}
WITH_SANCTION = frozenset({"substantiated", "partly_substantiated"})
SANCTIONS: Mapping[str, int] = {
    "remark": 22,
    "reprimand": 22,
    "severe_reprimand": 12,
    "incomplete_fitness": 7,
    "removal_post": 4,
    "rank_reduction": 3,
    "dismissal": 6,
    "dismissal_honours": 1,
    "dismissal_rank": 1,
    "no_sanction": 8,
    "admin_fine": 4,
    "suspension": 3,
    "apology": 5,
    "training": 5,
    "decision_corrected": 5,
    "supervisor_liable": 3,
}
