"""What the calculation assumes about a day. Everything else is counted."""

from collections.abc import Mapping

VOLUMES = (200, 2_000, 20_000)
"""Mentions a day."""

KINDS: Mapping[str, float] = {"inquiry": 0.30, "fault": 0.15, "rumor": 0.05, "chat": 0.40, "junk": 0.10}
"""The share of each kind. The first three go to a department, which needs their authors' names."""
ANSWERS_UNKNOWN = 0.10
"""The share of mentions that reply to a post which the desk does not know yet and has to read."""
ANSWERED = 0.05
"""The share of mentions that are answered through the desk."""
OPEN_CASES, LATE_CASES = 0.05, 0.01
"""Cases that are open at any time, and those of them that are late or soon due, as a share of a day's mentions."""
HEARD = 0.10
"""Posts that listening finds, as a share of mentions."""
LISTENING_AT_MOST = 5
"""Dollars a day, as in desk.yaml; beyond that, posts are not read."""
SPIKES, SPIKE_HOURS = 2, 3
"""Spikes of faults a month, false alarms included, and how long one is open."""
LOOKED_UP = 0.02
"""Cases for which people look up a name, as a share of mentions."""

WORKING_DAYS = 21
"""Working days a month."""
ANNOUNCEMENTS = 5
"""Announcements with a link, each working day."""
GREETINGS = 1
"""Greetings each working day."""
MEASURED = 3
"""How often each own post is measured."""
HOURS_OF_TRENDS = 10
"""Hours of a working day in which the trends of one place are read: the desk's nine hours, and the one before."""
PEOPLE: Mapping[int, int] = {200: 1, 2_000: 2, 20_000: 6}
"""How many people have the console open for nine hours a day, by mentions a day."""
USED_HOURS, USED_EVERY = 6, 3
"""Hours of these in which the page is used, and the seconds between two of its polls then."""
SEEN_HOURS, SEEN_EVERY = 3, 15
"""The other hours, in which the page is in sight."""
SHARED_SECONDS, INSTANCES = 2, 2
"""How long an instance of the console shares what a poll has read, and how many instances polls reach at a time."""
PAGES = 300
"""Pages that each of them opens a day."""
ADDRESSES = 2
"""How many addresses get each department's mails."""

KEPT_BYTES = 6_000
"""What a mention, its case and their indexes take in tables."""
KEPT_DAYS = 365
"""The age of the desk whose storage is calculated."""

AWS_CALL_MS, X_CALL_MS, OWN_MS = 8, 300, 25
"""Milliseconds of a run, which AWS bills: for each call of AWS, for each call of X, and for its own work."""
START_MS, PAUSE_MINUTES = 1_500, 10
"""The milliseconds of a cold start, and the minutes without a run after which one is assumed."""
RUN_LOG_BYTES = 2_000
"""Bytes that a run writes into its log: some 1,300 of its own, and Lambda's reports of its start and end."""
LOG_DAYS = 30
"""How long logs are kept, as in the template."""
QUEUE_POLLS = 15 * 60 * 24
"""How often Lambda polls an empty queue in a day."""
