"""Whoever may use an index may use one that there is."""

import json
import re

from tests.template.stack_template import Resources

INDEX = re.compile(r"\$\{(\w+)\.Arn\}/index/(\w+)")


def test_every_index_that_a_policy_names_is_an_index_of_its_table(resources: Resources) -> None:
    named = set(INDEX.findall(json.dumps(resources)))
    made = {
        (table, index["IndexName"])
        for table, resource in resources.items()
        if resource["Type"] == "AWS::DynamoDB::Table"
        for index in resource["Properties"].get("GlobalSecondaryIndexes", [])
    }

    assert named - made == set()


def test_the_digest_may_ask_the_indexes_that_it_counts_by(resources: Resources) -> None:
    named = set(INDEX.findall(json.dumps(resources["DailyDigestRole"])))

    assert named == {
        ("MentionsTable", "waiting"),
        ("MentionsTable", "by_day"),
        ("CasesTable", "open_by_due"),
        ("CasesTable", "events_by_day"),
        ("PostsTable", "by_state"),
    }


def test_the_poll_may_ask_only_the_index_that_it_looks_for_a_gaps_neighbours_in(resources: Resources) -> None:
    named = set(INDEX.findall(json.dumps(resources["PollMentionsRole"])))

    assert named == {("MentionsTable", "by_day")}
