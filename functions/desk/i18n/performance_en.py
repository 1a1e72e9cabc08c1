"""The English catalogue of how the brand's own posts do."""

PHRASES: dict[str, str] = {
    "performance.metrics": "♥ {likes} · replies {replies} · reposts {reposts} · quotes {quotes}",
    "performance.impressions": "impressions {impressions}",
    "performance.after.hours": "after {hours} h",
    "performance.after.half_hours": "after {hours}½ h",
    "performance.after.days": "after {days} days",
    "performance.usual": "about as usual",
    "performance.usual.times": "{times} times the usual",
    "performance.usual.percent": "{percent}% of the usual",
    "performance.usual.hint": (
        "Usual is the median of the reactions (likes, replies, reposts, quotes) that posts of the same kind had at the "
        "same age, within the 90 days before the post."
    ),
    "performance.numbers": "Reactions",
    "performance.earlier": "Counted earlier",
    "performance.gone": "The post was deleted on X or can't be seen there. Checked on {at}.",
    "performance.digest.title": "Reactions to our posts",
    "performance.digest.best": "Most reactions",
    "performance.digest.weakest": "Fewest reactions",
    "performance.digest.by": "Compared one day after they were published.",
    "performance.digest.by_people": "Written on X",
    "performance.digest.all": "Show all",
    "performance.digest.unmeasured": "Posts whose reactions were not counted yet: {count}.",
    "performance.mark.hour": "After an hour",
    "performance.mark.day": "After a day",
    "performance.mark.week": "After a week",
    "performance.csv.at": "Counted at",
    "performance.csv.reactions": "Reactions in total",
    "performance.csv.likes": "♥",
    "performance.csv.replies": "Replies",
    "performance.csv.reposts": "Reposts",
    "performance.csv.quotes": "Quotes",
    "performance.csv.impressions": "Impressions",
}
