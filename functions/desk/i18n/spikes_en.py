"""The English catalogue of spikes of faults."""

PHRASES: dict[str, str] = {
    "spike.usual": "{number}",
    "spike.usual_less": "hardly any",
    "spike.rate": "{faults} in {minutes} min (usually {usual})",
    "spike_mail.subject": "[{brand}] {department}: spike in fault reports, {rate}",
    "spike_mail.subject.usual": "[{brand}] {department}: fault reports are back to usual",
    "spike_mail.subject.too_long": "[{brand}] {department}: spike in fault reports, {hours} hours have passed",
    "spike_mail.subject.waiting": "{subject}, cases still waiting: {waiting}",
    "spike_mail.look": "Please do not reply to this mail.",
    "spike_mail.intro": (
        "{department} is suddenly getting many fault reports: {faults} within {minutes} minutes. "
        "Usual at this time of the week: {usual} in {minutes} minutes."
    ),
    "spike_mail.since": "Since: {time}",
    "spike_mail.words": "Words used most: {words}",
    "spike_mail.word": "{word} ({count})",
    "spike_mail.first": "■ The first reports",
    "spike_mail.quoted": "{number}. {time}",
    "spike_mail.quoted_case": "{number}. {time}, case {case}",
    "spike_mail.next": "■ From now on",
    "spike_mail.next.joins": (
        "- Until the spike ends, new fault reports for {department} are collected, without a mail or a call for each."
    ),
    "spike_mail.next.danger": "- Posts about people in danger, and all other cases, are still reported at once.",
    "spike_mail.next.end": "- When the spike ends, one mail lists the cases that still wait for an answer.",
    "spike_mail.trial": "{department} is in trial, so this mail goes to the operator only.",
    "spike_mail.page": "All reports (operator console): {url}",
    "spike_mail.notice": "Write an outage notice (operator console): {url}",
    "spike_mail.tell": (
        "If you learn the cause, or when it will be fixed, please tell the operator{address}, who writes the notice."
    ),
    "spike_mail.ended": "From {since} to {until}, {department} got {faults} fault reports.",
    "spike_mail.ended.usual": "Their number is back to usual.",
    "spike_mail.ended.too_long": (
        "Reports may still be coming in, but this spike has been open for {hours} hours and ends here. "
        "If reports spike again, you will be notified again."
    ),
    "spike_mail.ended.none": "None of these cases waits for an answer.",
    "spike_mail.ended.waiting": "{waiting} of these cases still wait for an answer. Those due first come first.",
    "spike_mail.ended.unknown": "Please see the operator console for the cases that still wait for an answer.",
    "spike_mail.ended.more": "{count} more are in the operator console.",
    "spike_mail.ended.again": "New fault reports are sent one by one again.",
    "console.section.spikes": "Spikes and incidents",
    "console.spikes.title": "Spikes and incidents",
    "console.spikes.hint": "From the last {days} days.",
    "console.spikes.all": "All spikes",
    "console.spikes.none": "No spikes.",
    "console.spike.title": "{department}: spike in fault reports",
    "console.spike.since": "Since {since}",
    "console.spike.so_far": "{count} reports since {since}",
    "console.spike.span": "{since} to {until}",
    "console.spike.count": "{count} reports",
    "console.spike.open": "See the reports",
    "console.spike.is_open": "Open",
    "console.spike.is_over": "Over",
    "console.spike.found": "Found {at}: {rate}",
    "console.spike.when_found": "when found: {rate}",
    "console.spike.mailed": "mailed {at}",
    "console.spike.mailed.not_yet": "the mail could not be sent yet",
    "console.spike.end_mailed": "end mailed {at}",
    "console.spike.end_mailed.not_yet": "the mail about its end could not be sent yet",
    "console.spike.called": "called {at}",
    "console.spike.words": "Words used most:",
    "console.spike.joins": (
        "New fault reports for this department are collected here, without a mail or a call for each. "
        "Posts about people in danger are still reported at once."
    ),
    "console.spike.chart": "Reports, {minutes} min a bar",
    "console.spike.chart.label": "Bar chart of reports, {minutes} min a bar. The most: {most}, usual: {usual}.",
    "console.spike.most": "most: {count}",
    "console.spike.usual": "usual: {usual}",
    "console.spike.table": "As a table",
    "console.spike.column.time": "Time",
    "console.spike.column.faults": "Reports",
    "console.spike.notices": "Outage notices",
    "console.spike.no_notice": "There is no outage notice yet.",
    "console.spike.on_x": "View on X",
    "console.spike.write": "Write an outage notice:",
    "console.spike.write.hint": "Opens the composer with a text to begin with. Fill in what is in braces.",
    "console.spike.authors": "Authors: {count}",
    "console.spike.elsewhere": (
        "Cases in danger, to be checked or at other departments, which are handled by themselves: {count}."
    ),
    "console.spike.cases": "Cases",
    "console.spike.counted": "States of the newest {count} cases.",
    "console.spike.newest": "The newest {count} are listed.",
    "console.spike.bulk": "Select all reports",
    "console.spike.no_case": "There is no case yet.",
    "section.spikes": "Spikes in fault reports",
    "digest.spike": "{department}: spike in fault reports, {faults} reports {when}. When it was found: {rate}.",
    "digest.spike.since": "since {since}",
    "digest.spike.span": "from {since} to {until}",
    "todo.spike": "Going on now. {spike}",
    "on_call.spike": "Urgent: {department}, {faults} fault reports in {minutes} min (usually {usual})",
}
