"""MiniStack in a process that ends with whoever started it, even when that one is killed outright.

The starter holds the other end of standard input; when it is gone, by whatever death, reading returns.
"""

import os
import signal
import sys
import threading


def _end_with_the_starter() -> None:
    while os.read(sys.stdin.fileno(), 1024):  # not sys.stdin.read, whose lock the interpreter wants when it ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    # Imported here, since the package reads its settings when it is imported.
    from ministack.app import main

    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    sys.argv[1:] = []
    main()
