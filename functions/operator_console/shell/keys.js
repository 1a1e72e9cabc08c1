// Keys: one table of all keys and of their help.
//
// A key runs `desk.commands[name]`, which a section's script sets; else it presses what has data-command="name": a field gets the
// focus, a fold opens, anything else is clicked. On a page that has neither the key means nothing, and the help omits it.
// A command gets the number of its key if there are several (`insert`, `queue`, `choose`), and may return a promise. `desk.keysHere` has words
// of a page's own for the help. While a promise is in `desk.opening`, all but moving waits for it.
// What an input method gets is none of the console's: such keys are ignored, except that Ctrl+Enter and Ctrl+K end the syllable first.
// `commands.press(name)` presses; `commands.sendForm()` sends the form in which somebody is; `desk.composes(event)` says whether a key is an input method's.
// `desk.run({command})` does what a key does, `desk.keyOf(command)` is that key as people read it.
(() => {
  const { word, element, commands } = desk;
  const KEYS = [
    { command: "next", code: "KeyJ", show: "j" },
    { command: "previous", code: "KeyK", show: "k" },
    { command: "next", code: "ArrowDown", inRows: true },
    { command: "previous", code: "ArrowUp", inRows: true },
    { command: "open", code: "Enter", show: "Enter", natively: true },
    { command: "reply", code: "KeyR", show: "r" },
    { command: "send", code: "Enter", ctrl: true, typing: true, show: "Ctrl+Enter" },
    { command: "undo", code: "KeyZ", show: "z" },
    { command: "note", code: "KeyN", show: "n" },
    { command: "assign", code: "KeyA", show: "a" },
    { command: "department", code: "KeyD", show: "d" },
    { command: "snooze", code: "KeyS", show: "s" },
    { command: "close", code: "KeyE", show: "e" },
    { command: "raise", code: "KeyU", show: "u" },
    { command: "clear", code: "KeyC", show: "c" },
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({ command: "choose", place: n, code: `Digit${n}`, show: n === 1 && "1–9" })),
    { command: "select", code: "KeyX", show: "x" },
    { command: "select_range", code: "KeyX", shift: true, show: "Shift+x" },
    { command: "release_ticked", code: "Enter", shift: true, show: "Shift+Enter" },
    { command: "move", code: "KeyM", show: "m" },
    { command: "before", code: "ArrowLeft", show: "←" },
    { command: "after", code: "ArrowRight", show: "→" },
    { command: "today", code: "KeyT", show: "t" },
    { command: "seen", code: "Space", show: "Space", natively: true },
    { command: "like", code: "KeyL", show: "l" },
    { command: "keep", code: "KeyF", show: "f" },
    { command: "keep_note", code: "KeyF", shift: true, show: "Shift+f" },
    ...[1, 2, 3, 4, 5].map((n) => (
      { command: "insert", place: n, code: `Digit${n}`, alt: true, typing: true, show: n === 1 && "Alt+1–5" })),
    { command: "promise", code: "KeyP", alt: true, typing: true, show: "Alt+p" },
    { command: "search", code: "KeyK", ctrl: true, typing: true, show: "Ctrl+K" },
    { command: "search", code: "Slash" },
    { command: "context", code: "KeyI", show: "i" },
    { command: "fold", code: "BracketLeft", show: "[" },
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => (
      { command: "queue", place: n, code: `Digit${n}`, afterG: true, show: n === 1 && "g 1–8" })),
    ...Object.entries({ danger: "KeyD", today: "KeyT", write: "KeyW", calendar: "KeyC", people: "KeyP", reports: "KeyI", manage: "KeyM" })
      .map(([place, code]) => ({ command: "go", place, code, afterG: true, show: place === "danger" && "g d t w c p i m" })),
    { command: "merge", code: "Period", show: "." },
    { command: "help", code: "Slash", shift: true, show: "?" },
    { command: "leave", code: "Escape", typing: true, show: "Esc" },
  ];
  const G_LASTS = 1500, HELD_AT_MOST = 1000;
  let gPressedAt = -Infinity, sentAt = -HELD_AT_MOST;

  const isTyping = (target) => target.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  const isPressed = (target) => target.closest?.("a[href], button, summary, input, label");
  const seen = (found) => found.checkVisibility?.() ?? true;

  // Presses what has the command, the opened item's first, also in a closed fold; a fold opens and gets the focus in its first field.
  const folds = (found) => (found.matches("summary") ? found.parentElement.parentElement : found).closest("details:not([open])");
  const press = (command) => {
    const found = [...document.querySelectorAll(`#opened [data-command="${command}"], [data-command="${command}"]`)]
      .find((each) => seen(each) || (folds(each) && seen(folds(each))));
    if (!found) return false;
    for (let fold = folds(found); fold; fold = folds(found)) fold.open = true;
    if (found.matches("input, select, textarea")) {
      found.focus();
    } else if (found.matches("summary")) {
      found.parentElement.open = !found.parentElement.open;
      const field = found.parentElement.querySelector("textarea, select, input:not([type=hidden]), button");
      (found.parentElement.open && field ? field : found).focus();
    } else {
      found.click();
    }
    return true;
  };

  // Ends a syllable that is being composed: it is in the field then.
  const endComposition = (then) => {
    const focused = document.activeElement;
    focused?.blur();
    focused?.focus();
    setTimeout(then);
  };

  const isThere = ({ command }) => commands[command] ?? document.querySelector(`[data-command="${command}"]`);
  desk.composes = (event) => event.isComposing || event.keyCode === 229;

  const wanted = (event) => {
    const typing = isTyping(event.target), code = event.code.replace(/^Numpad(?=[1-9])/, event.altKey ? "$&" : "Digit");
    const afterG = event.timeStamp - gPressedAt < G_LASTS && KEYS.some((key) => key.afterG && key.code === code);
    return KEYS.find((key) =>
      key.code === code && (!typing || key.typing) && Boolean(key.alt) === event.altKey &&
      Boolean(key.ctrl) === (event.ctrlKey || event.metaKey) && Boolean(key.shift) === event.shiftKey &&
      Boolean(key.afterG) === afterG && isThere(key));
  };
  // What the browser itself does with the key where the focus is.
  const isTheBrowsers = ({ command, natively, inRows }, target) =>
    (inRows && (target.matches("input, select") || !desk.rows.take(target))) ||
    (natively && isPressed(target) && (command === "open" || !target.closest("#rows a")));

  const AT_ONCE = new Set(["next", "previous", "open", "reply", "search", "queue", "go", "help", "leave"]);

  // What is about an item waits until the item that was asked for is there.
  const run = async ({ command, place }) => {
    if (desk.opening && !AT_ONCE.has(command)) await desk.opening;
    if (commands[command]) return (await commands[command](place)) !== false;
    return press(command);
  };

  document.addEventListener("keydown", (event) => {
    const composing = desk.composes(event), key = wanted(event);
    if (composing && !key?.ctrl) return;
    if (document.querySelector("dialog[open]")) return;
    if (!isTyping(event.target) && event.code === "KeyG" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      gPressedAt = event.timeStamp;
      return;
    }
    if (!key || isTheBrowsers(key, event.target)) return;
    gPressedAt = -Infinity;
    event.preventDefault();
    if (event.repeat && !["next", "previous"].includes(key.command)) return;
    if (key.command === "send") {
      // One press may come twice: for the input method and, once the syllable has ended, for the page.
      if (event.timeStamp - sentAt < HELD_AT_MOST) return;
      sentAt = event.timeStamp;
    }
    if (composing) endComposition(() => run(key));
    else run(key);
  });

  document.addEventListener("keyup", ({ code }) => { if (code === "Enter") sentAt = -HELD_AT_MOST; });

  commands.press = press;
  commands.sendForm = () => {
    const form = document.activeElement?.closest("form");
    if (!form) return false;
    form.requestSubmit(form.querySelector("[data-command=send]"));
    return true;
  };
  commands.send = () => commands.sendForm() || commands.press("send");
  desk.run = run;
  desk.keyOf = (command) => KEYS.find((key) => key.command === command && key.show)?.show ?? "";
  // A page to which somebody may go is linked by the rail or the section's column; another one is none of theirs.
  const QUEUES = ["to_answer", "to_review", "at_department", "private", "to_read", "snoozed", "heard", "all"];
  const PAGES = { danger: "#danger-strip a[href]", ...Object.fromEntries(
    Object.entries({ today: "today", write: "write", calendar: "write", people: "people", reports: "trends", manage: "settings" })
      .map(([place, first]) => [place, `#places a[href="${desk.root}/${first}"]`])) };
  const ADDRESSES = { calendar: "calendar" };
  commands.queue = (place) => {
    const name = QUEUES[place - 1], theirs = document.getElementById("places").dataset.queues.split(" ");
    if (theirs.includes(name)) location.assign(`${desk.root}/inbox/${name}`);
  };
  commands.go = (place) => {
    const link = document.querySelector(PAGES[place]);
    if (link) location.assign(place in ADDRESSES ? `${desk.root}/${ADDRESSES[place]}` : link.href);
  };
  commands.help = () => {
    let dialog = document.getElementById("help");
    if (!dialog) {
      const rows = KEYS.filter((key) => key.show && isThere(key)).map((key) =>
        element("li", {}, element("span", { text: desk.keysHere?.[key.command] ?? word(`key.${key.command}`) }), element("kbd", { text: key.show })));
      const close = element("button", { text: word("close"), class: "quiet" });
      dialog = element("dialog", { id: "help", "aria-labelledby": "help-title" },
        element("h2", { id: "help-title", text: word("keys") }), element("ul", { class: "keys" }, ...rows),
        element("form", { method: "dialog", class: "buttons" }, close));
      document.body.append(dialog);
    }
    dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-command="help"]')) {
      event.preventDefault();
      commands.help();
    }
  });
})();
