"""What families and offices say in the demo cases; all of it invented."""

NEEDS = {
    "pis": "Butuh jaminan kesehatan; belum punya KIS.", "pip": "Anak sekolah belum menerima PIP, butuh biaya seragam dan buku.",
    "pkh": "Keluarga dengan balita dan lansia belum menjadi peserta PKH.", "sembako": "Belum menerima bantuan Sembako, penghasilan tidak tetap.",
    "rutilahu": "Atap dan dinding rumah rusak berat, mohon bantuan perbaikan.", "kartu-keluarga": "Kartu Keluarga hilang, perlu untuk mendaftar program.",
    "akta-kelahiran": "Anak belum punya akta kelahiran.", "subsidi-listrik": "Mohon dimasukkan sebagai penerima subsidi listrik.",
    "ngantar-paimah": "Perlu antar-jemput ke rumah sakit untuk cuci darah.", "mobil-sisir-pendidikan": "Anak putus sekolah ingin kembali belajar.",
    "kube": "Kelompok ibu-ibu ingin modal usaha bersama.", "atensi": "Lansia tunggal tanpa penghasilan membutuhkan pendampingan.",
}  # fmt: skip
GRIEVANCES = {
    ("sembako", "quality"): "Beras yang diterima berbau dan berkutu.", ("sembako", "time"): "Bantuan bulan lalu belum diterima.",
    ("pkh", "amount"): "Jumlah bantuan PKH berkurang tanpa pemberitahuan.", ("pkh", "time"): "Pencairan PKH terlambat dua bulan.",
    ("pis", "other"): "KIS ditolak di rumah sakit dengan alasan tidak aktif.", ("pip", "time"): "Dana PIP belum masuk rekening anak.",
    ("rutilahu", "quality"): "Bahan bangunan yang datang tidak sesuai daftar.", (None, "register"): "Data di DTSEN salah: tercatat sudah meninggal.",
}  # fmt: skip
QUESTIONS = ("Berapa besar bantuan PKH yang akan saya terima?", "Kapan jadwal pencairan Sembako berikutnya?", "Bagaimana cara mengurus KIS untuk bayi?", "Apakah saya terdaftar di DTSEN?")  # fmt: skip
ANSWERS = ("Besarannya mengikuti jumlah anggota yang memenuhi syarat; dibayar tiap triwulan.", "Penyaluran dilakukan pada awal bulan melalui bank penyalur.", "Bayi didaftarkan dengan KK dan akta kelahiran di kantor BPJS atau melalui SLRT.", "Data sudah diperiksa di loket; hasilnya disampaikan langsung.")  # fmt: skip
SUGGESTIONS = ("Sebaiknya bantuan dibayar per tiga bulan.", "Mohon jadwal penyaluran ditempel di balai desa.", "Loket sebaiknya buka sampai sore pada hari pasar.")  # fmt: skip
REFUSALS = (("not_eligible", "Desil kesejahteraan di atas batas program."), ("quota", "Kuota tahun ini sudah habis; dicatat untuk tahun depan."), ("papers", "Surat keterangan belum lengkap."), ("already", "Sudah menjadi peserta melalui anggota keluarga lain."))  # fmt: skip
