"""What only AWS can show, looked at on a deployed stack.

docs/local-limits.md says of each check why one machine cannot show it. Checks change nothing, but for one alarm that is
set off for a moment and one check of subscriptions that runs early.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from local.deployed import checks_of_data, checks_of_functions, checks_of_people
from local.deployed.site import Findings, Site


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `about` is its name in docs/local-limits.md."""

    about: str
    look: Callable[[Site], Findings]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check found; nothing found is good."""

    about: str
    findings: Findings


CHECKS = (
    Check("The stack is what desk.yaml says", checks_of_functions.stack_is_as_described),
    Check("The functions start on arm64", checks_of_functions.functions_start),
    Check("The schedules run in the desk's zone", checks_of_functions.schedules_run),
    Check("The stream mapping runs", checks_of_functions.stream_mapping_runs),
    Check("Polls succeed and their metrics arrive", checks_of_functions.polls_succeed),
    Check("Roles may do what they must and no more", checks_of_functions.roles_are_narrow),
    Check("The tables can be restored", checks_of_data.tables_can_be_restored),
    Check("Old items expire", checks_of_data.old_items_expire),
    Check("X's credentials are filled in", checks_of_data.credentials_are_filled_in),
    Check("No failed event lies in a queue", checks_of_data.queues_are_empty),
    Check("An alarm gets through the encrypted topic", checks_of_people.alarms_get_through),
    Check("Everybody in desk.yaml has confirmed", checks_of_people.everybody_has_confirmed),
)


def smoke(site: Site) -> Iterator[Seen]:
    """Each check in turn; one that AWS refuses is a finding like any other."""
    for check in CHECKS:
        try:
            yield Seen(check.about, check.look(site))
        except (ClientError, BotoCoreError) as exc:
            yield Seen(check.about, [f"AWS refused to say: {exc}"])
