"""What people who use English read in the composer, in the calendar, and about pictures and feeds."""

PHRASES = {
    "console.section.write": "Write",
    "console.section.calendar": "Calendar",
    # The calendar
    "console.stop.calendar": "Change times in the calendar",
    "console.calendar.title": "Calendar",
    "console.calendar.days": "Days",
    "console.calendar.today": "Today",
    "console.calendar.day": "Day",
    "console.calendar.week": "Week",
    "console.calendar.before.day": "Day before",
    "console.calendar.after.day": "Next day",
    "console.calendar.before.week": "Week before",
    "console.calendar.after.week": "Next week",
    "console.calendar.go": "Go",
    "console.calendar.date": "Date",
    "console.calendar.of_week": "{first} – {last}",
    "console.calendar.holiday": "Holiday",
    "console.calendar.empty": "No posts.",
    "console.calendar.keys": "j, k select a post · m change its time · ←, → go back and forth · t today",
    "console.calendar.awaiting": "Waiting for approval",
    "console.calendar.returned": "Your posts that were not approved",
    "console.calendar.returned_by": "Not approved by {by}",
    "console.calendar.to_decide": "Posts that are held or need a check: {count}.",
    "console.calendar.planned_for": "Planned for {at}",
    "console.calendar.written_by": "By",
    "console.calendar.approved_by": "Approved by",
    "console.calendar.price": "Price ${usd}",
    "console.calendar.pictures": "Pictures: {count}",
    "console.calendar.on_x": "View on X",
    "console.calendar.overdue": "Its time has passed. Post it now or choose another time.",
    "console.calendar.until": "Without an approval it is not posted after",
    "console.calendar.needs_another": "Somebody else must approve it.",
    "console.calendar.approve": "Approve",
    "console.calendar.approve_now": "Approve and post now",
    "console.calendar.approve_at": "Approve for another time",
    "console.calendar.refuse": "Don't approve",
    "console.calendar.why": "Why it is not approved",
    "console.calendar.why.hint": "Its author reads this.",
    "console.calendar.move": "Change the time",
    "console.calendar.new_time": "Date and time",
    "console.calendar.rewrite": "Cancel and write it anew",
    "console.calendar.write_again": "Write it anew",
    "console.calendar.drop": "Don't post",
    "console.calendar.release": "Post now",
    "console.calendar.done.move": "The time is changed. It is planned for {at}.",
    "console.calendar.done.approve": "Approved. It is posted on {at}.",
    "console.calendar.done.approve.now": "Approved. It is posted on X in a moment.",
    "console.calendar.done.refuse": "Not approved. Its author sees the reason in the calendar.",
    "console.calendar.done.drop": "It will not be posted.",
    "console.calendar.done.release": "It is posted on X in a moment.",
    "console.calendar.see": "View the post",
    "console.calendar.own_post": "You wrote this post, so somebody else must approve it.",
    "console.calendar.time_passed": "Its time has passed. Post it now or choose another time.",
    "console.calendar.changed": "It changed meanwhile and was left as it is: {state}, planned for {at}.",
    "console.calendar.changed_by": ("{by} changed it first, so it was left as it is: {state}, planned for {at}."),
    "console.calendar.no_reason": "Give a reason. Its author needs it to correct the post.",
    "console.calendar.problem.moment_unreadable": "Choose a date and a time.",
    "console.calendar.problem.moment_skipped": "The clock is put forward and skips that time. Choose another one.",
    "console.calendar.problem.moment_ambiguous": "The clock is put back and shows that time twice. Choose another one.",
    "console.calendar.problem.time_in_the_past": "That time has passed. Choose a later one.",
    "console.calendar.problem.time_too_far": "Choose a time within {days} days.",
    "console.calendar.problem.same_text": "There is the same text within a day of that time. Choose another day.",
    # The composer
    "console.write.title": "Write",
    "console.write.text": "The post",
    "console.write.kind": "Kind of post",
    "console.write.operators_only": "Only operators write posts.",
    "console.write.restored": "What you were writing is open again.",
    "console.write.no_draft": "This draft was already posted or removed.",
    "console.write.undone": "Undone. The text is still here: change it and send it again.",
    "console.write.too_late": "It was already on its way to X and could not be undone.",
    "console.write.over": "This is longer than X allows. Please shorten it.",
    "console.write.price": "Costs ${usd}",
    "console.write.price.link": "Costs ${usd} (a link makes it expensive)",
    "console.write.preview": "How X shows it",
    "console.write.preview.empty": "What you write appears here.",
    "console.write.picture": "Picture {number}",
    "console.write.pictures": "{count} picture(s)",
    "console.write.starts": "Begin with a text",
    "console.write.starts.hint": "Places in braces must be filled before it can be sent.",
    "console.write.start.service": "A new service",
    "console.write.start.service.text": "We are launching {{service}}. {{what it does}}. Find out more at {{address}}.",
    "console.write.start.maintenance": "Planned maintenance",
    "console.write.start.maintenance.text": (
        "We carry out maintenance on {{day}} from {{time}}. During this time {{service}} is not "
        "available. Thank you for your patience."
    ),
    "console.write.start.correction": "Something that is not true",
    "console.write.start.correction.text": "It is not true that {{claim}}. This is what we have confirmed: {{fact}}",
    "console.write.start.thanks": "Thanks for the support",
    "console.write.start.thanks.text": (
        "Thank you for your support with {{occasion}}. We keep working to make things easier for you."
    ),
    "console.write.start.began": "An outage began",
    "console.write.start.began.text": (
        "{{service}} is disrupted in {{area}} at the moment. We are looking for the cause and will tell "
        "you more by {{time}}. We are sorry for the trouble."
    ),
    "console.write.start.going_on": "Being repaired",
    "console.write.start.going_on.text": (
        "We have found the cause of the outage of {{service}} in {{area}} and are repairing it. We will "
        "tell you more by {{time}}. We are sorry for the trouble."
    ),
    "console.write.start.resolved": "Works again",
    "console.write.start.resolved.text": (
        "{{service}} in {{area}} has worked again since {{time}}. We are sorry for the trouble. If it "
        "still fails for you, please mention us."
    ),
    "console.write.article": "From a title and a link",
    "console.write.article.title": "Title",
    "console.write.article.url": "Link",
    "console.write.article.hashtags": "Hashtags",
    "console.write.article.hint": "A long title is shortened until it fits. Separate hashtags with spaces.",
    "console.write.article.add": "Add to the text",
    "console.write.when": "When to post?",
    "console.write.when.now": "Now",
    "console.write.when.today": "This evening · {at}",
    "console.write.when.tomorrow": "Tomorrow morning · {at}",
    "console.write.when.working_day": "Next working morning · {at}",
    "console.write.when.other": "Another time",
    "console.write.when.at": "Day and time",
    "console.write.send": "Post",
    "console.write.plan": "Schedule",
    "console.write.undo": "Undo",
    "console.write.see_post": "See that post",
    "console.write.to_calendar": "See the calendar",
    "console.write.drafts": "Drafts from news",
    "console.write.draft.write": "Write",
    "console.write.draft.remove": "Remove",
    "console.write.draft.guessed": "Its character encoding was guessed. Please check that no characters are wrong.",
    "console.write.done.undo": "It is posted in {seconds} s.",
    "console.write.done.scheduled": "Scheduled. It is posted on {at}.",
    "console.write.done.published": "It is on X.",
    "console.write.done.awaiting_approval": "It is posted once another operator approves it.",
    "console.write.done.queued": "It is being posted to X.",
    "console.write.note.paused": (
        "Posting is paused. If you send it, it is held, and somebody has to release it after the pause."
    ),
    "console.write.note.paused_later": "Posting is paused. Unless it is resumed by then, the post is held.",
    "console.write.note.approval": "Another operator must approve posts of this kind.",
    "console.write.note.trial": "The desk is in trial, but what you write here is posted to X.",
    "console.write.note.past": "This time has passed.",
    "console.write.note.closed": "It is posted outside working hours, when nobody may be there for questions.",
    "console.write.note.places": "Some places are not filled yet: {places}",
    "console.write.note.no_alt": (
        "{count} picture(s) have no description. Please describe them for people who cannot see them."
    ),
    "console.write.problem.kind": "Please choose the kind of post.",
    "console.write.problem.pictures": "A post has at most {most} pictures.",
    "console.write.problem.picture_refused": "One of the pictures cannot be used. Remove it and send the post again.",
    "console.write.problem.picture_waiting": (
        "A picture is still being prepared. Please send the post again in a moment."
    ),
    "console.write.problem.alt": "A picture's description has at most {most} characters.",
    "console.write.problem.already_sent": (
        "This form has already sent another post. Send once more to post this one as well."
    ),
    "console.write.problem.draft_sent": "This draft was already posted. Send once more to post this text as well.",
    "console.write.problem.was_cancelled": (
        "The post that this form sent was cancelled. Send once more to post it as a new one."
    ),
    "console.write.problem.text_empty": "Please write the post first.",
    "console.write.problem.text_too_long": (
        "The text is too long: X counts {count}, and {limit} are possible. Please shorten it."
    ),
    "console.write.problem.bad_encoding": "Some characters cannot be read. Please remove them and type them again.",
    "console.write.problem.forbidden_characters": (
        "Characters that nobody sees ({characters}) are in it. Please remove them."
    ),
    "console.write.problem.too_many_cashtags": "There are {count} cashtags beginning with $. X takes one.",
    "console.write.problem.bad_link": "This address cannot be a link. Enter a public one that begins with https://.",
    "console.write.problem.bad_hashtag": "“{hashtag}” cannot be a hashtag: use letters, digits and _ only.",
    "console.write.problem.title_does_not_fit": (
        "Hashtags and link leave no room for the title. Please use fewer hashtags."
    ),
    "console.write.problem.moment_unreadable": "Please choose the day and time.",
    "console.write.problem.moment_skipped": (
        "The clock skips that time when it is put forward. Please choose another one."
    ),
    "console.write.problem.moment_ambiguous": (
        "The clock shows that time twice when it is put back. Please choose another one."
    ),
    "console.write.problem.time_in_the_past": "This time has passed. Please choose a later one.",
    "console.write.problem.time_too_far": "Please choose a time within {days} days.",
    "console.write.problem.expires_too_early": "It would expire before it is posted. Please choose another time.",
    "console.write.problem.article_left": "The title and link are not in the text yet. Add them to it, or clear them.",
    "console.write.problem.same_text": "The same text was posted or planned within a day. Please change the wording.",
    "console.write.problem.not_accepted": "X does not take this text. Please change it.",
    # Feeds
    "console.feeds.title": "Where news comes from",
    "console.feeds.automatic": "Posted automatically",
    "console.feeds.read": "Read {at}.",
    "console.feeds.not_yet": "Not read yet. What is there at the first reading does not become a draft.",
    "console.feeds.since": "Since {at}",
    "console.feeds.read_before": "last read {at}",
    "console.feeds.left_out": (
        "Many new entries came at once at {at}, and {count} of them did not become drafts. Please check whether the "
        "blog's addresses or ids have changed."
    ),
    "console.feeds.moved": "It has moved and is read at its new address. Please change desk.yaml, too.",
    "feeds.failure.not_fetched": "It could not be read: {why}",
    "feeds.failure.status": "It could not be read: the server answered {detail}",
    "feeds.failure.not_a_feed": "This is neither RSS, Atom nor JSON Feed. Please check the address.",
    "feeds.failure.empty": "The server sent an empty document.",
    "feeds.failure.encoding": "It can't be read in its character encoding ({detail}). Please save it as UTF-8.",
    "feeds.failure.document_type": (
        "It has a DOCTYPE declaration and is not read for safety. Please remove that declaration from the feed."
    ),
    "feeds.failure.damaged": "The document is damaged and can't be read. Please check that it is valid XML.",
    "feeds.failure.too_complex": (
        "The document is too complex, so reading it was stopped. Please list fewer entries, or check its structure."
    ),
    "feeds.failure.defect": "The desk failed to process the document. The technical log says why.",
    # Pictures
    "console.pictures": "Pictures",
    "console.pictures.pick": "Choose pictures",
    "console.pictures.hint": (
        "JPEG, PNG or WebP, up to 5 MB each, up to 4. You can also drop them here. "
        "Descriptions are read to people who cannot see."
    ),
    "console.pictures.no_script": "To add pictures, turn on JavaScript in your browser.",
    "console.pictures.alt": "Description",
    "console.pictures.before": "Earlier",
    "console.pictures.after": "Later",
    "console.pictures.remove": "Remove",
    "console.pictures.ready": "Picture to post",
    "console.pictures.waiting": "Being prepared…",
    "picture.reason.not_a_picture": "This is not a picture, or it is damaged. JPEG, PNG and WebP can be used.",
    "picture.reason.too_large": "The picture is too large: up to 5 MB and 25 million pixels (WebP: 16 million).",
    "picture.reason.not_fetched": "The picture could not be fetched from its address.",
    "picture.reason.not_uploaded": "The picture was not uploaded. Remove it and choose it again.",
    "picture.reason.refused_by_x": "X does not take this picture.",
    "console.script.picture_uploading": "Uploading…",
    "console.script.picture_ready": "The picture is ready.",
    "console.script.picture_refused": "The picture cannot be used.",
    "console.script.picture_moved": "Moved to place {place}.",
    "console.script.picture_removed": "The picture is removed.",
    "console.script.picture_again": "Try again",
    "console.script.picture_wait": "A picture is being prepared. Send the reply once it is there.",
    "console.script.picture_drop": "One of the pictures cannot be used. Remove it and send the reply.",
    "console.script.picture_type": "{name}: only JPEG, PNG and WebP pictures can be uploaded.",
    "console.script.picture_size": "{name}: up to 5 MB can be uploaded.",
    "console.script.picture_most": "Up to {most} pictures can be uploaded.",
    "console.script.picture_failed": "The upload failed.",
    "console.script.picture_slow": "Preparing the picture takes long.",
}
