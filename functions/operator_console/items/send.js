// Sending a reply: the row turns grey and the next item is open before the server has answered, then the row counts down until the reply goes
// out. What was not sent is in the box again. Nothing is sent twice. A page without a list sends the form itself.
(() => {
  const { word, element, request, notice, announce, commands, reply } = desk;
  const box = document.getElementById("reply"), isAlone = !document.getElementById("list");
  if (!reply) return;
  const SENT_SHOWN = 2000;
  const pending = new Map();

  const showState = (sent, text, { problem = false } = {}) => {
    const row = desk.inbox?.rowOf(sent.key);
    if (!row) return;
    row.classList.toggle("sending", !problem && Boolean(text));
    row.querySelector(".sends")?.remove();
    if (text) row.append(element("div", { class: problem ? "sends problem" : "sends", text }));
  };
  const begin = (sent) => {
    sent.offer = desk.undo.offer(() => takeBack(sent));
    pending.set(sent.key, sent);
    announce(word("sending"));
    showState(sent, word("sending"));
    sent.answered = deliver(sent);
  };
  const settle = (sent) => {
    pending.delete(sent.key);
    sent.offer.end();
  };

  const send = () => {
    const sent = pending.has(box.elements.key.value) ? null : reply.take();
    if (!sent) return;
    begin(sent);
    if (desk.inbox) desk.inbox.goOn(sent.key);
    else reply.setText("");
  };
  const deliver = async (sent) => {
    await sent.saving?.catch(() => {});
    try {
      const answer = await request("POST", sent.url, { fields: sent.fields, keepalive: true });
      sent.done = JSON.parse(answer.headers.get("hx-trigger") ?? "{}").done ?? {};
      reply.dropCopy(sent.key);
      if (!sent.takenBack) countDown(sent);
    } catch (failed) {
      putBack(sent, failed);
    }
  };
  const countDown = (sent) => {
    const { seconds = 0, send_now } = sent.done;
    const shows = (text) => showState(sent, text);
    const over = ({ leaving }) => {
      settle(sent);
      showState(sent, word("sent"));
      setTimeout(() => desk.inbox?.drop(sent.key), SENT_SHOWN);
      const goesOut = send_now ? desk.undo.sendNow(send_now, { leaving }).catch(() => {}) : null;
      if (!leaving && !pending.size) Promise.resolve(goesOut).then(() => desk.inbox?.goBack());
    };
    sent.offer.counts({ seconds, toast: `sent-${sent.key}`, to: sent.to, shows, over });
  };

  const putBack = (sent, failed) => {
    settle(sent);
    showState(sent, failed.message, { problem: true });
    reply.giveBack(sent, failed);
    const again = failed.status === 0 || failed.status >= 500;
    const button = element("button", { type: "button", text: again ? word("retry") : word("open") });
    const shown = notice(word("not_sent", { reason: failed.message }), { id: `sent-${sent.key}`, problem: true, children: [button] });
    button.addEventListener("click", () => {
      shown.remove();
      if (again) begin(sent);
      else desk.inbox?.open(sent.key, { fresh: true });
    });
  };
  const takeBack = async (sent) => {
    if (sent.takenBack) return;
    sent.takenBack = true;
    sent.offer.end();
    showState(sent, word("undoing"));
    await sent.answered;
    if (!sent.done) return;
    if (!sent.done.undo) return void settle(sent);
    try {
      await request("POST", sent.done.undo, { fields: { sequence: Date.now() } });
      settle(sent);
      showState(sent, "");
      announce(word("undone"));
      reply.keepCopy(sent.key, sent.text, sent.options);
      if (document.activeElement?.matches("textarea, input") && !reply.isEmpty()) return;
      if (await desk.inbox?.open(sent.key, { fresh: true })) reply.focus();
    } catch (failed) {
      sent.takenBack = false;
      settle(sent);
      showState(sent, "");
      notice(failed.message, { problem: true, id: `sent-${sent.key}`, seconds: 10 });
    }
  };

  commands.send = () => {
    if (!document.activeElement?.closest("#reply") && commands.sendForm()) return;
    if (isAlone) box.requestSubmit();
    else send();
  };
  if (!isAlone) box.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    send();
  }, true);
  reply.isPending = (key) => pending.has(key);
})();
