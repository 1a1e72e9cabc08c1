// Polls: what a page asks for again and again.
//
// `desk.poll({ path, every, everyHidden, hears })` asks for `path(isHidden, ...)` every so many milliseconds, and every
// `everyHidden` while the tab is hidden; null asks for nothing this time. A response has an ETag, which makes the next request for the same
// path a conditional one; `hears(html)` gets only what has changed. From the second failure in a row on it waits longer, up to a minute. It asks at
// once when the tab is shown or the network is back. Returned is a function that asks at once; its arguments are passed to `path`.
desk.poll = ({ path, every, everyHidden = every, hears }) => {
  const WAITS_AT_MOST = 60_000, KNOWN_AT_MOST = 50;
  const etags = new Map();
  let timer = 0, failures = 0;
  const isHidden = () => document.visibilityState === "hidden";

  const fetchNew = async (asked) => {
    const etag = etags.get(asked);
    const answer = await desk.request("GET", asked, { quiet: true, headers: etag ? { "if-none-match": etag } : {} });
    failures = 0;
    if (answer.status !== 200) return;
    if (etags.size > KNOWN_AT_MOST) etags.clear();
    etags.set(asked, answer.headers.get("etag"));
    hears(await answer.text());
  };
  const ask = async (...about) => {
    clearTimeout(timer);
    const asked = path(isHidden(), ...about);
    // The next request may succeed; what somebody does meanwhile says itself what fails.
    if (asked !== null) await fetchNew(asked).catch(() => { failures += 1; });
    clearTimeout(timer);
    const usual = isHidden() ? everyHidden : every;
    timer = setTimeout(ask, Math.max(usual, Math.min(usual * 2 ** (failures - 1), WAITS_AT_MOST)));
  };
  document.addEventListener("visibilitychange", () => { if (!isHidden()) ask(); });
  addEventListener("online", () => ask());
  timer = setTimeout(ask, every);
  return ask;
};
