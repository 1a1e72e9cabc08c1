"""What people who use English read about what the pre-send check found."""

PHRASES = {
    "check": "Pre-send check",
    # Why an address was not fetched, or what it answered; stands in parentheses or after a colon
    "fetch.status": "HTTP {status}",
    "fetch.bad_address": "unusable address",
    "fetch.not_found": "no such domain",
    "fetch.not_global": "not a public server",
    "fetch.not_reached": "no connection",
    "fetch.not_secure": "connection not secure",
    "fetch.too_slow": "answers too slowly",
    "fetch.too_large": "file too large",
    "fetch.too_many_redirects": "too many redirects",
    "fetch.not_http": "unknown answer",
    "fetch.not_checked": "could not be checked",
}
