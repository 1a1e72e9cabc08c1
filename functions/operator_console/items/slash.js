// Texts to insert into the reply: "/" at the start of a word opens the menu above the box, and what follows it finds. Alt+1 to Alt+5 insert the first
// texts without it. They are loaded once somebody is in the box, for the item that is open.
//
// A page needs #slash with its panel, and anything with data-command="insert" and data-text; data-replaces puts its text in place of all that is there.
(() => {
  const { word, element, request, selectGap, commands, reply } = desk;
  const field = document.getElementById("reply-text"), menu = document.getElementById("slash");
  if (!reply || !menu) return;

  const FIND_AFTER = 150;
  const panel = menu.querySelector(".panel"), button = menu.querySelector("summary");
  let about = "", loading = null, typed = null, isByButton = false, active = null, timer = 0, enters = false;

  const load = () => {
    const key = reply.key();
    if (!key || (key === about && loading)) return loading;
    about = key;
    panel.replaceChildren(element("p", { class: "empty", text: word("loading") }));
    const begun = request("GET", `case/${key}/suggestions`, { quiet: true }).then((answer) => answer.text()).then((html) => {
      if (about !== key) return;
      panel.innerHTML = html;
      panel.dataset.found = "";
      find();
    }).catch((failed) => {
      if (loading === begun) loading = null;
      if (about === key) panel.replaceChildren(element("p", { class: "problem", text: failed.message }));
    });
    return (loading = begun);
  };

  // The word at the cursor that begins with "/": where it begins, and what follows. A syllable of which only a letter is typed finds nothing yet.
  const wordAtCursor = () => {
    const at = field.selectionStart, [, words] = field.value.slice(0, at).match(/(?:^|\s)\/([^\s/]*)$/u) ?? [];
    return words === undefined ? null : { from: at - words.length - 1, to: at, words: words.replace(/[ㄱ-ㅣ]$/u, "") };
  };
  const choices = () => [...panel.querySelectorAll('[data-command="insert"]')].filter((each) => !each.hidden);
  const mark = (now) => {
    active?.setAttribute("aria-selected", "false");
    active = now ?? null;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) field.setAttribute("aria-activedescendant", active.id);
    else field.removeAttribute("aria-activedescendant");
  };
  const move = (by) => {
    const all = choices();
    if (all.length) mark(all[(all.indexOf(active) + by + all.length) % all.length]);
  };

  // Similar answers are all here; the desk finds in all saved replies.
  const find = () => {
    const words = typed?.words ?? "", similar = panel.querySelectorAll("#similar [data-command=insert]");
    similar.forEach((each) => { each.hidden = !each.dataset.text.toLowerCase().includes(words.toLowerCase()); });
    mark(choices()[0]);
    clearTimeout(timer);
    if (panel.dataset.found !== words && panel.querySelector("#saved-replies")) timer = setTimeout(() => findSaved(words), FIND_AFTER);
  };
  const findSaved = async (words) => {
    const key = about, place = panel.querySelector("#saved-replies");
    panel.dataset.found = words;
    try {
      const html = await (await request("GET", `case/${key}/suggestions?q=${encodeURIComponent(words)}`, { quiet: true })).text();
      if (key !== about || panel.dataset.found !== words) return;
      const chosen = active?.id;
      place.outerHTML = html;
      mark(choices().find((each) => each.id === chosen) ?? choices()[0]);
    } catch {
      // What is there stays.
    }
  };

  // A fact may have ended since the texts were loaded.
  const dropEnded = () => {
    for (const each of panel.querySelectorAll("[data-ends]")) if (Date.parse(each.dataset.ends) <= desk.clock.now()) each.remove();
  };

  const open = () => {
    menu.open = true;
    field.setAttribute("aria-expanded", "true");
    load();
    dropEnded();
    find();
  };
  const close = ({ keep = false } = {}) => {
    if (isByButton && typed && !keep) write("", typed.from, typed.to);
    [typed, isByButton, menu.open] = [null, false, false];
    mark(null);
    field.setAttribute("aria-expanded", "false");
  };
  const write = (text, from, to) => {
    field.focus();
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const insert = (found) => {
    const { text, replaces } = found.dataset, { selectionStart, selectionEnd, value } = field;
    const from = replaces !== undefined ? 0 : typed?.from ?? selectionStart, to = replaces !== undefined ? value.length : selectionEnd;
    const before = value.slice(0, from), space = before && !/\s$/.test(before) ? " " : "";
    close({ keep: true });
    write(space + text, from, to);
    desk.promise?.offer(field.form, found.dataset);
    selectGap(field);
  };

  commands.insert = async (place) => {
    const key = reply.key();
    await load();
    dropEnded();
    const found = panel.querySelector(`[data-place="${place}"]`);
    if (found && reply.key() === key) insert(found);
  };

  field.addEventListener("input", () => {
    const found = wordAtCursor();
    if (!found) return menu.open && close({ keep: true });
    if (!menu.open && found.words) return;
    typed = found;
    if (menu.open) find();
    else open();
  });
  field.addEventListener("focus", load);
  document.addEventListener("desk:opened", () => document.activeElement === field && load());

  // Before the page's keys: in the menu these are its own. Enter ends a syllable first, and may come once more for the page.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !event.shiftKey && !menu.open && selectGap(field)) return event.preventDefault();
    if (event.code === "Enter" && enters) return event.preventDefault();
    if (!menu.open || event.ctrlKey || event.metaKey || event.altKey) return;
    const composing = desk.composes(event);
    if (event.code === "Enter" && active) {
      event.preventDefault();
      enters = true;
      const chosen = active;
      if (composing) field.blur();
      setTimeout(() => insert(chosen));
    } else if (event.code === "Tab") {
      close();
    } else if (!composing && (event.code === "ArrowDown" || event.code === "ArrowUp")) {
      event.preventDefault();
      move(event.code === "ArrowDown" ? 1 : -1);
    }
  });
  field.addEventListener("keyup", ({ code }) => { if (code === "Enter") enters = false; });

  button.addEventListener("click", (event) => {
    event.preventDefault();
    if (menu.open) return close();
    const before = field.value.slice(0, field.selectionStart);
    isByButton = true;
    write(before && !/\s$/.test(before) ? " /" : "/", field.selectionStart, field.selectionEnd);
  });
  document.addEventListener("click", ({ target }) => {
    const found = target.closest('[data-command="insert"]');
    if (found) insert(found);
  });
  // Esc, or a click elsewhere, closes every popover.
  menu.addEventListener("toggle", () => { if (!menu.open && typed) close(); });
})();
