// The console as an app: its worker, drafts that were typed without a connection, and notifications on this device.
(() => {
  const { root, person, request, word, showProblem } = desk;

  // Drafts that could not be saved are kept on the device, and saved as soon as there is a connection, from whatever page is open.
  const PREFIX = `draft ${person} `;
  const saveKept = async () => {
    const keys = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
    for (const key of keys.filter((each) => each !== desk.reply?.key())) {
      const kept = localStorage.getItem(PREFIX + key), { text, options, version, at, isSent } = JSON.parse(kept);
      if (isSent) continue; // its answer says what became of it
      const fields = { ...options, text, version, sequence: at };
      await request("POST", `case/${key}/draft`, { fields, quiet: true }).then(() => {
        if (localStorage.getItem(PREFIX + key) === kept) localStorage.removeItem(PREFIX + key);
      }, () => {});
    }
  };
  window.addEventListener("online", saveKept);
  if (navigator.onLine) saveKept();

  if (!("serviceWorker" in navigator)) return;
  const worker = navigator.serviceWorker.register(`${root}/worker.js`, { scope: root }).then(() => navigator.serviceWorker.ready);
  worker.catch(() => {}); // the console works without it

  // Notifications on this device: a button on the page of settings, which has the desk's public key.
  const place = document.getElementById("this-device");
  if (!place) return;
  const button = place.querySelector("button"), problem = document.getElementById("device-problem");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const allow = async () => {
    if ((await Notification.requestPermission()) !== "granted") return showProblem(problem, word("push_denied"));
    const { pushManager } = await worker, old = await pushManager.getSubscription();
    await old?.unsubscribe(); // it may have been made with a key that the desk no longer has
    const options = { userVisibleOnly: true, applicationServerKey: bytes(place.dataset.key) };
    const made = await pushManager.subscribe(options);
    const fields = { endpoint: made.endpoint, p256dh: text(made.getKey("p256dh")), auth: text(made.getKey("auth")) };
    await request("POST", "settings/devices", { fields });
    location.reload();
  };
  place.hidden = !("PushManager" in window);
  document.getElementById("no-push").hidden = !place.hidden;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      await allow();
    } catch (error) {
      showProblem(problem, error.status ? error : word("push_failed"));
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
})();
