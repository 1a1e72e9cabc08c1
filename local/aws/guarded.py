"""MiniStack in a process that ends with whoever started it, even when that one is killed outright.

The starter holds the other end of standard input; when it is gone, by whatever death, reading returns.
"""

import os
import signal
import sys
import threading
from types import ModuleType


def _end_with_the_starter() -> None:
    while os.read(sys.stdin.fileno(), 1024):  # not sys.stdin.read, whose lock the interpreter wants when it ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def keep_still(scheduler: ModuleType) -> None:
    """Let MiniStack's scheduler keep schedules and fire none: it knows the machine's time only, and not a rehearsal's.

    `local.aws.schedules` and `local.aws.timers` fire them.
    """
    scheduler.start_scheduler = lambda: None  # type: ignore[attr-defined]


def give_queues_all(sns: ModuleType) -> None:
    """Let a queue get what is for each protocol, all of it: MiniStack sends no text message and reaches no web hook.

    `local.aws.mailbox` writes down what each of them would get.
    """
    resolve = sns._resolve_message_for_protocol  # noqa: SLF001 - there is no other place where it can be told

    def all_for_queues(message: str, structure: str, protocol: str) -> str:
        return message if protocol == "sqs" else str(resolve(message, structure, protocol))

    sns._resolve_message_for_protocol = all_for_queues  # type: ignore[attr-defined]  # noqa: SLF001 - see above


if __name__ == "__main__":
    # Imported here, since the package reads its settings when it is imported.
    from ministack.app import main
    from ministack.services import scheduler, sns

    keep_still(scheduler)
    give_queues_all(sns)
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    sys.argv[1:] = []
    main()
