"""What English-speaking people read during a trial."""

PHRASES = {
    "console.section.trial": "Trial",
    "case.event.released": "{by} released it from the trial to {department}.",
    "case.event.withheld": "{department} was not notified, because the trial had begun.",
    "answer.done.released": "Sent to its department. The due time counts from now on.",
    "mail.trial": "The desk is in trial, so {department} was not notified. Please look at it at once.",
    "mail.why.released": "An operator checked this case during the trial and released it.",
    "console.row.trial": "Trial: the department was not notified",
    "console.trial.hint": (
        "Cases of departments in trial wait here, and nothing is sent. Check the department and release them."
    ),
    "console.trial.over": "The trial has ended. New cases go to their departments at once.",
    "console.trial.waiting": "Waiting cases",
    "console.trial.empty": "No case is waiting.",
    "console.trial.keys": (
        "j, k move · Enter release · d correct the department · e close without a reply · x select · ? all keys"
    ),
    "console.trial.why": "Why it was read this way:",
    "console.trial.proposed": "Proposed department",
    "console.trial.release": "Release",
    "console.trial.release_to": "Release to {department}",
    "console.trial.correct": "Correct the department",
    "console.trial.close": "Close without a reply",
    "console.trial.reason": "Reason",
    "console.trial.reason.usual": "No answer needed",
    "console.trial.reason.ended": "The trial ended",
    "console.trial.at_risk": "The operator was notified at once. The department was not.",
    "console.trial.withheld": "{department} was not notified, because it is in trial.",
    "console.trial.release_ticked": "Release the selected cases",
    "console.trial.tick_hint": "Each department gets one mail about all of its selected cases.",
    "console.trial.more": "More cases are waiting.",
    "console.trial.next": "Show the next ones",
    "console.trial.ended": (
        "Cases that wait although the trial of their department has ended: {count}. Send or close them; "
        "nothing goes out by itself."
    ),
    "console.trial.release_all": "Send all",
    "console.trial.close_all": "Close all",
    "console.trial.close_all.hint": "All are closed, and no department is notified.",
    "console.trial.done.release": "Released to their departments: {count}.",
    "console.trial.done.hand": "Corrected and sent: {count}.",
    "console.trial.done.close": "Closed: {count}.",
    "console.trial.report": "Results by department",
    "console.trial.report.hint": (
        "Agreement is the share of decided cases that were released unchanged. "
        "Expected mails are what the department would have got without the trial."
    ),
    "console.trial.no_figures": "There are no results yet.",
    "console.trial.column.department": "Department",
    "console.trial.column.proposed": "Proposed",
    "console.trial.column.released": "Released",
    "console.trial.column.corrected": "Corrected to",
    "console.trial.column.closed": "Closed without a reply",
    "console.trial.column.agreement": "Agreement",
    "console.trial.column.mails": "Mails a day",
    "console.trial.column.danger": "Danger, safety checks",
    "console.trial.column.oldest": "Oldest waiting",
    "console.trial.mails": "{average} (most {most})",
    "console.trial.oldest": "{span}",
    "console.script.trial.arrived": "New cases: {count}.",
    "console.script.trial.show": "Show",
    "console.script.trial.release": "Release",
    "console.script.trial.correct": "Correct the department, then a figure",
    "console.script.trial.close": "Close without a reply",
    "trial.digest.waiting": "{count} cases wait for a decision in the console, under Trial.",
    "trial.digest.decided": (
        "proposed {proposed} · released {released} · corrected {corrected} · closed without a reply {closed}"
    ),
    "trial.digest.agreement": "agreement {share}%",
    "trial.digest.mails": "expected mails a day: {average} (most {most})",
    "trial.digest.danger": "danger and safety checks {count}",
    "trial.digest.oldest": "{count} waiting, the oldest since {moment}",
    "trial.digest.to": "Corrected to:",
}
