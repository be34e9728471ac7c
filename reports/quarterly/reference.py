"""Who gets copies of the tiers' reports until an office says otherwise (guideline VI.B and III.C.2.j; M-04, M-10)."""

from __future__ import annotations

from .models import CopyRule
from .workflow import Tier

COPIES = {
    Tier.PUSKESOS: ("{head} {place}", "Camat", "Dinas Sosial Kabupaten/Kota"),
    Tier.SLRT: ("{head} {short}", "Kepala Dinas Sosial {place}", "Kepala Bappeda {place}", "Ketua TKPKD {place}",
                "Menteri Sosial c.q. Direktur Jenderal Pemberdayaan Sosial, melalui tim provinsi"),
    Tier.PROVINCE: ("{head} {place}", "Kepala Dinas Sosial Provinsi {place}", "Kepala Bappeda Provinsi {place}",
                    "Menteri Sosial c.q. Direktur Jenderal Pemberdayaan Sosial"),
    Tier.NATION: ("Menteri Sosial", "Direktur Jenderal Pemberdayaan Sosial", "Tim Koordinasi SLRT Tingkat Pusat"),
}  # fmt: skip


def load(world=None) -> None:
    """Create the nation's rules that are missing."""
    for tier, names in COPIES.items():
        for position, name in enumerate(names, start=1):
            CopyRule.objects.get_or_create(
                tier=tier, region=None, recipient=name, defaults={"position": position}
            )
