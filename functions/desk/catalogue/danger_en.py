"""English: what people are told of a case in which somebody may be in danger."""

PHRASES = {
    "danger.self_harm": "This seems to be about suicide or self-harm. Please look at it before anything else.",
    "danger.self_harm.answer": (
        "A person must write the reply. Be warm and calm; avoid set phrases and anything that sounds like marketing."
    ),
    "danger.self_harm.help": (
        "Point the author to {help_line}. If somebody seems to be in danger right now, call {emergency}."
    ),
    "danger.people": "People may be in danger. Please act first, and reply after that.",
    "danger.people.help": "If help seems to be needed, call {emergency} at once.",
    "danger.not_automatic": "No automatic reply goes out to this case.",
    # Whom to call, by the country where the desk works
    "danger.help_line.kr": "the suicide prevention line in Korea, 109 (day and night)",
    "danger.help_line.other": "the crisis line of the country where the author lives",
    "danger.emergency.kr": "119 (fire, rescue, ambulance) or 112 (police)",
    "danger.emergency.other": "the local emergency number",
}
