"""What English people read on the page on which they answer a case."""

PHRASES = {
    "answer.title": "{kind} {case}",
    # What the case is
    "answer.state": "State",
    "answer.department": "Department",
    "answer.holder": "Assignee",
    "answer.nobody": "unassigned",
    "answer.due": "Answer due",
    "answer.promised": "Answer promised by",
    "answer.late": "(overdue)",
    "answer.urgent": "Urgent: an answer is needed at night and on holidays too.",
    "case.state.open": "Waiting for an answer",
    "case.state.drafted": "Waiting for the operator",
    "case.state.unsent": "To be sent again",
    "case.state.queued": "Reply on its way to X",
    "case.state.promised": "Answer promised",
    "case.state.answered": "Answered",
    "case.state.no_reply": "No replies",
    "case.state.moved": "In DM",
    "case.state.closed": "Closed",
    # What was written to us
    "answer.mentions": "What they wrote",
    "answer.edited": "edited post",
    "answer.author_unknown": "Name to come",
    "answer.no_words": "(no text, the account was only tagged)",
    "answer.parent": "In reply to: {who}",
    "answer.parent.brand": "our account ({handle})",
    "answer.parent.same": "the same author",
    "answer.parent.other": "somebody else",
    "answer.parent_gone": "The post it replies to is deleted or private and can't be seen.",
    "answer.renamed": "The same author has changed their username. Before it was {before}.",
    "answer.cut": "Too long for this page; the full post is on X.",
    "answer.no_mentions": "The posts are deleted, or no longer kept.",
    "answer.on_x": "View on X",
    "case.media.photo": "Photo {number}",
    "case.media.video": "Video {number}",
    "case.media.animated_gif": "Animated picture {number}",
    "case.media.other": "Attachment {number}",
    "case.media.described": "{name}: {text}",
    "answer.why": "How it was read",
    "answer.earlier": "Earlier posts: {count}",
    "answer.earlier_left_out": "{count} earlier posts are left out here. See them on X.",
    "answer.beside": "This is another case of the same author. You can only read it here.",
    "answer.beside_back": "Back to the case you came from",
    "answer.presence.typing": "{by} is typing",
    "answer.presence.opened": "{by} is looking at it",
    "answer.presence.unnamed": "Somebody of {department}",
    # What happened so far
    "answer.history": "Timeline",
    "answer.earlier_events": "{count} further events are left out here.",
    "case.by.person": "{name}",
    "case.by.desk": "the system",
    "case.event.opened": "The case was opened.",
    "case.event.asked_again": "The author asked again; the waiting time counts from then.",
    "case.event.taken": "Taken on by {by}.",
    "case.event.drafted": "{by} wrote an answer and sent it to the operator.",
    "case.event.queued": "{by} sent a reply, which is on its way to X.",
    "case.event.answered": "The answer was posted to X.",
    "case.event.assignee": " Assignee: {by}",
    "case.event.promised": "A promise was posted to X; the answer is still due.",
    "case.event.answered_by_hand": "It was answered on X directly.",
    "case.event.promised_by_hand": "A promise was posted on X directly; the answer is still due.",
    "case.event.not_said": "The reply wasn't posted to X.",
    "case.event.undone": "{by} took the reply back before it was posted. The text is kept.",
    "case.event.noted": "{by} left a note.",
    "case.event.assigned": "{by} assigned this to {assignee}.",
    "case.event.labelled": "{by} changed the labels: {labels}.",
    "case.labels.none": "none",
    "case.event.snoozed": "{by} put this off until {until}.",
    "case.event.woken": "{by} brought this back from Later.",
    "case.event.woken_by_itself": "It came back from Later at the time that was set.",
    "case.event.returned": "{by} sent the draft back to {department}.",
    "case.event.reminded_by_person": "{by} reminded {department}.",
    "case.event.reopened": "{by} opened this again. The author waits from then on.",
    "case.event.taking_down": "{by} asked to delete the reply on X.",
    "case.event.taken_down": "The reply was deleted from X.",
    "case.event.not_taken_down": "The reply could not be deleted from X.",
    "case.event.handed": "{by} handed it to {department}.",
    "case.event.taken_back": "{by} took the hand-over back: it is with {department} again.",
    "case.event.restored": "{by} took the last step back.",
    "case.event.misread": '{by} corrected the reading to "{kind}" and handed it to {department}.',
    "case.event.misread_closed": '{by} corrected the reading to "{kind}" and closed the case without a reply.',
    "case.event.raised": "{by} made it urgent.",
    "case.event.lowered": "{by} made it not urgent.",
    "case.event.cleared": "{by} finished the safety check.",
    "case.event.unseen": "Nobody had opened it, so the operator was notified.",
    "case.event.moved": "A reply that invites to a DM was posted to X.",
    "case.event.wrote_privately": "The author sent a DM.",
    "case.event.unmasked": "{by} viewed the masked numbers.",
    "case.event.acknowledged": "An automatic reply confirmed receipt.",
    "case.event.reminded": "{department} was reminded: the answer is due soon.",
    "case.event.due": "{department} was reminded: the answer is due now.",
    "case.event.escalated": "It is overdue, and the operator was notified.",
    "case.event.called": "The people on call were notified.",
    "case.event.closed": "{by} closed it.",
    # How it stands
    "answer.stand": "What to do now",
    "answer.stand.drafted_by": "An answer by {by} ({time}) is waiting for the operator.",
    "answer.stand.returned": "The operator sent this draft back. Please revise it as the comment says.",
    "answer.stand.draft_here": "An answer by {by} ({time}) is below. Please check it and send it.",
    "answer.stand.queued": "A reply is on its way to X. There is nothing to do until it is posted or X refuses it.",
    "answer.stand.answered": "The answer was posted to X. There is nothing more to do.",
    "answer.stand.moved": (
        "A reply that invites to a DM was posted to X. When the DM conversation is over, close the case below."
    ),
    "answer.stand.closed": "This case is closed. You will get a mail if the author asks again.",
    "answer.elsewhere": "This case is with {department} now. You can only read it here.",
    "answer.take": "I'll take it on",
    "answer.name": "Your name (kept in the timeline)",
    "answer.signed_in": "Signed in as {by}. The timeline keeps this name.",
    # The answer
    "answer.no_reply": "Please do not reply",
    "answer.write": "Write an answer",
    "answer.write_again": "Answer once more",
    "answer.text": "Reply for X",
    "answer.left": "{left} characters left",
    "answer.excess": "{excess} characters too many",
    "answer.over": "Too long even for two posts. Please shorten it.",
    "answer.two": "It becomes 2 posts, split at the end of a sentence.",
    "answer.signature": "Signature, added at the end:",
    "answer.limit": (
        "At most {most}: Latin letters and digits count 1, Korean, Chinese, Japanese and emoji 2, a link 23. A "
        "longer text is split into two posts at the end of a sentence."
    ),
    "answer.holding_legend": "If the answer takes longer",
    "answer.holding": "Promise an answer",
    "answer.holding_hint": "If ticked, the case keeps waiting for its answer after this reply.",
    "answer.promised_until": "by",
    "answer.again": "Answer once more",
    "answer.to_x": "You will see a preview before it is sent.",
    "answer.to_operator": "The operator checks it before it goes to X.",
    "answer.send_to_x": "See how it will look",
    "answer.send_to_operator": "Send to the operator",
    "answer.not_here": "No answer can be written here for this case. Please tell the operator.",
    "answer.confirm.title": "Send it like this?",
    "answer.confirm.text": "This will be posted on X as a reply by {handle}, for everyone to see.",
    "answer.confirm.parts": "It is too long for one post, so it is split in two: the second follows below the first.",
    "answer.confirm.part": "Post {number}, ${usd}",
    "answer.confirm.button": "Send a private message",
    "answer.confirm.private": (
        "Below it is a button that sends us a DM. That conversation does not appear here: please close the case "
        "when it is over."
    ),
    "answer.confirm.cost": "Estimated price: ${usd}.",
    "answer.confirm.holding": "A promise: an answer by {until}. The case keeps waiting for it.",
    "answer.confirm.again": "It has an answer already; this is one more.",
    "answer.confirm.send": "Send",
    "answer.confirm.edit": "Change",
    "answer.to_field": "Go there",
    "answer.to_form": "Go to the answer",
    "answer.unsent": "What you wrote (not sent)",
    "answer.write_again_do": "Write one more answer",
    # Inviting to a DM
    "answer.into_private": "Invite to DM",
    "answer.into_private.hint": (
        "If personal data is needed, go on in a DM: the reply gets a button that sends us a message."
    ),
    "answer.into_private.danger": "Somebody may be in danger, so no set phrase was put in.",
    "answer.into_private.text": (
        "Hello! We would like to look into this for you. Please don't post personal details here: use the button "
        "below to send us a DM."
    ),
    # Instead of an answer
    "answer.otherwise": "Instead of an answer",
    "answer.otherwise_no_reply": "Close the case",
    "answer.more": "More",
    "answer.choose": "Please choose",
    "answer.hand": "Hand over",
    "answer.hand_to": "To which department",
    "answer.note": "Note for them (optional)",
    "answer.fact_check": "Ask for a fact check",
    "answer.fact_check_hint": "If a claim has to be checked first, this sends it to the department that checks facts.",
    "answer.fact_check_note": "What to check (optional)",
    "answer.close": "Close without a reply",
    "answer.close_hint": "Closes the case without a reply. The reason is kept here and never goes to X.",
    "answer.close_reason": "Why no answer is needed",
    "answer.close_do": "Close without a reply",
    "answer.finish": "Close the case",
    "answer.finish_hint": "How it ended is kept here and never goes to X.",
    "answer.finish_reason": "How it ended",
    "answer.finish_do": "Close the case",
    "answer.raise": "Make it urgent",
    "answer.raise_hint": (
        "The due time is counted again from when it was asked, nights and holidays included. The person on call is"
        " notified too. To take it on yourself, choose “I'll take it on” afterwards."
    ),
    "answer.raise_do": "Make it urgent",
    "answer.raise_check": "Mark as danger",
    "answer.clear": "Finish the safety check",
    "answer.check_hint": (
        "As danger it is urgent, and the people on call are notified too. After the safety check it is handled like "
        "any other case."
    ),
    "answer.lower": "Make it not urgent",
    "answer.lower_hint": (
        "The due time is counted again from when it was asked, in working hours only. Nobody on call is notified "
        "any more."
    ),
    "answer.lower_do": "Make it not urgent",
    "answer.misread": "Correct the reading",
    "answer.misread_hint": (
        "Choose what it really is and which department it is for; it goes there. Posts that need no answer (an "
        "opinion, small talk, advertising) are closed."
    ),
    "answer.misread_kind": "What it is",
    "answer.misread_department": "Department",
    "answer.misread_do": "Correct the reading",
    # What is masked
    "answer.unmask": "Show the masked numbers",
    "answer.unmask.hint": "The posts have masked numbers. The timeline records who viewed them.",
    "answer.unmasked": "The masked numbers are shown on this page only. The timeline records who viewed them.",
    "answer.private": (
        "For people of the brand only. Anyone with the link can answer, so please don't share it outside."
    ),
    # What a form led to
    "answer.done.taken": "You have taken it on. The others can see that.",
    "answer.done.drafted": "Your answer went to the operator, who checks it before it goes to X.",
    "answer.done.queued": "Your reply is on its way to X.",
    "answer.done.unsure": "Your reply is saved, but may not be on its way yet. Please check here in a few minutes.",
    "answer.done.handed": "Handed over to the other department.",
    "answer.done.taken_back": "The hand-over is taken back. That department was notified already: tell it, if need be.",
    "answer.done.taken_back_not_notified": (
        "The hand-over is taken back. That department was not notified, and won't be."
    ),
    "answer.done.restored": "Undone. The case is as it was before.",
    "answer.done.fact_check": "A fact check was requested.",
    "answer.done.misread": "The reading is corrected.",
    "answer.done.misread_closed": "The reading is corrected, and the case is closed without a reply.",
    "answer.done.raised": "It is urgent now. Please check the new due time.",
    "answer.done.lowered": "It is no longer urgent. Please check the new due time.",
    "answer.done.cleared": "The safety check is finished. It is handled like any other case now.",
    "answer.done.closed": "Closed.",
    "answer.done.noted": "The note is saved.",
    "answer.done.assigned": "Assigned.",
    "answer.done.labelled": "Changed the labels.",
    "answer.done.snoozed": "Put off. The due time stays as it is.",
    "answer.done.woken": "It is back in its queue.",
    "answer.done.returned": "Sent back to the department with your comment.",
    "answer.done.reminded_by_person": "The department was reminded.",
    "answer.done.reopened": "Opened again. Please check the due time.",
    "answer.done.undone": "The reply was taken back. Its text is kept.",
    "answer.done.taking_down": "The reply is being deleted from X. The timeline will show the result.",
    "answer.done.not_notified": (
        "It is saved, but the mail about it has not gone out yet. It will be tried again soon; if it is urgent, "
        "please tell them yourself."
    ),
    # Why an answer can't be sent
    "answer.refusal.closed": "This case is closed and can't be answered. You will get a mail if the author asks again.",
    "answer.refusal.underway": "Another reply is on its way to X. Please wait for its result.",
    "answer.refusal.not_of_this_case": "The post is not part of this case, so it can't be answered here.",
    "answer.refusal.not_summoned": (
        "X allows no reply from here to a post that does not mention us. Please answer it on X itself."
    ),
    "answer.refusal.answered_already": (
        "It has an answer already. To answer all the same, tick “Answer once more” below."
    ),
    "answer.refusal.paused": (
        "Posting to X is paused, so nothing can be sent now. Your text is kept below; please send it once the "
        "pause is over."
    ),
    "answer.refusal.gone": (
        "The post to answer is deleted, or no longer kept. If nothing is left to do, please choose [Close without "
        "a reply]."
    ),
    # Why nothing was done
    "answer.moved": "Something has changed in the meantime, so nothing was done: {what} Please check it and try again.",
    "answer.moved.mention": "The author has written more.",
    "answer.problem.stale": "The page was too old, so nothing was done. Please check the current state and try again.",
    "answer.problem.danger_alone": "Somebody may be in danger, so it was left alone. Open it and act on it by itself.",
    "answer.problem.take_back_changed": "The case has changed, so that can't be taken back. Please act anew.",
    "answer.problem.remind_elsewhere": "This case doesn't wait for a department's answer, so nobody can be reminded.",
    "answer.problem.remind_gone": "The posts of this case were removed, so nobody can be reminded.",
    "answer.problem.remind_again": (
        "{by} reminded them {minutes} minutes ago. A department is reminded of a case once an hour at most."
    ),
    "answer.problem.take_back_lost": (
        "A step that dropped a draft, or decided about a trial's case, can't be taken back. Please act anew."
    ),
    "answer.problem.not_now": "This isn't possible in the current state.",
    "answer.problem.busy": "It could not be saved just now. Please try again in a moment.",
    # What is to be mended
    "answer.problem.name": "Please give your name.",
    "answer.problem.text": "Please write a reply.",
    "answer.problem.too_long": "Its length is {count}, more than {most}. Please shorten it.",
    "answer.problem.post_too_long": "It has {excess} characters too many. Please shorten it.",
    "answer.problem.too_long_uncut": (
        "It has {excess} characters too many and no end of a sentence at which it could be split. Please shorten it."
    ),
    "answer.problem.bad_encoding": (
        "It has broken characters (U+FFFD): something on the way did not use UTF-8. Please enter them again."
    ),
    "answer.problem.forbidden_characters": "It has invisible characters ({characters}). Please remove them.",
    "answer.problem.too_many_cashtags": "It has {count} cashtags; X allows one.",
    "answer.problem.same_text": "The same text was sent within a day. Please change the wording.",
    "answer.problem.not_accepted": "X would not accept this. Please change it.",
    "answer.problem.unfilled": "Some places are not filled in yet: {places}. Fill or remove them, then send.",
    "answer.problem.private": "It has private information that everyone on X would see: {kinds}. Please remove it.",
    "answer.problem.pictures": "A post has at most {most} pictures.",
    "answer.problem.pictures_private": (
        "A reply that asks into a private conversation takes no pictures. Remove them, or do not ask for one."
    ),
    "answer.problem.pictures_draft": "A draft takes no pictures. Remove them and send it again.",
    "answer.problem.picture_refused": "One of the pictures cannot be used. Remove it and send the reply again.",
    "answer.problem.picture_waiting": ("A picture is still being prepared. Please send the reply again in a moment."),
    "answer.problem.alt": "A picture's description has at most {most} characters.",
    "answer.problem.until": "Please enter by when you promise an answer.",
    "answer.problem.until_past": "The time promised has passed already. Please choose a later one.",
    "answer.problem.until_far": "The time promised is too far away. Please choose one within {days} days.",
    "answer.problem.promise_undecided": "It says “{words}”. Keep it as a promise or switch that off, and send again.",
    "answer.problem.department": "Please choose a department, other than the one that has it now.",
    "answer.problem.kind": "Please choose what it is.",
    "answer.problem.reason": "Please say why no answer is needed.",
    "answer.problem.end": "Please say how it ended.",
    "answer.problem.same": "It is like that already. Please choose something else.",
    "answer.problem.note": "Please write a note.",
    "answer.problem.comment": "Please say what is to be changed.",
    "answer.problem.holder": "Please name the person.",
    "answer.problem.same_holder": "That person has it already.",
    "answer.problem.labels": "A label can't be chosen. Please reload and choose again.",
    "answer.problem.same_labels": "The labels are as before.",
    "answer.problem.sure": "Please confirm that it is to be deleted.",
    "answer.problem.snooze": "Please choose when to come back to it.",
    "answer.problem.snooze_past": "That time has passed. Please choose a later one.",
    "answer.problem.snooze_urgent": "What is urgent or past due, or where somebody may be at risk, can't be put off.",
    "private_number.phone": "a phone number",
    "private_number.resident": "a resident registration number",
    "private_number.card": "a card number",
    "private_number.account": "a bank account number",
    "private_number.order": "an order number",
    # Instead of the page
    "answer.not_yours.title": "You may not open this case",
    "answer.not_yours.text": "Your account does not belong to this department. Ask the operator for access.",
    "answer.unsent.title": "Not sent yet",
    "answer.unsent.text": "Your session has ended. Sign in in a new tab, then send this again. Your text is kept.",
    "answer.unsent.written": "What you wrote",
    "answer.unsent.sign_in": "Sign in in a new tab",
    "answer.unsent.send": "Send again",
    "answer.closed_link.title": "This link can't be opened",
    "answer.closed_link.text": (
        "The case went to another department, the link is older than 45 days, or the address is wrong. "
        "If you need it, please ask the operator for a new link."
    ),
    "answer.unavailable.title": "This can't be opened right now",
    "answer.unavailable.text": "Please open the same link again in a moment. The case is safe.",
    "answer.unreadable.title": "Your form did not arrive",
    "answer.unreadable.text": (
        "What you sent is too long or can't be read, so nothing was done. Please go back and shorten it, or open the "
        "link again."
    ),
    "answer.handed.title": "Handed over to the other department",
    "answer.handed.text": (
        "They got a link of their own by mail. This link no longer opens the case; you can close the page. Thank you."
    ),
    "answer.handed_not_notified.title": "Handed over, but the mail has not gone out yet",
    "answer.handed_not_notified.text": (
        "The case is theirs now, but they do not know of it yet. The mail will be tried again soon; if it is "
        "urgent, please tell them yourself. This link no longer opens the case."
    ),
}
