"""What must be there before a step makes sense."""

from dataclasses import dataclass


@dataclass(frozen=True)
class First:
    """What has to be done before a step can be taken: in words, and the place to do it where the reader may."""

    text: str
    url: str = ""
    label: str = ""
