"""Set before numpy is imported: a worker of pytest has one processor, and threads that wait for one make it busy."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
