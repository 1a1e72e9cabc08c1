"""What releases have stored and sent, which every later release must read: a folder of JSON files for each release."""
