"""Money in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def dollars(cost: Decimal | None) -> str:
    """Money in USD with as many places as matter; "free" for nothing; empty if the price is not known."""
    if cost is None:
        return ""
    if cost == 0:
        return _("free")
    places = 2 if cost >= 1 else 4 if cost >= Decimal("0.001") else 6
    return "$" + number_format(cost, decimal_pos=places, use_l10n=True)
