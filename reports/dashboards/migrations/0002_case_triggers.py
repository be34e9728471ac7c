from django.db import migrations


class Migration(migrations.Migration):
    """Here the triggers on the case table were made; 0005 makes them with all they count."""

    dependencies = [("dashboards", "0001_initial"), ("casework", "0001_initial")]

    operations = []
