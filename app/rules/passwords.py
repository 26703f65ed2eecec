"""What may be a password: long, and not one of those that everybody tries first."""

SHORTEST = 12
LONGEST = 200
"""More is no safer and only feeds the hashing."""

FEWEST_DIFFERENT = 5

_COMMON = """
123456789012 1234567890123 12345678901234 123456789123 1234567891011 0987654321098 098765432109 111222333444
112233445566 121212121212 123123123123 123412341234 123456123456 987654321987 abcdefghijkl abcdefghijklm
abc123abc123 abcd1234abcd administrator administrator1 adminadmin12 adminpassword admin1234567 basketball12
changeme1234 changemenow1 chocolate123 computer1234 correcthorsebatterystaple
footballfootball football1234 helloworld12 hello1234567 iloveyou1234 iloveyouiloveyou letmein12345 letmeinletmein
liverpool123 manchester12 masterpassword michaeljackson mypassword12 mypassword123 newpassword1 newpassword12
p@ssw0rd1234 passw0rd1234 password0000 password1111 password1234 password12345 password123456 password2024
password2025 password2026 passwordpassword princess1234 q1w2e3r4t5y6 qazwsxedcrfv qwer1234qwer qwerty123456
qwerty1234567 qwertyqwerty qwertyuiop12 qwertyuiop123 qwertyuiopas readyboard12 readyboard123 readyboard1234
secretpassword sunshine1234 superman1234 technician12 technician123 testpassword testtesttest trustno1trustno1
welcome12345 welcome123456 welcomewelcome zaq12wsxzaq1 zxcvbnm12345 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc
"""

COMMON = frozenset(_COMMON.split()) | {"correct horse battery staple"}


def why_weak(password: str, *, own_words: tuple[str, ...] = ()) -> str | None:
    """The sentence that says what to do better, or None. ``own_words``: the person's name and address."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. A sentence is easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    plain = password.casefold().strip()
    if plain in COMMON or len(set(plain)) < FEWEST_DIFFERENT:
        return "Too many people use this one. Take a sentence that only you would say."
    if plain in {word.casefold().strip() for word in own_words}:
        return "Your own name or address is the first thing that is tried. Take a sentence."
    return None
