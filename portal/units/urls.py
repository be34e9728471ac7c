"""Public addresses of units: the calendar feed."""

from django.urls import path

from .admin_views import CalendarFeed

app_name = "units"
urlpatterns = [path("<str:token>.ics", CalendarFeed.as_view(), name="calendar")]
