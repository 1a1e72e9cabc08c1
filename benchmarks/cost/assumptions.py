"""What the calculation assumes about a day. Everything else is counted."""

from collections.abc import Mapping

VOLUMES = (200, 2_000, 20_000)
"""Mentions a day."""

KINDS: Mapping[str, float] = {"inquiry": 0.30, "fault": 0.15, "rumor": 0.05, "chat": 0.40, "junk": 0.10}
"""The share of each kind. The first three go to a department, which needs their authors' names."""
ANSWERS_UNKNOWN = 0.10
"""The share of mentions that answer a post which the desk does not know yet, and has to read."""
ANSWERED = 0.05
"""The share of mentions that are answered through the desk."""
OPEN_CASES = 0.05
"""Cases that are open at any time, as a share of a day's mentions."""
HEARD = 0.10
"""Posts that listening finds, as a share of mentions."""
LISTENING_AT_MOST = 5
"""Dollars a day, as in desk.yaml; what is said beyond that is not read."""
LOOKED_UP = 0.02
"""Cases of which people look up names, earlier posts or private messages, as a share of mentions."""

WORKING_DAYS = 21
"""Of a month."""
ANNOUNCEMENTS = 5
"""With a link, a working day."""
GREETINGS = 1
"""A working day."""
MEASURED = 3
"""How often the likes and replies of an own post are read."""
HOURS_OF_TRENDS = 10
"""In which trends of one place are read, a working day: those of the desk's hours, and the one before."""
PEOPLE: Mapping[int, int] = {200: 1, 2_000: 2, 20_000: 6}
"""Who have the console open for eight hours a day."""
ASKED_EVERY = 15
"""Seconds between two looks for news while the console is open."""
PAGES = 300
"""Pages that each of them opens a day."""
ADDRESSES = 2
"""That each department's mails go to."""

KEPT_BYTES = 6_000
"""What a mention, its case and their indexes take in tables."""
KEPT_DAYS = 365
"""After which a desk is looked at here."""

AWS_CALL_MS, X_CALL_MS, OWN_MS = 8, 300, 25
"""How long a function waits for AWS and X, and computes, per call and per run: AWS bills the time of a run."""
START_MS, PAUSE_MINUTES = 1_500, 10
"""What a new process of a function takes, and after which pause a function is taken to need one."""
RUN_LOG_BYTES = 1_500
"""What a run writes into its log."""
QUEUE_POLLS = 15 * 60 * 24
"""What Lambda asks a queue a day to see whether it has messages."""
