// Presence: colleagues see that somebody has the item open, and that they type.
(() => {
  const { request } = desk;
  const box = document.getElementById("reply");
  if (!box) return;
  const SAME_AFTER = 10_000, OPEN_EVERY = 20_000;
  const sentAt = {};
  let about = null;

  const send = (key, state, options) => request("POST", `case/${key}/presence`, { fields: { state }, quiet: true, ...options });
  const say = async (state) => {
    const key = about, known = `${key} ${state}`;
    if (!key || Date.now() - (sentAt[known] ?? 0) < SAME_AFTER) return;
    sentAt[known] = Date.now();
    try {
      const html = await (await send(key, state)).text(), shown = document.getElementById("presence");
      if (about === key && shown) htmx.swap(shown, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
    } catch {
      // The next time will tell.
    }
  };
  const opened = () => {
    if (desk.inbox?.isQuiet()) return;
    const values = document.getElementById("reply-values")?.dataset;
    about = values && !values.reason ? values.key : null;
    say("opened");
  };
  const leave = () => {
    if (!about) return;
    delete sentAt[`${about} opened`];
    send(about, "left", { keepalive: true }).catch(() => {});
  };

  box.addEventListener("input", () => say("typing"));
  document.addEventListener("desk:leaving", ({ detail }) => {
    if (detail.key === about) return;
    leave();
    about = null;
  });
  document.addEventListener("desk:opened", opened);
  document.addEventListener("desk:attended", opened);
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target?.id === "opened" && opened());
  window.addEventListener("pagehide", leave);
  setInterval(() => document.visibilityState === "visible" && say("there"), OPEN_EVERY);
  opened();
})();
