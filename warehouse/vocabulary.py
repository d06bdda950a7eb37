"""Closed vocabularies of the records: the field's own terms and codes, each in one place."""

from __future__ import annotations

from typing import Final, Literal, get_args

#: Why a page was requested.
Purpose = Literal["discovery", "article"]

#: What a member of a cluster of copies is to the one it has its text of.
CopyKind = Literal["first", "exact", "near", "part"]

#: How a capture reached the page store.
Via = Literal["live", "sitemap", "wordpress", "wayback", "ccnews", "warc"]

#: What became of a requested URL; ``error:<kind>`` besides these (``error:dns``, ``error:tls``,
#: ``error:http_500``, ``error:timeout`` ...).
Outcome = Literal[
    "ok",
    "not_modified",
    "blocked",
    "consent_wall",
    "paywall",
    "soft_404",
    "index",
    "gallery",
    "video",
    "not_article",
    "language_unsupported",
    "too_large",
    "truncated",
    "robots_denied",
]
OUTCOMES: Final = get_args(Outcome)

#: What the site profile makes of a line: furniture of its site, one that stands where the template holds no
#: story, a repeat that is not (yet) furniture, a line of one story, or what the source's declaration says of it.
Standing = Literal["learnt", "place", "recurring", "single", "drop", "keep"]

#: What kind of article a page is that became one.
ArticleKind = Literal["article", "live_blog"]

Role = Literal["actor", "target", "associate", "other"]
Casualty = Literal["killed", "injured", "missing", "captured", "displaced"]
Status = Literal["happened", "alleged", "threatened", "denied", "hypothetical"]

#: ACLED's inter codes as text (codebook 2024), the sector of an actor.
Sector = Literal[
    "State forces",
    "Rebel group",
    "Political militia",
    "Identity militia",
    "Rioters",
    "Protesters",
    "Civilians",
    "External/Other forces",
]

#: ACLED event types with their sub-event types, in ACLED's own rank order.
ACLED_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "Violence against civilians": ("Sexual violence", "Attack", "Abduction/forced disappearance"),
    "Explosions/Remote violence": (
        "Chemical weapon",
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
    ),
    "Battles": ("Government regains territory", "Non-state actor overtakes territory", "Armed clash"),
    "Riots": ("Violent demonstration", "Mob violence"),
    "Protests": ("Excessive force against protesters", "Protest with intervention", "Peaceful protest"),
    "Strategic developments": (
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    ),
}

#: Sub-event type -> event type.
EVENT_TYPE_OF: Final[dict[str, str]] = {sub: main for main, subs in ACLED_TYPES.items() for sub in subs}
