"""Keeps a program running: starts it again when it dies, ends with it when asked to.

`python -m portal.operations.keep <program> [arguments]`; `make run` keeps its worker so. It loads no Django.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time

#: A program that lives shorter than this (seconds) has something wrong with it; so many in a row and we give up.
SHORT_LIFE, GIVE_UP_AFTER = 5.0, 5


def keep(command: list[str]) -> int:
    """Run `command` until it ends by itself with 0, is asked to end, or dies at once again and again.

    SIGTERM and SIGINT come to the whole process group (from honcho, from a terminal): the program has its own copy, and
    a second one would cut its orderly end short. So we only note it and wait.
    """
    asked = False

    def note(_number, _frame):
        nonlocal asked
        asked = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    short = 0
    while not asked:
        began = time.monotonic()
        code = subprocess.Popen(command).wait()  # noqa: S603 - our own command line
        if asked or code == 0:
            return 0
        short = short + 1 if time.monotonic() - began < SHORT_LIFE else 0
        if short >= GIVE_UP_AFTER:
            return code if code > 0 else 128 - code
        sys.stdout.write(f"ended with {code}; started again\n")
        sys.stdout.flush()
        time.sleep(min(short, 3))
    return 0


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
