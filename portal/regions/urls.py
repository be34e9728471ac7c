from django.urls import path

from . import views

app_name = "regions"
urlpatterns = [
    path("", views.find, name="find"),
    path("pilih/", views.selects, name="selects"),
]
