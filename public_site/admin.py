"""The names and logos of regions in the back office."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import ScopedModelAdmin, Section
from portal.backoffice.forms import ScopedModelForm
from portal.content.models import CustomImage
from portal.regions.forms import RegionField
from portal.regions.models import Level

from .models import RegionLook

LARGEST_LOGO = 500_000  # bytes


class RegionLookForm(ScopedModelForm):
    region = RegionField(level=(Level.PROVINCE, Level.REGENCY), right="regionlook.add", label=_("Region"))
    upload = forms.ImageField(
        required=False, label=_("Logo"), help_text=_("PNG, JPEG or WebP, at most 500 kB; on a clear ground.")
    )

    class Meta:
        model = RegionLook
        fields = ["region", "name", "upload"]

    def clean_upload(self):
        file = self.cleaned_data["upload"]
        if file and file.size > LARGEST_LOGO:
            raise ValidationError(_t("The file is larger than 500 kB."))
        return file


class RegionLookAdmin(ScopedModelAdmin):
    model = RegionLook
    base_url_path = "tampilan-daerah"
    menu_label, menu_icon, menu_order = _("Names and logos"), "image", 760
    list_display = ("name", "region")
    list_select_related = ("region",)
    ordering = ("region", "pk")
    search_words = ("name", "region__name")
    form_class = RegionLookForm
    sections = (Section("", ("region", "name", "logo")),)

    def save_form(self, form: forms.ModelForm, *, by):
        look = form.save(commit=False)
        if file := form.cleaned_data.get("upload"):
            look.logo = CustomImage.objects.create(
                title=look.name[:255], file=file, uploaded_by_user=by, file_size=file.size
            )
        look.save()
        return look
