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
    "console.suggestions": "Suggested answers",
    "console.suggestions.back": "Back to the case",
    "console.replies": "Saved replies",
    "console.replies.hint": (
        "{{name}}, {{case}}, {{due}} and {{department}} are filled in from the case. A person has to fill other places."
    ),
    "console.replies.find": "Find a saved reply",
    "console.replies.find.go": "Find",
    "console.replies.none": "There are no saved replies yet.",
    "console.replies.none_fits": "No saved reply fits this case. Search to find one among all.",
    "console.replies.not_found": "No saved reply contains “{words}”.",
    "console.replies.more": "{count} more; add a word to narrow them down.",
    "console.replies.all": "Manage saved replies",
    "console.replies.ended": "No longer offered",
    "console.reply.new": "New saved reply",
    "console.reply.edit": "Edit the saved reply",
    "console.reply.title": "Title",
    "console.reply.text": "Reply",
    "console.reply.text.hint": (
        "{{name}}, {{case}}, {{due}} and {{department}} are filled in. Other places such as {{area}} are possible."
    ),
    "console.reply.department": "For which department?",
    "console.reply.any_department": "All departments",
    "console.reply.kind": "For which kind?",
    "console.reply.any_kind": "All kinds",
    "console.reply.last_day": "Until when?",
    "console.reply.last_day.hint": "Leave it empty to offer it for good. After this day it is listed but not offered.",
    "console.reply.save": "Save",
    "console.reply.back": "Back without saving",
    "console.reply.delete": "Delete this reply",
    "console.reply.delete.hint": "This can't be undone. Replies that were sent stay as they are.",
    "console.reply.delete.sure": "Delete it",
    "console.reply.until": "until {day}",
    "console.reply.changed": "changed by {by}, {time}",
    "console.reply.seed": "as delivered",
    "console.reply.title_missing": "Enter a title.",
    "console.reply.bad_day": "Choose the day again.",
    "console.reply.stale": "The page was too old and nothing was saved. Save once more.",
    "console.reply.too_many": "There are more than {most} saved replies. Delete some that are no longer used.",
    "console.reply.moved": (
        "{by} changed this reply meanwhile. It now reads: “{text}”. Saving again replaces it by yours."
    ),
    "console.reply.gone": "This reply was deleted.",
    # Private messages, pictures, look-ups
    # Stop, held posts, posts in doubt
    # Practice
}
