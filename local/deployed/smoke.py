"""Checks of a deployed stack for what only AWS can show.

docs/local-limits.md explains for each check why one machine cannot show it. Three checks
change something: an alarm is raised for a moment, a check of subscriptions runs early, a schedule wakes the publisher.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from local.deployed import (
    checks_of_api,
    checks_of_data,
    checks_of_functions,
    checks_of_people,
    checks_of_posts,
    checks_of_roles,
)
from local.deployed.site import Findings, Site


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `about` is its name in docs/local-limits.md; findings of a check that `advises` are no faults."""

    about: str
    find: Callable[[Site], Findings]
    advises: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """The findings of a check: faults, unless they are `advice`; none if all is well."""

    about: str
    findings: Findings
    advice: bool = False


CHECKS = (
    Check("The stack is what desk.yaml says", checks_of_functions.stack_is_as_described),
    Check("The functions start on arm64", checks_of_functions.functions_start),
    Check("The schedules run in the desk's zone", checks_of_functions.schedules_run),
    Check("The stream mapping runs", checks_of_functions.stream_mapping_runs),
    Check("The queue of posts wakes the publisher", checks_of_posts.queue_wakes_the_publisher),
    Check("A one-time schedule reaches the queue and is gone", checks_of_posts.timer_goes_off),
    Check("The API answers and lets no stranger in", checks_of_api.api_is_there_and_closed),
    Check("The API throttles and logs routes, not paths", checks_of_api.stage_is_guarded),
    Check("Polls succeed and their metrics arrive", checks_of_functions.polls_succeed),
    Check("Enough functions may run at once", checks_of_functions.enough_may_run_at_once, advises=True),
    Check("Roles may do what they must and no more", checks_of_roles.roles_are_narrow),
    Check("Roles reach their own items of the Desk table", checks_of_roles.roles_reach_their_own_items),
    Check("The tables can be restored", checks_of_data.tables_can_be_restored),
    Check("Old items expire", checks_of_data.old_items_expire),
    Check("X's credentials are filled in", checks_of_data.credentials_are_filled_in),
    Check("The API's tokens can be read", checks_of_api.tokens_can_be_read),
    Check("Reports are private and do not stay", checks_of_data.reports_are_private),
    Check("Pictures are private and quarantine is emptied", checks_of_data.pictures_are_private),
    Check("No failed event waits for a person", checks_of_data.nothing_has_failed),
    Check("An alarm gets through the encrypted topic", checks_of_people.alarms_get_through),
    Check("Everybody in desk.yaml has confirmed", checks_of_people.everybody_has_confirmed),
    Check("Text messages reach the phones on call", checks_of_people.phones_can_be_reached),
)


def run_checks(site: Site) -> Iterator[Seen]:
    """Run each check in turn; a check that AWS refuses or that raises is a finding, and the next checks run."""
    for check in CHECKS:
        try:
            yield Seen(check.about, check.find(site), advice=check.advises)
        except (ClientError, BotoCoreError) as exc:
            yield Seen(check.about, [f"AWS refused to say: {exc}"])
        except Exception as exc:  # noqa: BLE001 - a defect of one check must not hide what the others find
            name = getattr(check.find, "__name__", check.about)
            failed = f"{name} failed itself, which says nothing of the stack: {type(exc).__name__}: {exc}"
            yield Seen(check.about, [failed])
