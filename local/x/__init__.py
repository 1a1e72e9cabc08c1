"""A small X on this machine: stateful, honest about X's rules and limits, and scripted to fail as X does."""
