// What the console's other scripts share: words, requests, the small sign-in window, and sentences for people. Each page has it and
// rows.js, undo.js, due.js, poll.js and keys.js, in which the keys, lists, offers to undo and polls of all sections are; a template sets the
// `scripts` of its section, which come after them. Everything also works as links and forms without scripts, apart from keys and arrivals.
const desk = (() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const root = meta("root"), words = JSON.parse(meta("words") || "{}"), person = meta("person");
  const TIMEOUT = 20_000;
  const ALONE = /(\/presence|\/draft|check)$/; // what changes nothing that others see
  let csrf = meta("csrf"), signingIn = null;

  document.documentElement.classList.add("js");

  const word = (name, values = {}) =>
    (words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

  const announce = (text) => {
    const place = document.getElementById("announcements");
    if (place) place.textContent = text;
  };

  // An element with text, never with HTML of somebody.
  const element = (tag, { text = "", ...attributes } = {}, ...children) => {
    const made = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...(text ? [text] : []), ...children);
    return made;
  };

  // The first gap of a text that is still to be filled in, such as {name}, is selected; the gap is returned.
  const GAP = /\{\p{L}[\p{L}\p{N}_ ]{0,19}\}/u; // as in desk/replies/placeholders.py
  const selectGap = (field) => {
    const gap = field.value.match(GAP);
    if (gap) field.setSelectionRange(gap.index, gap.index + gap[0].length);
    return gap?.[0];
  };

  // Shows a sentence, or what the server said, which may have more than a sentence; nothing for "".
  const showProblem = (place, problem) => {
    if (problem?.html && problem.status < 500) place.innerHTML = problem.html;
    else place.replaceChildren(...(problem ? [element("p", { class: "problem", role: "alert", text: problem.message ?? problem })] : []));
  };

  const problemOf = (html, fallback) => {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    return (parsed.querySelector(".problem") ?? parsed.body).textContent.trim() || fallback;
  };

  // A request that did not succeed. `status` is 0 without a response; `message` is a sentence for the person,
  // `html` all that the server said.
  class Failed extends Error {
    constructor(status, message, html = "") {
      super(message);
      Object.assign(this, { status, html });
    }
  }

  const fetched = async (method, path, { fields, keepalive = false, headers = {} }) => {
    const body = fields ? new URLSearchParams(fields) : undefined;
    body?.set("csrf", csrf);
    try {
      return await fetch(path.startsWith("/") ? path : `${root}/${path}`, {
        method, body, keepalive, redirect: "follow", credentials: "same-origin",
        headers: { "hx-request": "true", "x-csrf-token": csrf, ...headers },
        signal: keepalive ? undefined : AbortSignal.timeout(TIMEOUT),
      });
    } catch (error) {
      throw new Failed(0, error.name === "TimeoutError" ? word("slow") : word("offline"));
    }
  };

  // The response to a request; raises Failed. After a session has ended, people sign in and the request is made again:
  // at once for what they asked for, not at all for what a script does by itself (`quiet`).
  const request = async (method, path, options = {}) => {
    let answer = await fetched(method, path, options);
    if (answer.status === 401) {
      const signedIn = signIn({ quiet: options.quiet });
      if (options.quiet) throw new Failed(401, word("signed_out"));
      await signedIn;
      answer = await fetched(method, path, options);
    }
    if (answer.ok && method === "POST" && !ALONE.test(path)) document.dispatchEvent(new CustomEvent("desk:acted"));
    if (answer.ok || answer.status === 304) return answer;
    const html = await answer.text();
    throw new Failed(answer.status, problemOf(html, word("failed")), html);
  };

  const openSignIn = () => window.open(`${root}/sign-in?to=signed-in`, "sign-in", "popup,width=480,height=640");

  // The token of the new session is on any page. Another person who signed in gets a page of their own.
  const renew = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const value = (name) => page.querySelector(`meta[name="${name}"]`)?.content;
    if (value("person") !== person) return location.reload();
    csrf = value("csrf");
    document.querySelectorAll("input[name=csrf]").forEach((field) => { field.value = csrf; });
    document.getElementById("main").setAttribute("hx-headers", JSON.stringify({ "x-csrf-token": csrf }));
  };

  // Resolves once somebody signed in, in a small window. Typed text stays where it is.
  const signIn = ({ quiet = false } = {}) => {
    if (!signingIn) {
      const channel = new BroadcastChannel("console");
      signingIn = new Promise((resolve) => {
        channel.onmessage = async ({ data }) => {
          if (data !== "signed-in") return;
          channel.close();
          await renew();
          document.getElementById("signed-out")?.remove();
          signingIn = null;
          resolve();
        };
      });
      const button = element("button", { type: "button", text: word("sign_in") });
      button.addEventListener("click", openSignIn);
      notice(word("signed_out"), { id: "signed-out", problem: true, children: [button] });
    }
    if (!quiet) openSignIn();
    return signingIn;
  };

  // A sentence at the bottom of the page, which stays until somebody takes it away or it is replaced.
  const notice = (text, { id, problem = false, children = [], seconds = 0 } = {}) => {
    const bar = document.getElementById("undo-bar") ?? document.body.appendChild(element("div", { id: "undo-bar" }));
    const shown = element("p", { ...(id && { id }), ...(problem && { class: "problem", role: "alert" }) });
    shown.append(element("span", { text }), ...children);
    (id && document.getElementById(id))?.remove();
    bar.append(shown);
    if (!problem) announce(text);
    if (seconds) setTimeout(() => shown.remove(), seconds * 1000);
    return shown;
  };

  // htmx: an ended session, and errors beside what was pressed. Nothing that was typed is swapped away by them.
  const beside = (pressed, text) => {
    const form = pressed.closest("form"), place = form ?? pressed.parentElement ?? document.body;
    place.querySelector(":scope > .problem")?.remove();
    place.append(element("p", { class: "problem", role: "alert", text }));
  };
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (xhr.status !== 401) return;
    event.preventDefault();
    signIn().then(() => {
      const { verb, path, elt, parameters } = requestConfig;
      const values = { ...Object.fromEntries(Object.entries(parameters)), ...("csrf" in parameters && { csrf }) };
      htmx.ajax(verb.toUpperCase(), path, { source: elt, target, values, headers: { "x-csrf-token": csrf } });
    });
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const refused = [409, 422].includes(detail.xhr.status) && !detail.xhr.getResponseHeader("hx-retarget");
    if (!refused) return;
    detail.shouldSwap = false;
    beside(detail.elt, problemOf(detail.xhr.responseText, word("failed")));
  });
  document.addEventListener("htmx:responseError", ({ detail }) =>
    beside(detail.elt, problemOf(detail.xhr.responseText, word("failed"))));
  document.addEventListener("htmx:sendError", ({ detail }) => beside(detail.elt, word("offline")));
  document.addEventListener("htmx:timeout", ({ detail }) => beside(detail.elt, word("slow")));
  document.addEventListener("htmx:beforeRequest", ({ detail }) =>
    (detail.elt.closest("form") ?? detail.elt.parentElement)?.querySelector(":scope > .problem")?.remove());

  // Notifications are allowed where people ask for them: in the settings.
  document.addEventListener("change", ({ target }) => {
    if (target.matches('[data-command="notifications"]') && target.checked) Notification.requestPermission();
  });

  // The section's pages scroll sideways on a phone.
  document.querySelectorAll(".section [aria-current]").forEach((current) =>
    current.scrollIntoView({ block: "nearest", inline: "center" }));

  return { root, word, announce, element, request, notice, selectGap, showProblem, person, commands: {} };
})();
