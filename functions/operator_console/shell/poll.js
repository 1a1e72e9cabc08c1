// Polls: what a page asks for again and again.
//
// `desk.poll({ path, every, hears, heard })` asks for `path(isHidden)` every so many milliseconds, or `every(isHidden)` of them; null asks for
// nothing this time. A response has an ETag, which makes the next request a conditional one; `hears(html)` gets only what has changed, and `heard(problem)`
// the outcome of each request: null, or what failed. From the second failure in a row on it waits longer, up to a minute. It asks at once when the tab is shown or
// the network is back. Returned is a function that asks at once and gets a whole response; its `anew()` asks at once
// after somebody has changed something.
desk.poll = ({ path, every, hears, heard = () => {} }) => {
  const WAITS_AT_MOST = 60_000;
  let etag = "", timer = 0, failures = 0, turn = 0;
  const isHidden = () => document.visibilityState === "hidden";

  const fetchNew = async (asked, anew, mine) => {
    const headers = { ...(etag && { "if-none-match": etag }), ...(anew && { "cache-control": "no-cache" }) };
    const answer = await desk.request("GET", asked, { quiet: true, headers });
    const html = answer.status === 200 ? await answer.text() : null;
    if (mine !== turn) return; // a later request has begun, whose response is newer
    failures = 0;
    if (html !== null) {
      hears(html);
      etag = answer.headers.get("etag") ?? "";
    }
    heard(null);
  };
  const ask = async ({ anew = false } = {}) => {
    clearTimeout(timer);
    const asked = path(isHidden()), mine = ++turn;
    // The next request may succeed; what somebody does meanwhile says itself what fails.
    if (asked !== null) await fetchNew(asked, anew, mine).catch((failed) => {
      if (mine !== turn) return;
      failures += 1;
      heard(failed);
    });
    if (mine === turn) waits();
  };
  const waits = () => {
    clearTimeout(timer);
    const usual = typeof every === "function" ? every(isHidden()) : every;
    timer = setTimeout(ask, Math.max(usual, Math.min(usual * 2 ** (failures - 1), WAITS_AT_MOST)));
  };
  const whole = () => {
    etag = "";
    return ask();
  };
  document.addEventListener("visibilitychange", () => { if (!isHidden()) ask(); });
  addEventListener("online", () => ask());
  waits();
  return Object.assign(whole, { anew: () => ask({ anew: true }) });
};
