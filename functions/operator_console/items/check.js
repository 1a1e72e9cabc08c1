// The pre-send check: asks for findings when somebody pauses while typing, and keeps a post with warnings until a
// reason is given. What was not checked yet is sent all the same: the server checks every post anyway. So findings hold
// only the post that they are about, and what is held says why.
//
// What a finding is about is underlined in the box: a layer behind it has the same text, with marks. Findings quote it, so a mark stays at its
// words while somebody types on. `desk.check` has holds, run, clear and show, each for a form; an element with data-check-count counts.
(() => {
  const { request, element, word } = desk;
  const AFTER = 600, SHORTEST_REASON = 2;
  const NOT_OF_THE_POST = new Set(["csrf", "request", "version", "sequence", "queue", "override_reason", "pictures"]);
  const forms = new Map();

  const formOf = (place) => place.closest("form");
  const stateOf = (check) => check.place.querySelector(".findings")?.dataset.state ?? "";
  const linesOf = (check) => [...check.place.querySelectorAll(".finding")];
  const marksOf = (line) => JSON.parse(line.dataset.marks ?? "[]");
  const reasonOf = (check) => check.reason.querySelector("input");

  // `about` is the post that the findings are about, by all that it has; none if nobody knows.
  const show = (check, html, about) => {
    check.about = about;
    saysWhy(check, "");
    const findings = check.place.querySelector("[data-check-findings]");
    if (findings.innerHTML.trim() !== html.trim()) findings.innerHTML = html;
    check.reason.hidden = stateOf(check) !== "warnings";
    const count = linesOf(check).filter((line) => !line.matches(".note")).length, chip = document.querySelector("[data-check-count]");
    if (chip) [chip.hidden, chip.textContent] = [!count, word("to_check", { count })];
    draw(check);
  };

  // The layer has the box's text, letters and lines; its letters are not seen, so that only the underlines are.
  const COPIED = [
    "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontVariantNumeric", "lineHeight", "letterSpacing", "wordSpacing", "textAlign", "direction",
    "wordBreak", "overflowWrap", "tabSize", "padding",
  ];
  const layerBehind = (field) => {
    const layer = element("div", { class: "under", "aria-hidden": "true" }), wrap = element("div", { class: "checked" }, layer);
    const hasFocus = document.activeElement === field, style = getComputedStyle(field);
    field.replaceWith(wrap);
    wrap.append(field);
    if (hasFocus) field.focus();
    const scroll = () => { layer.scrollTop = field.scrollTop; };
    new ResizeObserver(() => {
      for (const name of COPIED) layer.style[name] = style[name];
      const { clientTop, clientLeft, clientWidth, clientHeight } = field;
      Object.assign(layer.style, { top: `${clientTop}px`, left: `${clientLeft}px`, width: `${clientWidth}px`, height: `${clientHeight}px` });
      scroll();
    }).observe(field);
    field.addEventListener("scroll", scroll);
    return layer;
  };
  const placesOf = (text, quoted) => {
    const places = [];
    for (let at = text.indexOf(quoted); quoted && at >= 0; at = text.indexOf(quoted, at + quoted.length)) places.push([at, at + quoted.length]);
    return places;
  };
  const draw = (check) => {
    const text = check.form.elements.text.value, spans = linesOf(check).flatMap((line, of) =>
      marksOf(line).flatMap((quoted) => placesOf(text, quoted).map(([begin, end]) => ({ begin, end, line, of }))));
    const edges = [...new Set([0, text.length, ...spans.flatMap(({ begin, end }) => [begin, end])])].sort((one, other) => one - other);
    check.layer.replaceChildren(...edges.slice(1).map((end, n) => {
      const begin = edges[n], over = spans.filter((span) => span.begin <= begin && end <= span.end), piece = text.slice(begin, end);
      return over.length ? element("mark", { class: over[0].line.classList[1], "data-of": over.map(({ of }) => of).join(" "), text: piece }) : piece;
    }), "\n");
    check.layer.scrollTop = check.form.elements.text.scrollTop;
  };
  // The underline of the line in which the focus or the pointer is, is thicker.
  const emphasise = (check, line) => {
    const of = linesOf(check).indexOf(line);
    for (const mark of check.layer.querySelectorAll("mark")) mark.classList.toggle("on", mark.dataset.of.split(" ").includes(`${of}`));
  };
  const select = (check, line) => {
    const field = check.form.elements.text, [place] = marksOf(line).flatMap((quoted) => placesOf(field.value, quoted));
    field.focus();
    if (place) field.setSelectionRange(...place);
  };
  const fix = (check, line, right) => {
    const field = check.form.elements.text, put = (text, quoted) => (right ? text : text.replaceAll(` ${quoted}`, "")).replaceAll(quoted, right);
    field.value = marksOf(line).reduce(put, field.value);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    run(check);
  };

  const fieldsOf = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const postOf = (form) => JSON.stringify(Object.entries(fieldsOf(form)).filter(([name]) => !NOT_OF_THE_POST.has(name)));

  const saysWhy = (check, text) => {
    check.place.querySelector("[data-check-held]")?.remove();
    if (text) check.place.append(element("p", { class: "problem", role: "alert", "data-check-held": "", text }));
  };

  // What the text promises by a time, for the switch of a promise; it may change the form, about which the findings are all the same.
  const offer = (check) => {
    desk.promise?.offer(check.form, check.place.querySelector("[data-promise-words]")?.dataset);
    if (check.about) check.about = postOf(check.form);
  };

  const run = async (check) => {
    clearTimeout(check.timer);
    const { form } = check, asked = (check.asked = (check.asked ?? 0) + 1), about = postOf(form);
    if (!form.elements.text.value.trim()) return show(check, ""), offer(check);
    try {
      const html = await (await request("POST", "check", { fields: fieldsOf(form), quiet: true })).text();
      if (asked !== check.asked || postOf(form) !== about) return;
      show(check, html, about);
      offer(check);
    } catch {
      // The findings come with the next pause, or when the post is sent.
    }
  };

  const clear = (check) => {
    clearTimeout(check.timer);
    check.asked = (check.asked ?? 0) + 1;
    reasonOf(check).value = "";
    show(check, "");
  };

  // Whether the form must not be sent now: the focus is where something is missing. What is sent is checked by the server, and not here as well.
  const holds = (form) => {
    const check = forms.get(form), state = check && check.about === postOf(form) && stateOf(check);
    if (state === "refused") form.elements.text.focus();
    else if (state === "warnings" && [...reasonOf(check).value.trim()].length < SHORTEST_REASON) reasonOf(check).focus();
    else {
      clearTimeout(check?.timer);
      return false;
    }
    saysWhy(check, state === "refused" ? word("check_refused") : word("check_reason"));
    return true;
  };

  const watch = (place) => {
    const form = formOf(place);
    if (!form || forms.has(form)) return;
    const check = { form, place, reason: place.querySelector("[data-check-reason]"), about: postOf(form), layer: layerBehind(form.elements.text) };
    forms.set(form, check);
    const soon = ({ target }) => {
      if (target === reasonOf(check)) return;
      saysWhy(check, "");
      clearTimeout(check.timer);
      check.timer = setTimeout(() => run(check), AFTER);
    };
    for (const event of ["input", "letters"]) form.addEventListener(event, soon);
    for (const event of ["input", "letters"]) form.elements.text.addEventListener(event, () => draw(check));
    for (const event of ["focusin", "focusout", "pointerover", "pointerleave"]) {
      place.addEventListener(event, ({ target, type }) => emphasise(check, /out|leave/.test(type) ? null : target.closest(".finding")));
    }
    place.addEventListener("click", ({ target }) => {
      const line = target.closest(".finding");
      if (target.closest("[data-fix]")) fix(check, line, target.closest("[data-fix]").dataset.fix);
      else if (target.closest("[data-select]")) select(check, line);
    });
    draw(check);
    if (form.elements.text.value.trim()) run(check);
  };

  document.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction") || !forms.has(event.target) || !holds(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.querySelectorAll("[data-check]").forEach(watch);

  const each = (use) => (form) => forms.has(form) && use(forms.get(form));
  desk.check = { holds, run: each(run), clear: each(clear), show: (form, html) => each((check) => show(check, html, postOf(form)))(form) };
})();

