"""The pages that say why there is no report."""

from html import escape

from desk.brand import Brand
from desk.catalogue import phrase

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ margin: 0 auto; padding: 18vh 1.5rem 2rem; max-width: 30rem; color: #1c2523; background: #f6f8f7;
  font: 1.0625rem/1.7 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", NanumGothic, sans-serif;
  word-break: keep-all; overflow-wrap: anywhere }}
h1 {{ font-size: 1.375rem; line-height: 1.4 }}
@media (prefers-color-scheme: dark) {{ body {{ color: #e4ebe8; background: #121917 }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
</main>
</body>
</html>
"""


def notice(why: str, brand: Brand) -> str:
    """A page in the brand's language: `closed` (no such report, or not any more) or `unavailable` (not now)."""
    return _PAGE.format(
        language=brand.language,
        title=escape(phrase(brand.language, f"report.{why}.title")),
        text=escape(phrase(brand.language, f"report.{why}.text")),
    )
