"""What of an alert concerns this house: the infos in its language, for its place, that are still valid."""

from __future__ import annotations

from collections.abc import Sequence

from kelex_host.household.feeds.items import Alert, Info

# CAP leaves it to the recipient when an alert without `expires` is over (section 3.2.2).
LIFETIME_S = 24 * 3600.0
_FALLBACK = "en"


def chosen(alert: Alert, now_s: float, language: str, areas: Sequence[str]) -> list[Info]:
    """The infos for this house, all in one language; empty if none concerns it.

    `areas` are parts of the names of areas, or whole codes, in any case; without any, everywhere concerns the house.
    """
    wanted = [area.casefold() for area in areas]
    infos = [info for info in alert.infos if concerns(info, wanted) and ends_s(alert, info) > now_s]
    tongues = [info.language for info in infos]
    tongue = best_language(tongues, language)
    return [info for info in infos if info.language == tongue]


def concerns(info: Info, wanted: Sequence[str]) -> bool:
    """Whether one of the areas is named by an info. One that names no area at all concerns everybody."""
    if not wanted or not (info.areas or info.codes):
        return True
    codes = {code.casefold() for code in info.codes}
    names = [area.casefold() for area in info.areas]
    return any(area in codes or any(area in name for name in names) for area in wanted)


def ends_s(alert: Alert, info: Info) -> float:
    """When an info is over, as Unix time."""
    return info.expires_s if info.expires_s is not None else alert.sent_s + LIFETIME_S


def best_language(tongues: Sequence[str], wanted: str) -> str:
    """The one of some language tags (RFC 5646) that suits best: the same, of the same language, English, the first."""
    for prefer in (wanted, _FALLBACK):
        for tongue in tongues:
            if tongue.casefold() == prefer.casefold():
                return tongue
        for tongue in tongues:
            if tongue.casefold().partition("-")[0] == prefer.casefold().partition("-")[0]:
                return tongue
    return tongues[0] if tongues else ""
