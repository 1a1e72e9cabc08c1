"""What Korean people read about people and favourites."""

PHRASES = {
    "console.section.people": "사람들",
    "console.section.favourites": "마음에 들어요",
}