// The switch of a promise ([data-promise] in a form) is on as soon as the check finds one in the text, and off with it. What somebody chose for that
// sentence stays, and a time that was typed. `desk.promise.offer(form, found)` offers what a saved reply brings; its own promise stays as long as its sentence.
(() => {
  const { commands } = desk;
  const forms = new Map();

  const partsOf = (place) => ({
    on: place.querySelector("[type=checkbox]"), until: place.querySelector("[type=datetime-local]"), words: place.querySelector("[name=promise_words]"),
    said: place.querySelector("[data-promise-said]"), offered: "", text: "", own: "",
  });
  const draw = (promise) => {
    const { on, until, offered, text, said } = promise;
    const shown = on.checked && offered && until.value === offered ? ` · ${text}` : "";
    if (said.textContent !== shown) said.textContent = shown;
  };
  const offer = (form, { promiseUntil: at = "", promiseWords: sentence = "", promiseText: text = "", promiseOwn } = {}) => {
    const promise = forms.get(form);
    if (!promise) return;
    if (promiseOwn !== undefined) promise.own = sentence;
    else if (promise.own && form.elements.text.value.includes(promise.own)) return;
    const { on, until, words, offered } = promise, isOurs = !until.value || until.value === offered;
    if (sentence !== words.value && isOurs) [on.checked, until.value] = [Boolean(sentence), at];
    else if (sentence && isOurs) until.value = at;
    Object.assign(promise, { offered: isOurs ? at : offered, text });
    words.value = sentence;
    draw(promise);
  };

  for (const place of document.querySelectorAll("[data-promise]")) {
    const form = place.closest("form"), promise = partsOf(place);
    forms.set(form, promise);
    place.addEventListener("input", () => draw(promise));
  }
  commands.promise = () => {
    const form = document.activeElement?.closest("form"), promise = forms.get(form) ?? [...forms.values()][0];
    promise?.on.click();
  };
  desk.promise = { offer, draw: (form) => forms.has(form) && draw(forms.get(form)) };
})();
