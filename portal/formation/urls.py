"""The public door of formation."""

from django.urls import path

from . import draft_views, views
from .admin_views import DecreeView, DocumentView

app_name = "formation"
urlpatterns = [
    path("", views.Door.as_view(), name="door"),
    path("mulai/<slug:pathway>/<str:code>/", views.Begin.as_view(), name="begin"),
    path("berkas/<int:pk>/", DocumentView.as_view(), name="document"),
    path("berkas/sk/<int:pk>/", DecreeView.as_view(), name="decree"),
    path("berkas/<int:pk>/hapus/", draft_views.DetachView.as_view(), name="detach"),
    path("<int:pk>/", views.RequestPage.as_view(), name="request"),
    path("<int:pk>/surat/", draft_views.LetterPage.as_view(), name="letter"),
    path("<int:pk>/surat.pdf", views.LetterFile.as_view(), name="letter_file"),
    path("<int:pk>/periksa/", draft_views.CheckPage.as_view(), name="check"),
    path("<int:pk>/tarik/", views.WithdrawView.as_view(), name="withdraw"),
    path("<int:pk>/delegasi/", views.DelegateView.as_view(), name="delegate"),
    path("<int:pk>/diminta/<int:number>/", draft_views.AnswerView.as_view(), name="answer"),
    path("<int:pk>/<slug:kind>/", draft_views.ItemPage.as_view(), name="item"),
]
