(() => {
  const place = document.getElementById("presence"), name = document.getElementById("name");
  let typing = false, typedAt = 0;
  const send = (presence) => {
    const body = new URLSearchParams({ presence, name: name ? name.value : "" });
    return fetch(location.pathname, { method: "POST", body, keepalive: presence === "left" });
  };
  const show = async () => {
    if (document.hidden) return;
    const state = typing ? "typing" : "opened";
    typing = false;
    const answer = await send(state).catch(() => null);
    if (!answer || !answer.ok || !(answer.headers.get("content-type") || "").startsWith("text/plain")) return;
    place.textContent = await answer.text();
    place.hidden = !place.textContent;
  };
  document.addEventListener("input", () => {
    typing = true;
    if (Date.now() - typedAt < 10000) return;
    typedAt = Date.now();
    show();
  });
  addEventListener("pagehide", () => send("left"));
  setInterval(show, 10000);
  show();
})();
