// The page without a connection: once the desk answers again, the page that was asked for is opened.
"use strict";
const AGAIN_AFTER = 2000;
const tryAgain = async () => {
  try {
    await fetch("/console/manifest.webmanifest", { cache: "no-store" });
    location.reload();
  } catch {
    setTimeout(tryAgain, AGAIN_AFTER);
  }
};
tryAgain();
