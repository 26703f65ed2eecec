"""What a person is told when something is not done: a code for machines, a sentence with the next step for people."""


class Refusal(Exception):
    """Nothing was changed. ``sentence`` is shown as it is; ``field`` names the input it speaks about, if one."""

    status = 409

    def __init__(self, code: str, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field


class NotFound(Refusal):
    """Not there, or not yours: the two look the same from outside."""

    status = 404

    def __init__(
        self, sentence: str = "There is nothing here. It may have been removed, or it is not yours."
    ) -> None:
        super().__init__("not_found", sentence)


class Forbidden(Refusal):
    status = 403

    def __init__(
        self, sentence: str = "Your role does not allow this. Ask the owner of the company."
    ) -> None:
        super().__init__("not_allowed", sentence)


class SignInNeeded(Refusal):
    status = 401

    def __init__(self, sentence: str = "Sign in first.") -> None:
        super().__init__("sign_in", sentence)


class BadInput(Refusal):
    """The words or numbers given cannot be taken; what was typed is kept."""

    status = 422


class Malformed(Refusal):
    """The request itself is unreadable (no JSON, no key)."""

    status = 400


class TooLarge(Refusal):
    status = 413


class TooMany(Refusal):
    status = 429


class Changed(Refusal):
    """Somebody else was first. ``job_id`` names the job so that the answer can show it as it is."""

    def __init__(self, sentence: str, *, job_id: int, code: str = "changed") -> None:
        super().__init__(code, sentence)
        self.job_id = job_id


class DraftChanged(Refusal):
    """The draft is not the one that was previewed. ``version``: the one to look at now."""

    def __init__(self, sentence: str, *, invoice_id: int, version: int) -> None:
        super().__init__("changed", sentence)
        self.invoice_id = invoice_id
        self.version = version


class Incomplete(Refusal):
    """Not yet a lawful invoice. ``missing``: for each thing its code, a sentence, and the page to enter it on."""

    def __init__(self, missing: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__("incomplete", " ".join(sentence for _, sentence, _ in missing))
        self.missing = missing
