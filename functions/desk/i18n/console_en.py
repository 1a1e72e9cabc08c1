"""What English-speaking people read in the console."""

PHRASES = {
    "console.title": "Console",
    "console.skip": "Skip to the content",
    "console.queues": "Inbox",
    "console.problem": "Something went wrong",
    "console.back": "Back to the console",
    # Problems
    "console.problem.unreadable": "The request could not be read. Reload the page and send it again.",
    "console.problem.busy": "The tables do not answer now. What you typed is still here: try again in a moment.",
    "console.problem.defect": "The page could not be made. Try again.",
    "console.problem.no_page": "There is no page at this address.",
    "console.problem.forged": "This request did not come from a page of the console and was refused. Reload the page.",
    "console.problem.not_allowed": "You are not allowed to do that.",
    # Sign-in
    # Queues, search, to read
    # A case and its context
    # Actions on a case, sending, undo
    # Keys, settings, arrivals
    # Suggestions and saved replies
    # Private messages, pictures, look-ups
    # Stop, held posts, posts in doubt
    # Practice
}
