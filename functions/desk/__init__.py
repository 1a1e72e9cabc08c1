"""What the functions share. A function in Lambda starts without the garbage collector until `desk.start` ends it."""

import gc
import os

IN_LAMBDA = bool(os.environ.get("AWS_LAMBDA_FUNCTION_NAME"))

if IN_LAMBDA:
    gc.disable()
