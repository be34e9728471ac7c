"""Demo notices and stories: invented, and marked so in their text."""

from __future__ import annotations

import datetime as dt

from .models import NoticeIndexPage, NoticePage, StoryIndexPage, StoryPage

INVENTED = {
    "id": "<p>Contoh rekaan untuk menunjukkan isi halaman ini; bukan kejadian nyata.</p>",
    "en": "<p>An invented example to show this page; not a real event.</p>",
}

NOTICES = (
    {
        "slug": "contoh-hujan-abu-merapi", "phase": NoticePage.Phase.MITIGATION, "region_codes": "34.04", "is_urgent": False, "has_posts": True,
        "id": ("Contoh: bersiap menghadapi hujan abu Merapi", "Siapkan masker, obat, dan berkas penting. SLRT dan Puskesos di Sleman menjadi tempat bertanya."),
        "en": ("Example: prepare for ash from Merapi", "Keep masks, medicine and papers ready. SLRT and Puskesos in Sleman answer your questions."),
        "steps": {
            "id": ["Simpan KTP, Kartu Keluarga, dan obat dalam satu tas.", "Ketahui jalur evakuasi dan titik kumpul desa.", "Laporkan lansia dan penyandang disabilitas yang perlu dijemput ke Puskesos."],
            "en": ["Keep identity card, family card and medicine in one bag.", "Know the way out and the meeting point of the village.", "Tell the Puskesos about elderly and disabled people who need to be fetched."],
        },
    },
    {
        "slug": "contoh-banjir-bandung", "phase": NoticePage.Phase.RECOVERY, "region_codes": "32.04", "is_urgent": False, "has_posts": False,
        "id": ("Contoh: pemulihan setelah banjir di Kabupaten Bandung", "Keluarga yang rumahnya rusak dapat melapor ke Puskesos desa untuk didata."),
        "en": ("Example: recovery after the flood in Kabupaten Bandung", "Families whose house is damaged can register at the village Puskesos."),
        "steps": {
            "id": ["Foto kerusakan rumah bila aman.", "Datang ke Puskesos desa dengan KTP atau Kartu Keluarga.", "Simpan surat resi dan pantau di situs ini."],
            "en": ["Take photos of the damage if it is safe.", "Come to the village Puskesos with identity or family card.", "Keep the receipt and follow your case here."],
        },
    },
)  # fmt: skip

STORIES = (
    ("contoh-kembali-sekolah", "34.04", 40, "Contoh: kembali ke sekolah setelah setahun", "Fasilitator menemukan seorang anak yang berhenti sekolah; tiga program dipertemukan dalam satu kunjungan.", "Example: back at school after a year", "A facilitator met a child who had left school; three programs came together in one visit."),
    ("contoh-satu-loket", "32.04", 75, "Contoh: satu loket untuk 280 desa", "Puskesos di setiap desa membuat warga tidak perlu lagi membawa berkas dari kantor ke kantor.", "Example: one counter for 280 villages", "With a Puskesos in every village people no longer carry papers from office to office."),
    ("contoh-data-desa", "19.06", 110, "Contoh: desa memeriksa datanya sendiri", "Musyawarah desa memperbaiki daftar penerima dan hasilnya terlihat oleh semua dinas.", "Example: a village checks its own data", "A village meeting corrected the list of recipients, and every office saw the result."),
)  # fmt: skip


def load(world=None) -> None:
    """Create the demo notices and stories that are missing, in both languages."""
    today = world.today if world else dt.date.today()
    for language in ("id", "en"):
        notices = NoticeIndexPage.objects.get(locale__language_code=language)
        for row in NOTICES:
            if not NoticePage.objects.child_of(notices).filter(slug=row["slug"]).exists():
                title, lead = row[language]
                fields = {
                    name: row[name] for name in ("slug", "phase", "region_codes", "is_urgent", "has_posts")
                }
                body = [
                    ("note", {"tone": "warn", "text": INVENTED[language]}),
                    ("steps", row["steps"][language]),
                ]
                _add(notices, NoticePage(title=title, lead=lead, locale=notices.locale, **fields), body)
        stories = StoryIndexPage.objects.get(locale__language_code=language)
        for slug, region, days, title, lead, title_en, lead_en in STORIES:
            if not StoryPage.objects.child_of(stories).filter(slug=slug).exists():
                title, lead = (title, lead) if language == "id" else (title_en, lead_en)
                story = StoryPage(
                    title=title, lead=lead, slug=slug, region_codes=region, happened_on=today - dt.timedelta(days=days),
                    locale=stories.locale, is_demo=True, author="Pendamping daerah",
                )  # fmt: skip
                _add(stories, story, [("text", INVENTED[language])])


def _add(parent, page, body: list[tuple]) -> None:
    block = type(page)._meta.get_field("body").stream_block
    page.body = block.to_python([{"type": kind, "value": value} for kind, value in body])
    original = type(page).objects.filter(slug=page.slug).exclude(locale=page.locale).first()
    if original is not None:
        page.translation_key = original.translation_key
    parent.add_child(instance=page)
    page.save_revision().publish()
