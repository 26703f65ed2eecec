"""The mapped classes: columns, constraints, relationships. No rule of the trade and no query lives here."""

from app.models.base import Base
from app.models.billing import BillingSettings, NumberSeries
from app.models.company import Company
from app.models.customer import Customer, Site
from app.models.display import Display, DisplayState
from app.models.event import Event, Live
from app.models.evidence import (
    ChecklistAnswer,
    ComingPhoto,
    Message,
    Note,
    NoteKind,
    PartUsed,
    Photo,
    PhotoKind,
    Question,
    Signature,
    SignatureKind,
    Waiver,
    Withdrawable,
)
from app.models.invoice import (
    Invoice,
    InvoiceFile,
    InvoiceJob,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    LineSource,
    Mail,
    MailState,
    Payment,
    PaymentKind,
)
from app.models.job import Job, JobType
from app.models.person import ApiToken, Enrolment, FailedTry, Person, PersonRole, SignIn
from app.models.price_book import PriceBookItem
from app.models.receipt import HeldPress, HeldState, Receipt
from app.models.visit import Assignment, Correction, TimeEntry, Visit

__all__ = [
    "ApiToken",
    "Assignment",
    "Base",
    "BillingSettings",
    "ChecklistAnswer",
    "ComingPhoto",
    "Company",
    "Correction",
    "Customer",
    "Display",
    "DisplayState",
    "Enrolment",
    "Event",
    "FailedTry",
    "HeldPress",
    "HeldState",
    "Invoice",
    "InvoiceFile",
    "InvoiceJob",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceState",
    "Job",
    "JobType",
    "LineSource",
    "Live",
    "Mail",
    "MailState",
    "Message",
    "Note",
    "NoteKind",
    "NumberSeries",
    "PartUsed",
    "Payment",
    "PaymentKind",
    "Person",
    "PersonRole",
    "Photo",
    "PhotoKind",
    "PriceBookItem",
    "Question",
    "Receipt",
    "SignIn",
    "Signature",
    "SignatureKind",
    "Site",
    "TimeEntry",
    "Visit",
    "Waiver",
    "Withdrawable",
]
