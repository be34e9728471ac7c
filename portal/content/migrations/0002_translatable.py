from django.db import migrations
from wagtail.models import BootstrapLocaleField, BootstrapTranslatableModel, BootstrapTranslationKeyField


class Migration(migrations.Migration):
    """What the base page needs of wagtailcore: locale, translation key, revisions."""

    dependencies = [
        ('content', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        BootstrapLocaleField('content.BasePage'),
        BootstrapTranslationKeyField('content.BasePage'),
        BootstrapTranslatableModel('content.BasePage'),
    ]
