// Arrivals: what came in while the page is open.
