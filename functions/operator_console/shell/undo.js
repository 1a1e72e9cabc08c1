// Undo: what can be taken back, newest last. `z` takes back the newest alone.
//
// An element with data-command="undo" is pressed by `z` if nothing was offered. `desk.undo.offer(run)` gives an offer:
//   run()                            takes it back: what the caller gave
//   says(text, {id, seconds})        a sentence at the bottom of the page, with a button that takes it back
//   counts({seconds, toast, to, shows, over})  calls `shows(sentence, seconds left)` each second, and says it at the bottom if `toast` is an id,
//                                    with the recipient `to` and a button that ends the time at once.
//                                    When the time is over, or the page is left, the offer ends and `over({leaving})` is called
//   end()                            nothing can be taken back any more; the sentence goes
// `desk.undo.sendNow(path, {fields, leaving})` sends what waited for its time; it asks twice, and the sweep sends what nobody sent.
//
// A response whose header HX-Trigger has `done` (`text`; `undo`, a path, with `fields`; or `no_undo`; `key` and `seconds`) is offered
// by itself. The event "undone" then has `key` and `html` of the response; with `reload` the page is loaded again instead.
desk.undo = (() => {
  const { word, element, request, notice, commands } = desk;
  const KEPT_AT_LEAST = 60, SHOWN_AT_LEAST = 8, PROBLEM_SHOWN = 10, AGAIN_AFTER = 3000;
  const offers = [];

  // A ring that empties with the time; the picture of what the sentence says.
  const makeRing = () => {
    const make = (name, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
      return made;
    };
    const circle = make("circle", { cx: 11, cy: 11, r: 9, pathLength: 100 }), ring = make("svg", { viewBox: "0 0 22 22", class: "ring", "aria-hidden": "true" });
    ring.append(circle);
    return { ring, fill: (part) => circle.setAttribute("stroke-dasharray", `${100 * part} 100`) };
  };

  const offer = (run) => {
    let shown = null, timer = 0;
    const made = { run };
    made.end = () => {
      clearTimeout(timer);
      shown?.remove();
      const at = offers.indexOf(made);
      if (at >= 0) offers.splice(at, 1);
    };
    made.says = (text, { id, seconds, more = [] } = {}) => {
      const button = element("button", { type: "button", text: `${word("undo")} ` }, element("kbd", { text: "z" }));
      button.addEventListener("click", () => made.run());
      shown = notice(text, { id, seconds, children: [button, ...more] });
    };
    made.counts = ({ seconds, toast, to = "", shows = () => {}, over }) => {
      const ends = Date.now() + seconds * 1000;
      const finish = (leaving) => {
        made.end();
        return over({ leaving });
      };
      made.leave = () => finish(true);
      const now = element("button", { type: "button", text: word("now") }), { ring, fill } = makeRing();
      now.addEventListener("click", () => finish(false));
      const tick = () => {
        const left = Math.ceil((ends - Date.now()) / 1000), text = word("sends_in", { seconds: left });
        if (left <= 0) return void finish(false);
        const said = to ? word("sends_to", { to, seconds: left }) : text;
        if (toast && !shown) made.says(said, { id: toast, more: [now, ring] });
        else if (shown?.isConnected) shown.firstChild.textContent = said;
        fill(left / seconds);
        shows(text, left);
        timer = setTimeout(tick, 1000);
      };
      tick();
    };
    offers.push(made);
    return made;
  };

  const sendNow = (path, { fields = {}, leaving = false } = {}) => {
    const ask = () => request("POST", path, { fields, keepalive: leaving, quiet: true });
    return ask().catch(() => new Promise((resume) => setTimeout(resume, AGAIN_AFTER)).then(ask));
  };

  document.addEventListener("done", ({ detail }) => {
    const { key, text, undo, fields = {}, no_undo, reload, seconds = 0 } = detail;
    const problem = (said) => notice(said, { id: "done", problem: true, seconds: PROBLEM_SHOWN });
    const takeBack = async () => {
      made.end();
      try {
        const answer = await request("POST", undo, { fields }), html = await answer.text();
        if (reload) return void location.reload();
        const { done } = JSON.parse(answer.headers.get("hx-trigger") ?? "{}");
        notice(done?.text ?? word("undone"), { id: "done", seconds: SHOWN_AT_LEAST });
        document.dispatchEvent(new CustomEvent("undone", { detail: { key, html } }));
      } catch (failed) {
        problem(failed.message);
      }
    };
    const made = offer(undo ? takeBack : () => problem(no_undo ?? word("no_undo", { done: text })));
    const how = { id: "done", seconds: Math.max(seconds, SHOWN_AT_LEAST) };
    if (undo) made.says(text, how);
    else notice(text, how);
    setTimeout(made.end, Math.max(seconds, KEPT_AT_LEAST) * 1000);
  });

  commands.undo = () => (offers.length ? offers.at(-1).run() : commands.press("undo") || notice(word("nothing_to_undo"), { id: "done", seconds: SHOWN_AT_LEAST }));
  addEventListener("pagehide", () => { for (const each of [...offers]) each.leave?.(); });
  return { offer, sendNow };
})();
