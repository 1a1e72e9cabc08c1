"use strict";
// Brings the list of posts up to date every few seconds. Nothing else on the page is touched: what somebody writes, where
// they have scrolled to and what has the focus stay as they are.
const EVERY_MILLISECONDS = 3000;
const feed = document.getElementById("feed");
const ended = document.getElementById("ended");

const firstInSight = () => [...feed.children].find((post) => post.getBoundingClientRect().bottom > 0);

function replacePosts(fresh) {
  const seen = window.scrollY > 0 ? firstInSight() : undefined;
  const before = seen ? seen.getBoundingClientRect().top : 0;
  const wanted = new Map([...fresh.children].map((post) => [post.id, post]));
  for (const post of [...feed.children]) {
    if (!wanted.get(post.id)?.isEqualNode(post)) post.remove();
  }
  let next = feed.firstElementChild;
  for (const [id, post] of wanted) {
    if (next?.id === id) next = next.nextElementSibling;
    else feed.insertBefore(post, next);
  }
  if (seen?.isConnected) window.scrollBy({ top: seen.getBoundingClientRect().top - before, behavior: "instant" });
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(feed.dataset.from, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    replacePosts(fresh.getElementById("feed"));
    document.getElementById("now").replaceWith(fresh.getElementById("now"));
    ended.hidden = true;
  } catch {
    ended.hidden = false;
  }
}

async function refreshForEver() {
  await refresh();
  setTimeout(refreshForEver, EVERY_MILLISECONDS);
}

document.addEventListener("visibilitychange", refresh);
setTimeout(refreshForEver, EVERY_MILLISECONDS);
