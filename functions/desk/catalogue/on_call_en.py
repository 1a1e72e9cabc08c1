"""What people on call read in English: text messages, so short."""

PHRASES = {
    "on_call.one": "Urgent: {kind} {case} {department}, {waited}",
    "on_call.many": "Urgent: {count} waiting, oldest {case} ({department}) {waited}",
    "on_call.waited.minutes": "{minutes} min",
    "on_call.waited.hours": "{hours}h {minutes}m",
    "on_call.waited.days": "{days} days",
    "on_call.link": "{text}\n{link}",
}
