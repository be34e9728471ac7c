"""Fields of pages and records that editors fill."""

from wagtail.fields import StreamField


class LeanStreamField(StreamField):
    """A StreamField whose migrations do not repeat its blocks: a new block is no change of the database."""

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        return name, path, [[]], {key: value for key, value in kwargs.items() if key != "block_lookup"}
