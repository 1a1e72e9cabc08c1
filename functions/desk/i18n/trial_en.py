"""What English-speaking people read during a trial."""

PHRASES = {
    "console.section.trial": "Trial",
    "case.event.released": "{by} released it from the trial to {department}.",
    "case.event.withheld": "{department} was not notified, because the trial had begun.",
    "answer.done.released": "It went to its department. The deadline counts from now on.",
    "mail.trial": "The desk is in trial, so {department} was not notified. Please look at it at once.",
    "mail.why.released": "An operator checked this case during the trial and released it.",
}
