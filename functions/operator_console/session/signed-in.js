// Ends the small window in which somebody signed in again: tells the pages of the console, then closes the window.
// The channel reaches them also where the issuer's pages have cut the window off from the page that opened it.
"use strict";
const channel = new BroadcastChannel("console");
channel.postMessage("signed-in");
if (window.opener) window.opener.postMessage("signed-in", window.location.origin);
window.close();
