"""What a department clerk reads: one mail for one or several cases, or a list of many."""

from desk.mail.full import render_mail
from desk.mail.message import LEAST_BYTES, MAIL_BYTES, Mail
from desk.mail.summary import render_summary

__all__ = ["LEAST_BYTES", "MAIL_BYTES", "Mail", "render_mail", "render_summary"]
