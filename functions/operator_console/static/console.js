// Behaviour of the console's pages. Everything also works as links and forms, apart from keys and arrivals.
