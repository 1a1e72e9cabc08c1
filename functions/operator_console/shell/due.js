// Due words: one clock of the page says in each <time data-due> how long there is time, in each <time data-age> how long ago it was, and in each
// <time data-span> how long it has lasted, every half minute. The words and their rule are those of shell/phrases.py. While the page does not know what happens, `desk.clock.isSure(false)`, minutes that
// pass are not claimed. `desk.clock.now()` is the time of the server in milliseconds, also where this computer's clock is wrong; `desk.clock.time(ms)` a time of day.
desk.clock = (() => {
  const { word } = desk;
  const EVERY = 30_000, MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR, WEEK = 7;
  const timeZone = document.querySelector('meta[name="zone"]').content;
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
  const list = { weekday: word("weekdays").split(" "), month: word("months").split(" ") };
  let ahead = 0, sure = true;

  const now = () => Date.now() + ahead;
  const local = (at) => {
    const { year, month, day, hour, minute } = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
    const date = Date.UTC(year, month - 1, day);
    return { date: date / DAY, weekday: list.weekday[(new Date(date).getUTCDay() + 6) % 7], month: list.month[month - 1], day: Number(day), hour, minute };
  };
  const time = (at) => {
    const { hour, minute } = local(at);
    return `${hour}:${minute}`;
  };

  const over = (span) => {
    if (span < HOUR) return word("due.over_minutes", { n: Math.max(1, Math.floor(span / MINUTE)) });
    return span < DAY ? word("due.over_hours", { n: Math.floor(span / HOUR) }) : word("due.over_days", { n: Math.floor(span / DAY) });
  };
  const due = (at) => {
    const left = at - now();
    if (!sure && left < HOUR) return word("due.unsure");
    if (left <= 0) return over(-left);
    if (left < HOUR) return word("due.left", { n: Math.max(1, Math.floor(left / MINUTE)) });
    const then = local(at), days = then.date - local(now()).date;
    if (!days) return word("due.today", { time: time(at) });
    const hour = then.minute === "00" ? word("due.hour", { hour: Number(then.hour) }) : time(at);
    if (days === 1) return word("due.tomorrow", { time: hour });
    return days < WEEK ? word("due.weekday", { weekday: then.weekday, time: hour }) : word("due.day", then);
  };
  const age = (at) => {
    const span = now() - at;
    if (span < MINUTE) return word("age.now");
    if (span < HOUR) return word("age.minutes", { n: Math.floor(span / MINUTE) });
    return span < DAY ? word("age.hours", { n: Math.floor(span / HOUR) }) : word("age.days", { n: Math.floor(span / DAY) });
  };
  const span = (at) => {
    const long = now() - at;
    if (long < HOUR) return word("span.minutes", { n: Math.max(1, Math.floor(long / MINUTE)) });
    return long < DAY ? word("span.hours", { n: Math.floor(long / HOUR) }) : word("span.days", { n: Math.floor(long / DAY) });
  };

  const says = (element, words) => { if (element.textContent !== words) element.textContent = words; };
  const tick = (within = document) => {
    for (const each of within.querySelectorAll("time[data-due]")) {
      const at = Date.parse(each.dateTime);
      says(each, due(at));
      each.closest(".row")?.classList.toggle("overdue", at <= now());
    }
    for (const each of within.querySelectorAll("time[data-age]")) says(each, age(Date.parse(each.dateTime)));
    for (const each of within.querySelectorAll("time[data-span]")) says(each, span(Date.parse(each.dateTime)));
  };
  const set = (at) => { ahead = Date.parse(at) - Date.now(); };
  const isSure = (is) => {
    if (is === sure) return;
    sure = is;
    tick();
  };

  set(document.getElementById("live").dataset.at);
  setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", () => tick());
  document.addEventListener("htmx:afterSwap", () => tick());
  return { now, time, set, tick, isSure };
})();
