"""What people read in English of authors who want no replies, and of automatic ones."""

PHRASES = {
    "answer.refusal.opted_out": (
        "The author asked us not to reply, so nothing can be sent. Once the author mentions us again, you can answer. "
        "If there is nothing left to do, choose “No answer needed”."
    ),
    "answer.refusal.in_danger": (
        "People may be in danger, so no automatic reply is sent. Please give the name of the person who answers."
    ),
    "answer.refusal.automatic_twice": (
        "An automatic reply is sent once only. There is a reply already, so none was sent."
    ),
}
