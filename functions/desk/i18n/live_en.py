"""The English catalogue of what an open page says by itself: due times, and whether it is live."""

PHRASES: dict[str, str] = {
    "console.script.due.left": "{n} min left",
    "console.script.due.today": "today {time}",
    "console.script.due.tomorrow": "tomorrow {time}",
    "console.script.due.weekday": "{weekday} {time}",
    "console.script.due.day": "{day} {month}",
    "console.script.due.hour": "{hour}:00",
    "console.script.due.over_minutes": "{n} min overdue",
    "console.script.due.over_hours": "{n} h overdue",
    "console.script.due.over_days": "{n} d overdue",
    "console.script.due.unsure": "checking",
    "console.script.age.now": "just now",
    "console.script.age.minutes": "{n} min ago",
    "console.script.age.hours": "{n} h ago",
    "console.script.age.days": "{n} d ago",
    "console.script.span.minutes": "{n} min",
    "console.script.span.hours": "{n} h",
    "console.script.span.days": "{n} d",
    "console.script.weekdays": "Mon Tue Wed Thu Fri Sat Sun",
    "console.script.months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "console.script.live.on": "Live",
    "console.script.live.late": "Late",
    "console.script.live.lost": "Not connected",
    "console.script.live.signed_out": "Signed out",
    "console.script.live.resting": "Resting",
    "console.script.live.lost_since": (
        "The connection is lost. What has changed since {time} is not known yet. What you wrote is still here."
    ),
    "console.script.live.signed_out_since": (
        "Your session has ended. What has changed since {time} is not known yet. What you wrote is still here."
    ),
    "console.script.live.back": "Connected again.",
}
