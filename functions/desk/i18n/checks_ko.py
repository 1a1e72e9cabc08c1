"""What Korean people read about what the pre-send check found."""

PHRASES = {
    "check": "보내기 전 점검",
    # Why an address was not fetched, or what it answered; stands in parentheses or after a colon
    "fetch.status": "HTTP {status}",
    "fetch.bad_address": "쓸 수 없는 주소",
    "fetch.not_found": "없는 도메인",
    "fetch.not_global": "공개되지 않은 서버",
    "fetch.not_reached": "연결되지 않음",
    "fetch.not_secure": "안전하지 않은 연결",
    "fetch.too_slow": "응답이 너무 느림",
    "fetch.too_large": "파일이 너무 큼",
    "fetch.too_many_redirects": "주소 이동이 너무 많음",
    "fetch.not_http": "알 수 없는 응답",
    "fetch.not_checked": "점검하지 못함",
}
