// The reply box: it lies outside all that is swapped. Nothing typed is lost, and nothing is sent twice.
(() => {
  const { word, element, request, notice, announce, commands, person } = desk;
  const box = document.getElementById("reply"), field = document.getElementById("reply-text");
  if (!box || !field) return;

  const SAVED_AFTER = 2000, PING_EVERY = 10_000, OPEN_PING_EVERY = 20_000, SAVE_AGAIN_AFTER = 10_000, SENT_SHOWN = 2000;
  const LEAVES = /\/(hand|close|snooze|return_draft|fact_check)$/; // actions after which the item is in another queue
  const PLACE = /\{\p{L}[\p{L}\p{N}_ ]{0,19}\}/u; // as in desk/replies/placeholders.py
  const OWN = new Set(["csrf", "key", "version", "request", "queue", "action", "sequence", "override_reason"]);
  const place = (id) => document.getElementById(id);
  const problemPlace = place("reply-problem"), count = place("reply-count"), draftState = place("reply-draft-state");
  const problems = new Map();
  let item = null, saveTimer = 0, isWaiting = false;

  // A copy of what was typed in this tab, for the case that saving it fails.
  const copyName = (key) => `draft ${person} ${key}`;
  const copyOf = (key) => JSON.parse(sessionStorage.getItem(copyName(key)) ?? "null");
  const keepCopy = (key, text, chosen) => sessionStorage.setItem(copyName(key), JSON.stringify({ text, options: chosen }));
  const dropCopy = (key) => sessionStorage.removeItem(copyName(key));

  const options = () => Object.fromEntries([...new FormData(box)].filter(([name]) => !OWN.has(name) && name !== "text"));
  const setOptions = (values) => {
    for (const each of box.elements) {
      if (!each.name || OWN.has(each.name) || each === field || each.type === "submit") continue;
      if (each.type === "checkbox") each.checked = each.name in values;
      else each.value = values[each.name] ?? "";
    }
    box.querySelector("details").open = Object.keys(values).length > 0;
  };
  const setValue = (name, value) => {
    if (box.elements[name]) box.elements[name].value = value ?? "";
  };
  const setText = (text) => {
    field.value = text;
    desk.check?.clear(box);
    field.dispatchEvent(new Event("letters", { bubbles: true }));
    showPrice();
  };
  // A sentence, or what the server said, which may have the reply of a colleague who was faster.
  const showProblem = (problem) => {
    if (problem?.html) problemPlace.innerHTML = problem.html;
    else problemPlace.replaceChildren(...(problem ? [element("p", { class: "problem", role: "alert", text: problem.message ?? problem })] : []));
  };
  const showPrice = () => {
    const price = place("reply-price");
    if (!price) return;
    const { reply, second, link, text } = price.dataset, isTwo = count.classList.contains("alert");
    const first = /https?:\/\/|[a-z0-9-]\.[a-z]{2,}/i.test(field.value) ? link : reply;
    price.textContent = text.replace("{usd}", (Number(first) + (isTwo ? Number(second) : 0)).toFixed(3));
  };
  // The box is closed to cases that take no reply; a sentence says why, and what was typed before is shown.
  const close = (reason, kept) => {
    place("reply-kept")?.remove();
    if (kept) {
      const words = element("blockquote", { class: "words", dir: "auto", text: kept });
      box.append(element("div", { id: "reply-kept" }, element("p", { class: "hint", text: word("kept") }), words));
    }
    place("reply-fields").hidden = place("reply-fields").disabled = true;
    place("reply-reason").textContent = reason;
    place("reply-reason").hidden = !reason;
    box.toggleAttribute("data-closed", true);
  };
  const unclose = () => {
    place("reply-kept")?.remove();
    place("reply-fields").hidden = place("reply-fields").disabled = false;
    place("reply-reason").hidden = true;
    box.removeAttribute("data-closed");
  };

  // Filling the box with the values of the opened item.
  const fill = () => {
    const values = place("reply-values")?.dataset, before = item;
    if (!values || values.reason) {
      const typed = isWaiting || before?.key === values?.key ? field.value : "";
      if (values && typed) keepCopy(values.key, typed, {});
      [item, isWaiting] = [null, false];
      setText("");
      return close(values?.reason ?? "", values && (copyOf(values.key)?.text ?? (values.saved && values.draft)));
    }
    unclose();
    const isKept = before ? before.key === values.key && before.dirty : isWaiting && field.value !== "";
    const typed = isKept ? field.value : null;
    const { key, version, request } = values, copy = copyOf(key);
    item = { key, version, dirty: typed !== null, isBlocked: false };
    for (const [name, value] of Object.entries({ key, version, request, queue: desk.inbox?.queue() })) setValue(name, value);
    box.setAttribute("action", values.action);
    count.dataset.signature = place("reply-signature").textContent = values.signature;
    place("reply-signature-line").hidden = !values.signature;
    place("reply-again-line").hidden = !values.again;
    if (typed === null) {
      setOptions(copy?.options ?? JSON.parse(values.options || "{}"));
      setText(copy?.text ?? values.draft);
    }
    isWaiting = false;
    draftState.textContent = values.saved;
    if (typed !== null || (copy && copy.text !== values.draft)) changed({ at: 0 });
    showProblem(problems.get(key));
    problems.delete(key);
    ping("opened");
  };

  // Drafts.
  const changed = ({ at = SAVED_AFTER } = {}) => {
    if (!item) return;
    item.dirty = true;
    keepCopy(item.key, field.value, options());
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
  const showOthers = (html) => {
    const shown = place("presence");
    if (shown) htmx.swap(shown, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  };
  const ping = (state) => {
    const ping = `${item?.key} ${state}`;
    if (!item || Date.now() - (pinged[ping] ?? 0) < PING_EVERY) return;
    pinged[ping] = Date.now();
    const about = item.key;
    request("POST", `case/${about}/presence`, { fields: { state }, quiet: true }).then(async (answer) => {
      const html = await answer.text();
      if (item?.key === about) showOthers(html);
    }).catch(() => {});
  };
  setInterval(() => document.visibilityState === "visible" && ping("there"), OPEN_PING_EVERY);

  // Sending. The row turns grey and the next item is open before the server has answered.
  const pending = new Map();
  const undos = [];
  const forget = (undo) => {
    const at = undos.indexOf(undo);
    if (at >= 0) undos.splice(at, 1);
  };

  const stopped = () => {
    const text = field.value.trim();
    if (item.isBlocked) return word("look_first");
    if (!text) return word("empty");
    const gap = field.value.match(PLACE);
    if (!gap) return "";
    field.setSelectionRange(gap.index, gap.index + gap[0].length);
    return word("unfilled", { gap: gap[0] });
  };
  const send = () => {
    if (!item || pending.has(item.key) || desk.check?.holds(box)) return;
    const reason = stopped();
    showProblem(reason);
    if (reason) return void field.focus();
    clearTimeout(saveTimer);
    if (item.sentText !== undefined && item.sentText !== field.value) setValue("request", crypto.randomUUID());
    const sent = { key: item.key, url: box.getAttribute("action"), text: field.value, options: options(), fields: Object.fromEntries(new FormData(box)), saving: item.saving };
    keepCopy(sent.key, sent.text, sent.options);
    sent.fields.sequence = Date.now();
    item.dirty = false;
    sent.undo = { key: sent.key, run: () => takeBack(sent) };
    pending.set(sent.key, sent);
    undos.push(sent.undo);
    announce(word("sending"));
    showState(sent, word("sending"));
    if (desk.inbox) desk.inbox.goOn(sent.key);
    else setText("");
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
    setTimeout(() => desk.inbox?.drop(sent.key), SENT_SHOWN);
    if (!sent.done?.send_now) return Promise.resolve();
    const now = () => request("POST", sent.done.send_now, { fields: {}, keepalive, quiet: true });
    return now().catch(() => setTimeout(() => now().catch(() => {}), 3000)); // the sweep sends what nobody sent
  };

  const putBack = (sent, failed) => {
    settle(sent);
    problems.set(sent.key, failed);
    keepCopy(sent.key, sent.text, sent.options);
    showState(sent, failed.message, { problem: true });
    if (item?.key === sent.key) {
      if (!field.value) setText(sent.text);
      item.sentText = sent.text;
      showProblem(failed);
      desk.check?.run(box);
    }
    const again = failed.status === 0 || failed.status >= 500;
    const button = element("button", { type: "button", text: again ? word("retry") : word("open") });
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
    if (!sent.done.undo) return void settle(sent);
    try {
      await request("POST", sent.done.undo, { fields: { sequence: Date.now() } });
      settle(sent);
      showState(sent, "");
      announce(word("undone"));
      keepCopy(sent.key, sent.text, sent.options);
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
    const { key, text, undo, fields, no_undo, seconds } = detail;
    const cannot = () => notice(no_undo ?? word("no_undo", { done: text }), { id: "done", problem: true, seconds: 10 });
    const take = { key, run: undo ? () => undoAction(take, undo, fields, shown) : cannot };
    const children = undo ? [element("button", { type: "button", text: `${word("undo")} ` }, element("kbd", { text: "z" }))] : [];
    const shown = notice(text, { id: "done", children, seconds: Math.max(seconds ?? 0, 8) });
    if (LEAVES.test(target.getAttribute?.("action") ?? "")) setTimeout(() => desk.inbox?.left(key));
    children[0]?.addEventListener("click", take.run);
    undos.push(take);
    setTimeout(() => forget(take), Math.max(seconds ?? 0, 60) * 1000);
  });
  const undoAction = async (undo, url, fields, shown) => {
    forget(undo);
    shown.remove();
    try {
      const answer = await request("POST", url, { fields: fields ?? {} }), html = await answer.text();
      const { done } = JSON.parse(answer.headers.get("hx-trigger") ?? "{}");
      notice(done?.text ?? word("undone"), { id: "done", seconds: 8 });
      if (undo.key) {
        await commands.merge?.(); // the row is back before it is selected
        desk.inbox?.open(undo.key, { fresh: true });
      } else htmx.swap(place("list"), html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    } catch (failed) {
      notice(failed.message, { problem: true, id: "done", seconds: 10 });
    }
  };

  commands.send = () => {
    if (document.activeElement?.closest("form") && !document.activeElement.closest("#reply")) return void document.activeElement.closest("form").requestSubmit();
    if (isAlone) box.requestSubmit();
    else send();
  };
  commands.undo = () => (undos.length ? undos.at(-1).run() : commands.press("undo"));
  // Texts to insert are loaded after the item; a key that comes before them waits.
  const nth = (n) => document.querySelectorAll('#context [data-command="insert"]:not([data-waits])')[n - 1];
  const loaded = async (n) => {
    const isLoading = () => document.querySelector("#suggestions[hx-trigger=load]") && !nth(n);
    for (let waited = 0; waited < 3000 && isLoading(); waited += 50) await new Promise((resume) => setTimeout(resume, 50));
  };
  commands.insert = async (n) => {
    const key = item?.key;
    if (typeof n === "number") await loaded(n);
    const found = typeof n === "number" ? nth(n) : n;
    if (!found || !item || item.key !== key) return;
    const text = found.dataset.text ?? "", { selectionStart: at, selectionEnd: end, value } = field;
    const before = value.slice(0, at), space = before && !/\s$/.test(before) ? " " : "";
    field.focus();
    field.setRangeText(space + text, at, end, "end");
    const gap = field.value.match(PLACE);
    if (gap) field.setSelectionRange(gap.index, gap.index + gap[0].length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // A page with one case and no list sends the form itself.
  const isAlone = !place("list");
  box.addEventListener("submit", (event) => {
    if (isAlone) {
      if (!item) return event.preventDefault();
      const reason = stopped();
      showProblem(reason);
      if (reason) event.preventDefault();
      else item = null; // nothing is saved as a draft any more
      return;
    }
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
  const leave = () => {
    save({ leaving: true });
    if (!item) return;
    delete pinged[`${item.key} opened`];
    request("POST", `case/${item.key}/presence`, { fields: { state: "left" }, keepalive: true, quiet: true }).catch(() => {});
  };
  // What somebody types before the next item is there belongs to that one.
  document.addEventListener("desk:leaving", ({ detail }) => {
    if (detail.key === item?.key) return void save();
    leave();
    item = null;
    isWaiting = Boolean(detail.key);
    if (isWaiting) unclose();
    setText("");
    showProblem("");
    draftState.textContent = "";
  });
  document.addEventListener("desk:opened", fill);
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target?.id === "opened" && fill());
  window.addEventListener("pagehide", () => {
    leave();
    for (const sent of [...pending.values()]) if (sent.done) finish(sent, { keepalive: true });
  });

  Object.assign(desk, { reply: { block: () => { if (item) item.isBlocked = true; }, isPending: (key) => pending.has(key) } });
  if (place("reply-values")) fill();
})();
