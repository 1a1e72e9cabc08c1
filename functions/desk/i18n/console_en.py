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
    "console.problem.no_item": "This post doesn't exist, or you can't see it.",
    # Sign-in
    # Queues, search, to read
    # A case and its context
    "console.case.unread": "Not read yet",
    "console.case.choose": "Choose a post from the list.",
    "console.case.conversation": "Conversation",
    "console.case.context": "About this case",
    "console.case.facts": "About this case",
    "console.case.parent": "In reply to: {who}",
    "console.case.video": "Play on X",
    "console.case.folded": "Show {count} earlier posts",
    "console.case.earlier": "Load {count} earlier posts",
    "console.case.draft": "The department's draft",
    "console.case.back": "Back to the case",
    # Actions on a case, sending, undo
    # Keys, settings, arrivals
    # Suggestions and saved replies
    # Private messages, pictures, look-ups
    # Stop, held posts, posts in doubt
    # Practice
}
