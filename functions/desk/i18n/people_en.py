"""What people who use English read about people and favourites."""

PHRASES = {
    "console.section.people": "People",
    "console.section.favourites": "Favourites",
}
