"""What a department clerk reads: one mail for one or several cases, or a list of many."""

from desk.notifications.mail.full import render_mail
from desk.notifications.mail.parts import LEAST_BYTES, MAIL_BYTES, Mail
from desk.notifications.mail.summary import render_summary

__all__ = ["LEAST_BYTES", "MAIL_BYTES", "Mail", "render_mail", "render_summary"]
