"""What everybody else reads in mails with feedback."""

PHRASES = {
    "feedback_mail.subject": "{department} feedback ({count}), {days}",
    "feedback_mail.span": "{first} to {last}",
    "feedback_mail.intro.days": "This is the feedback for {department} from {first} to {last} ({count} in all).",
    "feedback_mail.intro.one_day": "This is the feedback for {department} on {first} ({count} in all).",
    "feedback_mail.original": "In the authors' own words; only phone, account and similar numbers are masked.",
    "feedback_mail.newest": "The newest {count} are listed here.",
    "feedback_mail.about": "■ {word} ({count})",
    "feedback_mail.others": "■ Other feedback ({count})",
    "feedback_mail.author": "{author}, {time}",
    "feedback_mail.author_unknown": "See X for the author, {time}",
    "feedback_mail.asks": "If one of these needs an answer, please tell the operator.",
    "feedback_mail.asks_operator": "If one of these needs an answer, please answer on X.",
}
