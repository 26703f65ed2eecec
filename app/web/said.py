"""What a page says after a form about a job, by the word in its address. Only words from here reach a page."""

SAID = {
    "pressed": "Done for them. It is shown as by you.",
    "planned": "The job is planned.",
    "unplanned": "The planned time is taken back.",
    "assigned": "They see the job on their phone now.",
    "unassigned": "They are off the job.",
    "time": "The time is saved.",
    "withdrawn": "Withdrawn. It stays, struck through.",
    "priced": "The price is saved.",
    "given_up": "Nobody waits for that photo any more.",
    "asked": "The question is on the phone.",
    "waived": "The job does without it.",
    "on_hold": "The job is on hold.",
    "released": "The job is released.",
    "cancelled": "The job is cancelled. Search finds it.",
    "not_billable": "The job is closed without an invoice. Search finds it.",
    "reopened": "The job is open again.",
    "job_added": "The job is on the board.",
    "moved": "The job is moved. Recent moves has Undo.",
    "undone": "The move is undone.",
    "held": "Kept for the office: they decide what becomes of it.",
}
