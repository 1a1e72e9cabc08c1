// The reply box: it lies outside all that is swapped. Nothing typed is lost, and nothing is sent twice.
(() => {
  const { word, element, request, notice, announce, commands, person } = desk;
  const box = document.getElementById("reply"), field = document.getElementById("reply-text");
  if (!box || !field) return;

  const SAVED_AFTER = 2000, PING_EVERY = 10_000, OPEN_PING_EVERY = 20_000, SAVE_AGAIN_AFTER = 10_000;
  const PLACE = /\{\p{L}[\p{L}\p{N}_ ]{0,19}\}/u; // as in desk/replies/placeholders.py
  const OWN = new Set(["csrf", "key", "version", "request", "queue", "action"]);
  const place = (id) => document.getElementById(id);
  const problemPlace = place("reply-problem"), count = place("reply-count"), draftState = place("reply-draft-state");
  const problems = new Map();
  let item = null, saveTimer = 0;

  // A copy of what was typed in this tab, for the case that saving it fails.
  const copyName = (key) => `draft ${person} ${key}`;
  const copyOf = (key) => JSON.parse(sessionStorage.getItem(copyName(key)) ?? "null");
  const dropCopy = (key) => sessionStorage.removeItem(copyName(key));

  const options = () => Object.fromEntries([...new FormData(box)].filter(([name]) => !OWN.has(name) && name !== "text"));
  const setOptions = (values) => {
    for (const each of box.elements) {
      if (!each.name || OWN.has(each.name) || each === field || each.type === "submit") continue;
      if (each.type === "checkbox") each.checked = each.name in values;
      else each.value = values[each.name] ?? "";
    }
  };
  const setValue = (name, value) => {
    if (box.elements[name]) box.elements[name].value = value ?? "";
  };
  const setText = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("letters", { bubbles: true }));
    showPrice();
  };
  const showProblem = (text) => {
    if (problemPlace) problemPlace.replaceChildren(...(text ? [element("p", { class: "problem", role: "alert", text })] : []));
  };
  const showPrice = () => {
    const price = place("reply-price"), { price: one, priceSecond, priceLink } = price?.dataset ?? {};
    if (!price) return;
    const hasLink = /https?:\/\/|[a-z0-9-]\.[a-z]{2,}/i.test(field.value), isTwo = count?.classList.contains("alert");
    price.textContent = `$${(((hasLink ? +priceLink : +one) + (isTwo ? +priceSecond : 0)) / 1e6).toFixed(3)}`;
  };

  // Filling the box with the values of the opened item.
  const fill = () => {
    const values = place("reply-values")?.dataset;
    const before = item;
    box.hidden = !values;
    if (!values) {
      item = null;
      return;
    }
    const same = before?.key === values.key, typed = same && before.dirty ? field.value : null;
    item = { key: values.key, version: values.version, request: values.request, dirty: same && before.dirty, blocked: false };
    for (const name of ["key", "version", "request"]) setValue(name, values[name]);
    setValue("queue", desk.inbox?.queue());
    box.action = values.action;
    if (count) count.dataset.signature = values.signature ?? "";
    if (place("reply-signature")) place("reply-signature").textContent = values.signature ?? "";
    const copy = copyOf(values.key);
    if (!same) setOptions(copy?.options ?? {});
    setText(typed ?? copy?.text ?? values.draft ?? "");
    if (copy && copy.text !== values.draft) changed({ at: 0 });
    else draftState.textContent = "";
    field.disabled = Boolean(values.reason);
    sendButton().disabled = Boolean(values.reason);
    showProblem(values.reason || problems.get(values.key) || "");
    problems.delete(values.key);
    ping("opened");
  };
  const sendButton = () => box.querySelector('[data-command="send"], button[type=submit], button:not([type])');

  // Drafts.
  const changed = ({ at = SAVED_AFTER } = {}) => {
    if (!item) return;
    item.dirty = true;
    sessionStorage.setItem(copyName(item.key), JSON.stringify({ text: field.value, options: options() }));
    clearTimeout(saveTimer);
    saveTimer = setTimeout(() => save(), at);
  };
  const save = ({ leaving = false } = {}) => {
    clearTimeout(saveTimer);
    if (!item?.dirty) return Promise.resolve();
    const saved = item, text = field.value;
    const fields = { ...options(), text, version: saved.version, sequence: Date.now() };
    saved.dirty = false;
    saved.saving = request("POST", `case/${saved.key}/draft`, { fields, keepalive: leaving, quiet: true }).then(() => {
      if (saved.dirty) return;
      dropCopy(saved.key);
      if (item === saved) draftState.textContent = word("saved");
    }, () => {
      saved.dirty = true;
      if (item !== saved) return;
      draftState.textContent = word("not_saved");
      saveTimer = setTimeout(() => save(), SAVE_AGAIN_AFTER);
    });
    return saved.saving;
  };

  // Presence: that the item is open, and that somebody types.
  const pinged = {};
  const ping = (state) => {
    const about = `${item?.key} ${state}`;
    if (!item || Date.now() - (pinged[about] ?? 0) < PING_EVERY) return;
    pinged[about] = Date.now();
    request("POST", `case/${item.key}/presence`, { fields: { state }, quiet: true }).catch(() => {});
  };
  setInterval(() => document.visibilityState === "visible" && ping("opened"), OPEN_PING_EVERY);

  // Sending. The row turns grey and the next item is open before the server has answered.
  const pending = new Map();
  const undos = [];
  const forget = (undo) => {
    const at = undos.indexOf(undo);
    if (at >= 0) undos.splice(at, 1);
  };

  const stopped = () => {
    const text = field.value.trim();
    if (item.blocked) return word("look_first");
    if (!text) return word("empty");
    const gap = field.value.match(PLACE);
    if (!gap) return "";
    field.setSelectionRange(gap.index, gap.index + gap[0].length);
    return word("unfilled", { gap: gap[0] });
  };
  const send = () => {
    if (!item || field.disabled || pending.has(item.key)) return;
    const reason = stopped();
    showProblem(reason);
    if (reason) return void field.focus();
    clearTimeout(saveTimer);
    if (item.sentText !== undefined && item.sentText !== field.value) setValue("request", crypto.randomUUID());
    const sent = { key: item.key, url: box.action, text: field.value, options: options(), fields: Object.fromEntries(new FormData(box)), saving: item.saving };
    sessionStorage.setItem(copyName(sent.key), JSON.stringify({ text: sent.text, options: sent.options, request: sent.fields.request }));
    item.dirty = false;
    sent.undo = { key: sent.key, run: () => takeBack(sent) };
    pending.set(sent.key, sent);
    undos.push(sent.undo);
    announce(word("sending"));
    showState(sent, word("sending"));
    if (!desk.inbox?.goOn(sent.key)) setText("");
    sent.answered = deliver(sent);
  };

  const deliver = async (sent) => {
    await sent.saving?.catch(() => {});
    try {
      const answer = await request("POST", sent.url, { fields: sent.fields, keepalive: true });
      const { done } = JSON.parse(answer.headers.get("hx-trigger") ?? "{}");
      sent.done = done ?? {};
      dropCopy(sent.key);
      countDown(sent);
    } catch (failed) {
      putBack(sent, failed);
    }
  };

  const showState = (sent, text, { problem = false } = {}) => {
    const row = desk.inbox?.rowOf(sent.key);
    if (!row) return;
    row.classList.toggle("sending", !problem && Boolean(text));
    row.querySelector(".sends")?.remove();
    if (text) row.append(element("div", { class: problem ? "sends problem" : "sends", text }));
  };

  const countDown = (sent) => {
    const ends = Date.now() + (sent.done.seconds ?? 0) * 1000;
    const undo = element("button", { type: "button", "data-command": "undo", text: `${word("undo")} ` }, element("kbd", { text: "z" }));
    undo.addEventListener("click", () => sent.undo.run());
    const tick = () => {
      if (sent.takenBack) return;
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left <= 0) return void finish(sent);
      const text = word("sends_in", { seconds: left });
      showState(sent, `${text} · ${word("undo")} z`);
      const shown = sent.notice?.isConnected ? sent.notice : null;
      if (shown) shown.firstChild.textContent = text;
      sent.timer = setTimeout(tick, 1000);
    };
    if (ends > Date.now()) sent.notice = notice(word("sends_in", { seconds: sent.done.seconds }), { id: `sent-${sent.key}`, children: [undo] });
    tick();
  };
  const settle = (sent) => {
    clearTimeout(sent.timer);
    sent.notice?.remove();
    pending.delete(sent.key);
    forget(sent.undo);
  };
  const finish = (sent, { keepalive = false } = {}) => {
    settle(sent);
    showState(sent, word("sent"));
    if (!sent.done?.undo) return Promise.resolve();
    const { key, fields } = sent;
    const now = () => request("POST", `case/${key}/send_now`, { fields: { request: fields.request, version: fields.version }, keepalive, quiet: true });
    return now().catch(() => setTimeout(() => now().catch(() => {}), 3000)); // the sweep sends what nobody sent
  };

  const putBack = (sent, failed) => {
    settle(sent);
    const { row } = { row: desk.inbox?.rowOf(sent.key) };
    problems.set(sent.key, failed.message);
    showState(sent, failed.message, { problem: true });
    if (item?.key === sent.key || !row) {
      if (item?.key === sent.key && !field.value) setText(sent.text);
      showProblem(failed.message);
      if (item) item.sentText = sent.text;
    }
    const again = failed.status === 0 || failed.status >= 500;
    const button = element("button", { type: "button", text: word(again ? "retry" : "open") });
    const shown = notice(word("not_sent", { reason: failed.message }), { id: `sent-${sent.key}`, problem: true, children: [button] });
    button.addEventListener("click", () => {
      shown.remove();
      if (!again) return void desk.inbox?.open(sent.key, { fresh: true });
      showState(sent, word("sending"));
      pending.set(sent.key, sent);
      undos.push(sent.undo);
      sent.answered = deliver(sent);
    });
  };

  const takeBack = async (sent) => {
    if (sent.takenBack) return;
    sent.takenBack = true;
    clearTimeout(sent.timer);
    sent.notice?.remove();
    forget(sent.undo);
    showState(sent, word("undoing"));
    await sent.answered;
    if (!sent.done) return;
    try {
      const fields = { request: crypto.randomUUID(), of: sent.fields.request, version: sent.fields.version };
      await request("POST", sent.done.undo, { fields });
      settle(sent);
      showState(sent, "");
      announce(word("undone"));
      sessionStorage.setItem(copyName(sent.key), JSON.stringify({ text: sent.text, options: sent.options }));
      if (!document.activeElement?.matches("textarea, input") || !field.value) {
        if (await desk.inbox?.open(sent.key, { fresh: true })) field.focus();
      }
    } catch (failed) {
      sent.takenBack = false;
      settle(sent);
      showState(sent, "");
      notice(failed.message, { problem: true, id: `sent-${sent.key}`, seconds: 10 });
    }
  };

  // What other actions did, and how to undo it: the header HX-Trigger of their response.
  document.addEventListener("done", ({ detail, target }) => {
    const { key, text, undo, seconds } = detail;
    const take = undo && { key, run: () => undoAction(take, undo, shown) };
    const children = take ? [element("button", { type: "button", text: `${word("undo")} ` }, element("kbd", { text: "z" }))] : [];
    const shown = notice(text, { id: "done", children, seconds: Math.max(seconds ?? 0, 8) });
    if (!take) return;
    children[0].addEventListener("click", take.run);
    undos.push(take);
    setTimeout(() => forget(take), Math.max(seconds ?? 0, 60) * 1000);
  });
  const undoAction = async (undo, url, shown) => {
    forget(undo);
    shown.remove();
    try {
      await request("POST", url, { fields: { request: crypto.randomUUID() } });
      announce(word("undone"));
      if (undo.key) desk.inbox?.open(undo.key, { fresh: true });
    } catch (failed) {
      notice(failed.message, { problem: true, id: "done", seconds: 10 });
    }
  };

  commands.send = () => {
    if (document.activeElement?.closest("form") && !document.activeElement.closest("#reply")) return void document.activeElement.closest("form").requestSubmit();
    send();
  };
  commands.endComposition = (then) => {
    const focused = document.activeElement;
    focused?.blur();
    focused?.focus();
    setTimeout(then);
  };
  commands.undo = () => undos.at(-1)?.run();
  commands.insert = (n) => {
    const found = typeof n === "number" ? document.querySelectorAll('#suggestions [data-command="insert"]')[n - 1] : n;
    if (!found || field.disabled) return;
    const text = found.dataset.text ?? "", { selectionStart: at, selectionEnd: end, value } = field;
    const before = value.slice(0, at), space = before && !/\s$/.test(before) ? " " : "";
    field.focus();
    field.setRangeText(space + text, at, end, "end");
    const gap = field.value.match(PLACE);
    if (gap) field.setSelectionRange(gap.index, gap.index + gap[0].length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  box.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    send();
  }, true);
  box.addEventListener("input", () => {
    changed();
    showPrice();
    ping("typing");
  });
  document.addEventListener("click", (event) => {
    const insert = event.target.closest('[data-command="insert"]');
    if (!insert) return;
    event.preventDefault();
    commands.insert(insert);
  });
  document.addEventListener("desk:leaving", () => save({ leaving: true }));
  document.addEventListener("desk:opened", fill);
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target.id === "opened" && fill());
  window.addEventListener("pagehide", () => {
    save({ leaving: true });
    for (const sent of [...pending.values()]) if (sent.done) finish(sent, { keepalive: true });
  });

  Object.assign(desk, { reply: { block: () => { if (item) item.blocked = true; }, item: () => item } });
  if (place("reply-values")) fill();
})();
