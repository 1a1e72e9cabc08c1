// The palette: one field over any page for people, cases, what can be done here, and all pages. The server knows people, cases and
// pages (`palette`); what can be done is what has data-command on the page, and what belongs to every page.
// Typing filters, by parts of words or by the initials of Hangul ("ㄷㅂㅎ" finds 답변할 글). Without a connection what is on the page stays.
(() => {
  const { root, word, element, request, announce, commands } = desk;
  const WAITS = 120, SHOWN = 8, INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
  const THEMES = { light: word("palette.theme.light"), dark: word("palette.theme.dark"), "": word("palette.theme.auto") };
  const UNNAMED = new Set(["search", "send", "notifications", "back", "insert", "fill", "enlarge"]);
  let dialog, field, list, hint, pages = null, asked = 0, timer = 0, hasMoved = false;

  const plain = (text) => text.replace(/[\s-]/g, "").toLowerCase();
  const initials = (text) => [...text].map((letter) => {
    const place = letter.charCodeAt(0) - 0xac00;
    return place >= 0 && place < 11172 ? INITIALS[Math.floor(place / 588)] : "";
  }).join("");
  const matches = (label, typed) => plain(label).includes(typed) || ([...typed].every((letter) => INITIALS.includes(letter)) && initials(label).includes(typed));

  // The text of an element without its key and its count.
  const nameOf = (found) => {
    const copy = found.cloneNode(true);
    copy.querySelectorAll("kbd, .count, .badge, svg").forEach((each) => each.remove());
    return (found.title || copy.textContent.trim() || found.getAttribute("aria-label") || "").replace(/\s+/g, " ");
  };
  const actions = () => {
    const seen = new Set(), found = [];
    for (const each of document.querySelectorAll("[data-command]")) {
      const command = each.dataset.command;
      if (seen.has(command) || UNNAMED.has(command) || each.closest("dialog") || !(each.checkVisibility?.() ?? true)) continue;
      seen.add(command);
      const label = desk.keysHere?.[command] ?? (word(`key.${command}`, {}) === `key.${command}` ? nameOf(each) : word(`key.${command}`));
      if (label) found.push({ label, note: desk.keyOf(command), run: () => desk.run({ command }) });
    }
    const look = (fields) => async () => {
      const answer = await request("POST", "settings/look", { fields });
      if ("language" in fields) return location.reload();
      showTheme(fields.theme);
      document.dispatchEvent(new CustomEvent("done", { detail: JSON.parse(answer.headers.get("hx-trigger")).done }));
    };
    const { theme = "" } = document.documentElement.dataset, { lang } = document.documentElement;
    return [
      ...found,
      ...Object.entries(THEMES).filter(([each]) => each !== theme).map(([each, label]) => ({ label, run: look({ theme: each }) })),
      { label: word("palette.language"), run: look({ language: lang === "ko" ? "en" : "ko" }) },
    ];
  };
  const showTheme = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  };
  const group = (name, title, entries) => {
    if (!entries.length) return [];
    const id = `palette-${name}`;
    const made = element("div", { role: "group", "aria-labelledby": id }, element("p", { id, class: "menu-title", text: title }));
    entries.forEach((entry, place) => {
      const option = element("div", { role: "option", id: `${id}-${place}`, class: "item", "aria-selected": "false" }, element("span", { text: entry.label }));
      if (entry.note) option.append(element("span", { class: "end hint", text: entry.note }));
      option.entry = entry;
      made.append(option);
    });
    return [made];
  };
  const show = (typed, found = { people: [], cases: [] }) => {
    const kept = hasMoved && chosen()?.id;
    const fits = (entries) => (typed ? entries.filter(({ label }) => matches(label, typed)) : entries).slice(0, typed ? SHOWN : 50);
    const q = field.value.trim();
    list.replaceChildren(
      ...group("people", word("palette.people"), found.people), ...group("cases", word("palette.cases"), found.cases),
      ...group("actions", word("palette.actions"), fits(actions())), ...group("pages", word("palette.pages"), fits(pages ?? [])),
      ...(q ? group("search", word("palette.search"), [{ label: word("palette.find", { q }), path: `search?q=${encodeURIComponent(q)}` }]) : []));
    choose(document.getElementById(kept) ?? options()[0]);
  };
  const ask = async (turn, typed) => {
    try {
      if (!pages) pages = (await (await request("GET", "palette", { quiet: true })).json()).pages;
      const found = typed ? await (await request("GET", `palette?q=${encodeURIComponent(typed)}`, { quiet: true })).json() : undefined;
      if (turn !== asked) return;
      hint.textContent = "";
      show(typed, found);
    } catch (failed) {
      if (turn === asked) hint.textContent = failed.status ? failed.message : word("palette.offline");
    }
    if (turn === asked) announce(word("palette.found", { count: options().length }));
  };
  const typedAnew = () => {
    const typed = plain(field.value), turn = ++asked;
    hasMoved = false;
    show(typed);
    clearTimeout(timer);
    timer = setTimeout(ask, typed ? WAITS : 0, turn, typed);
  };

  const go = (option, { apart = false } = {}) => {
    if (!option) return;
    const { path, run } = option.entry;
    dialog.close();
    if (run) run();
    else if (apart) window.open(`${root}/${path}`, "_blank", "noopener");
    else location.assign(`${root}/${path}`);
  };
  const STEPS = { ArrowDown: 1, ArrowUp: -1 };
  const pressed = (event) => {
    if (desk.composes(event)) return;
    const all = options(), at = all.indexOf(chosen());
    if (event.key in STEPS && all.length) {
      hasMoved = true;
      choose(all[(at + STEPS[event.key] + all.length) % all.length]);
    } else if (event.key === "Enter") go(chosen(), { apart: event.ctrlKey || event.metaKey });
    else return;
    event.preventDefault();
  };

  const make = () => {
    field = element("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list",
      "aria-label": word("palette"), placeholder: word("palette.hint"), autocomplete: "off", spellcheck: "false", maxlength: "60" });
    list = element("div", { role: "listbox", id: "palette-list", class: "menu", "aria-label": word("palette") });
    hint = element("p", { class: "hint", role: "status" });
    const close = element("button", { type: "button", class: "plain small" }, element("kbd", { text: "Esc" }), element("span", { class: "unseen", text: word("close") }));
    dialog = element("dialog", { id: "palette", "aria-label": word("palette") }, element("div", { class: "palette-ask" }, field, close), hint, list);
    close.addEventListener("click", () => dialog.close());
    field.addEventListener("input", typedAnew);
    dialog.addEventListener("keydown", pressed);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
      else go(event.target.closest("[role=option]"), { apart: event.ctrlKey || event.metaKey });
    });
    // The browser gives the focus back to what had it, if that is still there.
    dialog.addEventListener("close", () => { if (document.activeElement === document.body) document.getElementById("main").focus(); });
    document.body.append(dialog);
  };
  commands.search = () => {
    if (!dialog) make();
    field.value = "";
    dialog.showModal();
    field.focus();
    typedAnew();
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-command="search"]') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    commands.search();
  });
})();
