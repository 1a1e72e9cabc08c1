"""What `mode: trial` of a desk.yaml means, in sentences for the people who check it."""

from collections.abc import Iterator

from local.brand.model import Desk

_CALLS = {
    "mail": "Nobody is called until you set `on_call.in_trial: call`.",
    "call": "The people on call are called about danger.",
}


def trial_notes(desk: Desk) -> Iterator[str]:
    """What is held back while the desk, or some of its departments, are in trial; nothing for a desk that is live."""
    modes = {key: entry.mode or desk.mode for key, entry in desk.departments.items()}
    trial = [key for key, mode in modes.items() if mode == "trial"]
    if desk.mode == "trial":
        yield "mode: trial. The desk posts no greetings, acknowledgements or entries of feeds by itself."
    if trial:
        yield (
            f"In trial: {', '.join(trial)}. Their cases wait in the console until an operator releases them; no mails, "
            "reminders or acknowledgements go out by themselves. Danger and safety checks reach the operator by mail. "
            + _CALLS[desk.on_call.in_trial]
        )
    live = [key for key, mode in modes.items() if mode == "live"]
    if trial and live:
        yield f"Live: {', '.join(live)}."
